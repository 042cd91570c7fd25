"""What happens in the world: proposals, reviews, decisions told and not told, a schedule, mails, a job."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

import cfp.service as proposals
from cfp.authors import Authorship
from cfp.drafts import CoauthorDraft, ConflictDraft, ProfileDraft, ProposalDraft
from cfp.events import DecisionTold
from cfp.invitations import invitation_token
from cfp.loading import call_rules
from conference.actor import SYSTEM
from conference.service import team
from conference.work import Work, writing, writing_blind
from plumbing import refs
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Outbox
from plumbing.queue import drain
from reviews import service as reviewing
from reviews.events import ReviewsAssigned
from reviews.models import ConflictOfInterest, Reviewer
from reviews.plans import Options, Pair, StoredPlan
from reviews.service import assigning, deciding, releasing
from schedule.programmes import ask_for_programme
from schedule.service import frame, places, releases
from tests.house.blindness.canaries import GUS_TRACK, OWNERS, REVIEWERS, REVIEWS
from tests.house.blindness.papers import poisoned_paper
from tests.house.blindness.world import BEGIN, Plan, World, close_caught_mail, make_app, make_people

TOLD = {"open": "accept", "lost": "reject", "wait": "waitlist", "shy": "accept", "next": "accept"}
NOT_TOLD = {"main": "accept", "uma": "accept", "late": "reject"}
ASSIGNED = {
    "main": ("ben", "quin", "vera"),
    "paper": ("ben", "quin"),
    "open": ("ben", "pia"),
    "lost": ("pia", "vera"),
    "uma": ("quin",),
    "late": ("ben", "quin"),
}
PAGES_MAX = 20
DAY = date(2027, 3, 27)


def make_world(folder: Path, url: str, plan: Plan) -> World:
    """Everything from the call to the released schedule. The database is there and empty."""
    clock = FixedClock(BEGIN)
    world = World(make_app(folder, url, clock), clock, plan)
    with world.app.app_context(), refs.use(world.references):
        make_people(world)
        for name in OWNERS:
            _propose(world, name)
        _answer_coauthor(world)
        _keep_unsent(world)
        _after_sending(world)
        _assign(world)
        _review(world)
        _rule(world)
        _decide(world, TOLD)
        _release(world)
        _answer(world)
        if plan.is_decided:
            _decide(world, {name: NOT_TOLD[name] for name in _judged(world, NOT_TOLD)})
        clock.set(datetime(2027, 1, 12, 9, 0, tzinfo=UTC))
        if plan.has_schedule:
            _schedule(world)
        clock.set(datetime(2027, 1, 13, 9, 0, tzinfo=UTC))
        drain(kernel())
        _leave_letters_unsent(world)
    close_caught_mail(world.app)
    return world


def _propose(world: World, name: str) -> None:
    """Draft and, but for one, submission, each by the owner."""
    who = OWNERS[name][0]
    paper = None
    if name == "paper":
        data, file_name = poisoned_paper(world.words), f"{world.word('file.name')}.pdf"
        paper = proposals.store_paper(kernel().blobs, data=data, file_name=file_name, pages_max=PAGES_MAX)
    with world.doing(who, f"propose {name}") as work:
        call = call_rules(work.db, world.conference, slug="main")
        saved = proposals.create_draft(work, call=call, draft=_draft(world, name), paper=paper)
    world.numbers[name], world.refs[name] = saved.id, saved.ref
    if name != "draft":
        with world.doing(who, f"submit {name}") as work:
            proposals.submit_proposal(work, conference_id=world.conference, ref=saved.ref)


def _draft(world: World, name: str) -> ProposalDraft:
    word, in_data = world.word, name in (*GUS_TRACK, "draft")
    return ProposalDraft(
        title=f"Talk {word(f'title.{name}')}",
        abstract=f"It is about **{word(f'abstract.{name}')}** and more.",
        notes=f"Please mind {word(f'notes.{name}')}.",
        session_type_id=world.types["paper" if name == "paper" else "talk"],
        track_id=world.tracks[0 if in_data else 1],
        language="en",
        presenter_kind="user",
        profile=ProfileDraft(
            f"N {word(f'name.{name}')}", f"A {word(f'affiliation.{name}')}", f"Knows {word(f'biography.{name}')}."
        ),
        coauthors=_coauthors(world) if name == "main" else (),
        conflicts=_conflicts(world, name),
    )


def _coauthors(world: World) -> tuple[CoauthorDraft, ...]:
    cory, ivy = (CoauthorDraft("", world.word(f"coauthor.{who}"), world.address(who)) for who in ("cory", "ivy"))
    first = CoauthorDraft("me", "", "")
    return (first, cory, ivy) if world.plan.authors == 1 else (ivy, first, cory)


def _conflicts(world: World, name: str) -> tuple[ConflictDraft, ...]:
    if name in ("main", "paper"):
        return (ConflictDraft(world.address("dan"), f"because of {world.word('because.main')}"),)
    return (ConflictDraft(world.address("kurt"), world.word("because.late")),) if name == "late" else ()


def _answer_coauthor(world: World) -> None:
    drain(kernel())
    with world.doing("cory", "accept") as work:
        row = work.db.scalars(select(Authorship).where(Authorship.email == world.address("cory"))).one()
        assert row.invited_at is not None
        profile = ProfileDraft(f"Cory {world.word('coauthor.cory')}", "", world.word("biography.main"))
        token = invitation_token(row.ref, row.invited_at)
        proposals.accept_invitation(work, conference_id=world.conference, token=token, profile=profile)


def _keep_unsent(world: World) -> None:
    with world.doing("ada", "unsent") as work:
        owner, call = proposals.account_owner(world.people["ada"]), call_rules(work.db, world.conference, slug="main")
        raw = {"title": [world.word("unsent.new")], "abstract": ["begun"]}
        proposals.keep_unsent(work, owner=owner, call=call, raw=raw, version=None)
        work.db.flush()
        raw = {"title": [world.word("unsent.paper")], "abstract": ["changed"]}
        number = world.numbers["paper"]
        # A second window that wrote something else: both texts wait for a choice.
        other = {"title": [world.word("unsent.rival")], "abstract": ["other"]}
        proposals.keep_unsent(work, owner=owner, call=call, raw=other, version=None)
        proposals.keep_unsent(work, owner=owner, call=call, raw=raw, version=None, proposal_id=number, base_version=1)


def _after_sending(world: World) -> None:
    with world.doing("ada", "withdraw") as work:
        reason = f"since {world.word('withdrawn.gone')}"
        proposals.withdraw_proposal(work, conference_id=world.conference, ref=world.refs["gone"], reason=reason)
    with world.doing("cleo", "invite") as work:
        people = team.parse_invited(f"{world.word('invited.nils')} <{world.address('nils')}>")
        where = world.conference
        team.invite(work, conference_id=where, people=people, kind="reviewer", track_id=None, locale="en")
    drain(kernel())


def _assign(world: World) -> None:
    where = world.conference
    with world.doing("cleo", "conflicts") as work:
        reviewing.refresh_conflicts(work, conference_id=where)
        rows = work.db.execute(select(Reviewer.account_id, Reviewer.id).where(Reviewer.conference_id == where)).all()
    by_account = {row.account_id: row.id for row in rows}
    world.reviewers = {who: by_account[world.people[who]] for who in (*REVIEWERS, "vera")}
    pairs = tuple(
        Pair(world.numbers[name], world.reviewers[who], 0.5, 1)
        for name in _judged(world, ASSIGNED)
        for who in ASSIGNED[name]
    )
    with world.doing("cleo", "assign") as work:
        plan = StoredPlan(pairs, (), 1.0, True, "", 0.0, False)
        ref = assigning.store_plan(work, conference_id=where, options=Options(2), plan=plan)
        assigning.apply_plan(work, conference_id=where, plan_ref=ref)
    drain(kernel())


def _review(world: World) -> None:
    for who in ("ben", "quin", "pia"):
        with _blind(world, who, f"profile {who}") as work:
            draft = reviewing.ProfileDraft(f"I know {world.word(f'words.{who}')}", 0, 20)
            number = world.reviewers[who]
            reviewing.change_profile(work, conference_id=world.conference, reviewer_id=number, draft=draft)
    pairs = (*REVIEWS, ("paper", "ben"))
    for name, who in (pair for pair in pairs if pair[0] in _judged(world, ASSIGNED)):
        with _blind(world, who, f"review {name} {who}") as work:
            text, note = world.word(f"text.{name}.{who}"), world.word(f"tochairs.{name}.{who}")
            scores = tuple((number, 3 + len(who) % 2) for number in world.criteria)
            draft = reviewing.ReviewDraft(scores, f"Says {text}.", f"Between us: {note}.", 3)
            is_sent = (name, who) in REVIEWS
            ref = world.refs[name]
            reviewing.save_review(work, conference_id=world.conference, ref=ref, draft=draft, send=is_sent)
    _give_back(world)


def _give_back(world: World) -> None:
    where = world.conference
    if world.plan.is_late_judged:
        with _blind(world, "ben", "hand back") as work:
            reason = f"No time, {world.word('handback.late.ben')}"
            reviewing.decline_assignment(work, conference_id=where, ref=world.refs["late"], reason=reason)
    with _blind(world, "dan", "conflict") as work:
        note = world.word("conflictnote.lost.dan")
        reviewing.declare_conflict(work, conference_id=where, ref=world.refs["lost"], note=note)


def _rule(world: World) -> None:
    """Cleo looks at two conflicts: that of Kurt with late, as Bea says, and that which Dan declared."""
    wanted = {("kurt", "late"): "author_declared", ("dan", "lost"): "reviewer_declared"}
    for (who, name), kind in wanted.items():
        if name not in _judged(world, [name]):
            world.clock.advance(timedelta(minutes=1))
            continue
        with world.doing("cleo", f"rule {name}") as work:
            number = work.db.scalars(
                select(ConflictOfInterest.id)
                .join(Reviewer, Reviewer.id == ConflictOfInterest.reviewer_id)
                .where(
                    Reviewer.account_id == world.people[who],
                    ConflictOfInterest.proposal_id == world.numbers[name],
                    ConflictOfInterest.kind == kind,
                )
            ).one()
            words = world.word(f"ruling.{name}.{who}")
            reviewing.rule_on_conflict(
                work, conference_id=world.conference, conflict_id=number, state="confirmed", ruling=words
            )


class _blind:
    """A unit of blind work of a reviewer."""

    def __init__(self, world: World, who: str, label: str) -> None:
        world.clock.advance(BEGIN.resolution)
        world.references.begin(label)
        self.inner = writing_blind(world.actor(who))

    def __enter__(self) -> Work:
        return self.inner.__enter__()

    def __exit__(self, *problem: object) -> bool | None:
        return self.inner.__exit__(*problem)  # type: ignore[arg-type]


def _decide(world: World, verdicts: dict[str, str]) -> None:
    for name, verdict in verdicts.items():
        with world.doing("cleo", f"decide {name}") as work:
            ref, where = world.refs[name], world.conference
            deciding.decide(work, conference_id=where, picks=[deciding.Pick(ref, 0)], verdict=verdict)
        with world.doing("cleo", f"note {name}") as work:
            note = f"We say {world.word(f'decision.{name}')}."
            deciding.write_note(work, conference_id=where, ref=ref, version=1, note=note)


def _release(world: World) -> None:
    with world.doing("cleo", "release") as work:
        where = world.conference
        words = {"accept": {"en": f"To all: {world.word('acceptance.all')}"}}
        seen = releasing.untold(work, conference_id=where).fingerprint
        draft = releasing.ReleaseDraft(words=words)
        releasing.release_decisions(work, conference_id=where, draft=draft, fingerprint=seen)
    drain(kernel())


def _answer(world: World) -> None:
    where = world.conference
    with world.doing("bea", "confirm") as work:
        proposals.confirm_proposal(work, conference_id=where, ref=world.refs["open"])
    with world.doing("rob", "decline") as work:
        reason = f"I cannot: {world.word('declined.shy')}"
        proposals.decline_proposal(work, conference_id=where, ref=world.refs["shy"], reason=reason)
    with world.doing("rob", "confirm") as work:
        proposals.confirm_proposal(work, conference_id=where, ref=world.refs["next"])
    drain(kernel())


def _schedule(world: World) -> None:
    """“open” is in the released schedule; “next” is placed after it. And a job that the chair began."""
    where = world.conference
    hours = [datetime(2027, 3, 27, hour, 0, tzinfo=UTC) for hour in (8, 9, 11, 17)]
    with world.doing("cleo", "day") as work:
        frame.add_day(work, conference_id=where, day=DAY, starts_at=hours[0], ends_at=hours[3])
    for at, name in enumerate(("open", "next")):
        with world.doing("cleo", f"place {name}") as work:
            place = places.Place(world.rooms[at], hours[1 + at])
            places.place_talk(work, conference_id=where, talk_id=world.numbers[name], place=place)
        if name == "open":
            with world.doing("cleo", "schedule") as work:
                releases.release_schedule(work, conference_id=where, name="First", despite_fatal=True)
    with world.doing("cleo", "job") as work:
        assigning.start_planning(work, conference_id=where, options=Options(2))
        ask_for_programme(work, conference_id=where, paper="A5", locale="en")


def _leave_letters_unsent(world: World) -> None:
    """As when a mail server refused what the committee says and has not taken the rest yet: chairs see who waits.

    Ben got a letter about nothing but “late”, where anybody was asked about it.
    """
    if world.plan.is_late_judged:
        with writing(SYSTEM) as work:
            work.emit(ReviewsAssigned(world.reviewers["ben"], 1), conference_id=world.conference)
        drain(kernel())
    told = select(Outbox.id).where(Outbox.kind.in_((DecisionTold.kind, ReviewsAssigned.kind)))
    with writing(SYSTEM) as work:
        refused = {"state": "failed", "last_error": "550 nobody here has this name"}
        work.db.execute(update(Delivery).where(Delivery.outbox_id.in_(told)).values(refused))
        waits = {"state": "waiting", "sent_at": None, "last_error": "ConnectionRefusedError: nobody listens"}
        work.db.execute(update(Delivery).where(Delivery.outbox_id.not_in(told)).values(waits))
        later = {"delivered_at": None, "due_at": work.now + timedelta(hours=2)}
        work.db.execute(update(Outbox).where(Outbox.id.not_in(told), Outbox.composed_at.is_not(None)).values(later))


def _judged(world: World, names: Iterable[str]) -> list[str]:
    return [name for name in names if name != "late" or world.plan.is_late_judged]
