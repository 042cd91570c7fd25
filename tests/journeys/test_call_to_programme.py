"""From three hundred imported proposals to the printed programme, by the services, on both databases."""

import io
import itertools
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select, update

from cfp.models import Proposal
from conference.actor import SYSTEM, Actor, load_actor
from conference.models import Role, Room, Track
from conference.service import team
from conference.work import reading, reading_blind, writing, writing_blind
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from reviews.models import Assignment, ConflictOfInterest, Review, Reviewer
from reviews.service.assigning import Options, assign_now
from reviews.service.deciding import Pick, decide
from reviews.service.finding import ensure_reviewer
from reviews.service.releasing import ReleaseDraft, release_decisions, untold
from reviews.service.reviewing import ReviewDraft, save_review
from schedule.models import Programme, Slot
from schedule.programmes import ask_for_programme
from schedule.service.frame import add_day
from schedule.service.places import Place, place_talk
from schedule.service.releases import preview_release, release_schedule
from tests import factories
from wsgi import command

DATA = Path(__file__).parents[3] / "shared/data/cfp/pyvideo_talks_cc0.jsonl"
PROPOSALS, REVIEWERS, WANTED = 300, 25, 3
ACCEPTED, WAITLISTED = 60, 20

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the proposals are not here: {DATA}")


def test_from_call_to_programme(app: Flask, cast: factories.Cast, clock: FixedClock, tmp_path: Path) -> None:
    clash = import_everything(app, cast, tmp_path)
    people = make_reviewers(cast, clash)
    chair = actor(cast.cleo)
    with writing(chair) as work:
        done = assign_now(work, conference_id=cast.conference, options=Options(WANTED))
    assert (done.pairs, done.missing) == (PROPOSALS * WANTED, 0)
    assert_fair_and_without_conflict(cast)
    write_reviews(cast, people)
    decide_all(cast, chair)
    assert letters_about_decisions() == PROPOSALS
    place_all(cast, chair)
    with writing(chair) as work:
        assert preview_release(work, conference_id=cast.conference, name="First").fatal == ()
        release_schedule(work, conference_id=cast.conference, name="First")
    drain(kernel())
    assert len(calendar_letters()) == ACCEPTED
    assert_agenda_shows_accepted_talks_only(app, cast)
    assert_programme_is_printed(cast, chair)


def actor(account_id: int) -> Actor:
    with reading(SYSTEM) as work:
        found = load_actor(work.db, account_id)
    assert found is not None
    return found


def import_everything(app: Flask, cast: factories.Cast, folder: Path) -> str:
    """Imports the first three hundred talks, each with an address for its speaker; returns one of the domains."""
    file = folder / "proposals.jsonl"
    lines = itertools.islice(DATA.read_text(encoding="utf-8").splitlines(), PROPOSALS)
    talks = [json.loads(line) for line in lines]
    for number, talk in enumerate(talks):
        domain = f"{'shared' if number < 5 else f'house{number}'}.example"
        others = [f"co{number}-{place}@{domain}" for place in range(1, len(talk["speakers"]))]
        talk["email"] = [f"speaker{number}@{domain}", *others]
    file.write_text("\n".join(json.dumps(talk) for talk in talks), encoding="utf-8")
    words = ["import", "proposals", str(file), "--event", cast.slug, "--call", "main"]
    result = app.test_cli_runner().invoke(command(), words, obj=ScriptInfo(create_app=lambda: app))
    assert result.exit_code == 0, result.output
    with writing(SYSTEM) as work:
        submitted = work.db.scalars(select(Proposal).where(Proposal.stage == "submitted")).all()
        assert len(submitted) == PROPOSALS
        for proposal, track in zip(submitted, itertools.cycle(cast.tracks), strict=False):
            proposal.track_id, proposal.session_type_id = track, cast.talk_type
    return "shared.example"


def make_reviewers(cast: factories.Cast, domain: str) -> dict[int, int]:
    """Twenty-five reviewers with Ben and Dan; one shares the mail domain of five authors. Reviewer → account."""
    with writing(actor(cast.cleo)) as work:
        for number in range(REVIEWERS - 2):
            email = f"judge{number}@{domain if number == 0 else f'judges{number}.example'}"
            account = factories.account(work.db, f"Judge {number}", email=email)
            team.grant(work, cast.conference, account.id, "reviewer", None)
            ensure_reviewer(work, conference_id=cast.conference, account_id=account.id)
        work.db.execute(update(Reviewer).values(load_min=0, load_max=PROPOSALS * WANTED // REVIEWERS + 2))
        judges = select(Role.account_id).where(Role.kind == "reviewer")
        rows = work.db.execute(select(Reviewer.id, Reviewer.account_id).where(Reviewer.account_id.in_(judges))).all()
    assert len(rows) == REVIEWERS
    return {row.id: row.account_id for row in rows}


def assert_fair_and_without_conflict(cast: factories.Cast) -> None:
    with reading(SYSTEM) as work:
        pairs = work.db.execute(select(Assignment.reviewer_id, Assignment.proposal_id)).all()
        conflicts = work.db.execute(select(ConflictOfInterest.reviewer_id, ConflictOfInterest.proposal_id)).all()
    assert len(set(pairs)) == PROPOSALS * WANTED
    assert set(Counter(pair.proposal_id for pair in pairs).values()) == {WANTED}
    loads = Counter(pair.reviewer_id for pair in pairs)
    assert (min(loads.values()), max(loads.values())) == (36, 36)
    assert len(conflicts) >= 5
    assert set(pairs) & set(conflicts) == set()


def write_reviews(cast: factories.Cast, people: dict[int, int]) -> None:
    with reading_blind(SYSTEM) as work:
        rows = work.db.execute(
            select(Assignment.reviewer_id, Proposal.ref, Proposal.id)
            .join(Proposal, Proposal.id == Assignment.proposal_id)
            .order_by(Assignment.id)
        ).all()
    for reviewer_id, lines in itertools.groupby(sorted(rows), key=lambda row: row.reviewer_id):
        with writing_blind(actor(people[reviewer_id])) as work:
            for line in lines:
                quality = 1 + (line.id * 7 + reviewer_id) % 5
                draft = ReviewDraft(
                    scores=tuple((criterion, quality) for criterion in cast.criteria),
                    text="Clear, useful, and told from experience.",
                    confidence=3,
                )
                save_review(work, conference_id=cast.conference, ref=line.ref, draft=draft, send=True)
    with reading(SYSTEM) as work:
        states = Counter(work.db.scalars(select(Review.state)))
    assert states == {"submitted": PROPOSALS * WANTED}


def decide_all(cast: factories.Cast, chair: Actor) -> None:
    with reading(chair) as work:
        refs = list(work.db.scalars(select(Proposal.ref).where(Proposal.stage == "submitted").order_by(Proposal.id)))
    groups = {
        "accept": refs[:ACCEPTED],
        "waitlist": refs[ACCEPTED : ACCEPTED + WAITLISTED],
        "reject": refs[ACCEPTED + WAITLISTED :],
    }
    for verdict, chosen in groups.items():
        with writing(chair) as work:
            picks = [Pick(ref, 0) for ref in chosen]
            assert decide(work, conference_id=cast.conference, picks=picks, verdict=verdict) == len(chosen)
    with reading(SYSTEM) as work:
        assert set(work.db.scalars(select(Proposal.outcome))) == {"undecided"}
    with writing(chair) as work:
        seen = untold(work, conference_id=cast.conference)
        told = release_decisions(
            work, conference_id=cast.conference, draft=ReleaseDraft(words={}), fingerprint=seen.fingerprint
        )
    assert told.told == PROPOSALS


def letters_about_decisions() -> int:
    drain(kernel())
    with reading(SYSTEM) as work:
        recipients = work.db.scalars(
            select(Delivery.recipient).where(Delivery.recipient.startswith("speaker"), Delivery.state == "sent")
        ).all()
        return len(set(recipients))


def place_all(cast: factories.Cast, chair: Actor) -> None:
    """Six rooms over two days, one talk after the other; a speaker has one talk only, so nothing can clash."""
    with writing(chair) as work:
        rooms = [factories.room(work.db, cast.conference, f"Room {n}", capacity=90).id for n in range(6)]
        for day in (27, 28):
            opens = datetime(2027, 3, day, 8, tzinfo=UTC)
            add_day(
                work,
                conference_id=cast.conference,
                day=date(2027, 3, day),
                starts_at=opens,
                ends_at=opens + timedelta(hours=9),
            )
    places = [
        Place(room, datetime(2027, 3, day, 8, tzinfo=UTC) + timedelta(minutes=40 * step), 30)
        for day in (27, 28)
        for step in range(13)
        for room in rooms
    ]
    with writing(chair) as work:
        accepted = work.db.scalars(select(Proposal.id).where(Proposal.outcome == "accepted").order_by(Proposal.id))
        for proposal_id, place in zip(list(accepted), places, strict=False):
            place_talk(work, conference_id=cast.conference, talk_id=proposal_id, place=place)
    with reading(SYSTEM) as work:
        assert len(work.db.scalars(select(Slot.id)).all()) == ACCEPTED
        assert len(work.db.scalars(select(Room.id)).all()) == 8
        assert len(work.db.scalars(select(Track.id)).all()) == 2


def calendar_letters() -> list[str]:
    """First speakers that a calendar entry went to."""
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Delivery.recipient, Delivery.message)).all()
    return [row.recipient for row in rows if b"text/calendar" in row.message and row.recipient.startswith("speaker")]


def assert_agenda_shows_accepted_talks_only(app: Flask, cast: factories.Cast) -> None:
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Proposal.ref, Proposal.outcome)).all()
        titles = dict(work.db.execute(select(Proposal.ref, Proposal.title)).tuples().all())
    visitor = app.test_client()
    found = {row.ref for row in rows if visitor.get(f"/{cast.slug}/agenda/talks/{row.ref}").status_code == 200}
    assert found == {row.ref for row in rows if row.outcome == "accepted"}
    exported = visitor.get(f"/{cast.slug}/agenda/schedule.json").get_json()
    days = exported["schedule"]["conference"]["days"]
    shown = [event["title"] for day in days for room in day["rooms"].values() for event in room]
    assert len(shown) == ACCEPTED
    assert {title.strip() for title in shown} <= {titles[ref].strip() for ref in found}


def assert_programme_is_printed(cast: factories.Cast, chair: Actor) -> None:
    with writing(chair) as work:
        ask_for_programme(work, conference_id=cast.conference, paper="A4", locale="en")
    drain(kernel())
    with reading(SYSTEM) as work:
        made = work.db.scalars(select(Programme).where(Programme.paper == "A4", Programme.locale == "en")).one()
    with pikepdf.open(io.BytesIO(kernel().blobs.get(made.blob_key))) as pdf:
        assert len(pdf.pages) == made.page_count
        assert made.page_count >= 15
        assert str(pdf.Root.Lang) == "en-GB"
        assert "/StructTreeRoot" in pdf.Root
