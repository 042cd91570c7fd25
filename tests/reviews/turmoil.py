"""Everything by which a conflict can come or go, at random and through the services, as people do it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from cfp import service as cfp
from cfp.authors import Authorship
from cfp.drafts import CoauthorDraft, ConflictDraft, ProfileDraft, ProposalDraft
from cfp.imported import ImportedSpeaker, ImportedTalk, upsert_imported_talks
from cfp.importer import ImportedAuthor, ImportedProposal
from cfp.importing import import_proposals
from cfp.invitations import invitation_token
from cfp.loading import call_rules
from cfp.models import Call, Proposal
from conference.actor import NOBODY, SYSTEM, Actor
from conference.models import Account, Role, TeamInvitation
from conference.service import team
from conference.service.accounts import Profile, change_profile
from conference.work import Work, reading, writing
from plumbing.answers import Conflict, Invalid, Missing, Refused
from plumbing.clock import FixedClock
from reviews import service
from reviews.models import Assignment, ConflictOfInterest, Reviewer
from tests import factories
from tests.factories import Cast
from tests.reviews.test_owed import actor_of

HOUSES = ("acme.example", "lab.acme.example", "mit.example", "gmail.com", "quiet.example", "tracks.example")
SPEAKERS = {0: "ben@mit.example", 1: "one@acme.example", 2: "two@mit.example", 3: "dan@acme.example"}
MANY = 60
"""More than are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Place:
    conference: int
    talk_type: int
    track: int


class Turmoil:
    """``step`` does one random act in one of two conferences of the same people."""

    def __init__(self, cast: Cast, clock: FixedClock, seed: int) -> None:
        self.cast, self.clock, self.lot = cast, clock, random.Random(seed)
        self.places = (Place(cast.conference, cast.talk_type, cast.tracks[0]), _another_place(cast))
        self.where = self.places[0]
        self.ruled: set[int] = set()
        """Conflicts to which the last step said something."""
        self.count = 0
        self._deck: list[Callable[[], object]] = []
        self.acts: tuple[Callable[[], object], ...] = (
            self.submit, self.submit, self.submit, self.edit, self.edit, self.invite, self.remove, self.accept,
            self.accept, self.decline, self.decline, self.resend, self.withdraw, self.restore, self.join, self.leave,
            self.rename, self.move, self.declare, self.declare, self.retract, self.rule, self.rule, self.rule,
            self.assign, self.import_few, self.import_talks, self.import_many,
        )  # fmt: skip

    def step(self) -> str | None:
        """The name of the act, or None when there was nothing to do it with or it was refused."""
        self.count += 1
        self.ruled = set()
        self.clock.advance(timedelta(minutes=20))
        self.where = self.lot.choice((self.places[0], *self.places))
        if not self._deck:
            self._deck = self.lot.sample(self.acts, len(self.acts))
        act = self._deck.pop()
        try:
            act()
        except (Conflict, Invalid, LookupError, Missing, Refused):
            return None
        return act.__name__

    def submit(self) -> None:
        with writing(self._somebody()) as work:
            call = call_rules(work.db, self.where.conference, slug="main")
            saved = cfp.create_draft(work, call=call, draft=self._draft())
            if self.lot.random() < 0.8:
                cfp.submit_proposal(work, conference_id=self.where.conference, ref=saved.ref)

    def edit(self) -> None:
        proposal, owner = self._owned()
        mine = [row.ref for row in self._authorships() if row.proposal_id == proposal.id and not row.is_owner]
        with writing(owner) as work:
            cfp.save_changes(
                work,
                conference_id=self.where.conference,
                ref=proposal.ref,
                draft=self._draft(removed=tuple(self.lot.sample(mine, min(len(mine), self.lot.randrange(2))))),
                base_version=proposal.version,
            )

    def invite(self) -> None:
        proposal, owner = self._owned()
        with writing(owner) as work:
            cfp.add_coauthor(
                work, conference_id=self.where.conference, ref=proposal.ref, name="", email=self._address()
            )

    def remove(self) -> None:
        row = self.lot.choice(self._co_authors())
        proposal, owner = self._owned(row.proposal_id)
        with writing(owner) as work:
            cfp.remove_coauthor(work, conference_id=self.where.conference, ref=proposal.ref, author_ref=row.ref)

    def accept(self) -> None:
        token = self._token()
        with writing(self.lot.choice((NOBODY, self._somebody(), self._somebody()))) as work:
            profile = ProfileDraft("Somebody Invited", "", "")
            cfp.accept_invitation(work, conference_id=self.where.conference, token=token, profile=profile)

    def decline(self) -> None:
        token = self._token()
        with writing(NOBODY) as work:
            cfp.decline_invitation(work, conference_id=self.where.conference, token=token)

    def resend(self) -> None:
        self.clock.advance(timedelta(hours=2))
        row = self.lot.choice([row for row in self._co_authors() if row.invited_at and row.declined_at])
        proposal, owner = self._owned(row.proposal_id)
        with writing(owner) as work:
            cfp.resend_invitation(work, conference_id=self.where.conference, ref=proposal.ref, author_ref=row.ref)

    def withdraw(self) -> None:
        proposal, owner = self._owned()
        with writing(owner) as work:
            cfp.withdraw_proposal(work, conference_id=self.where.conference, ref=proposal.ref)

    def restore(self) -> None:
        proposal, owner = self._owned(stage="withdrawn")
        with writing(owner) as work:
            cfp.restore_proposal(work, conference_id=self.where.conference, ref=proposal.ref)

    def join(self) -> None:
        """Somebody new, or one who is an author here already."""
        if self.lot.random() < 0.5:
            with writing(SYSTEM) as work:
                factories.account(work.db, f"Newcomer {self.count}", email=self._new_address())
        actor, where = self._somebody(), self.where.conference
        with writing(actor_of(self.cast.cleo)) as work:
            people = [team.Invited(actor.name, actor.email)]
            (number,) = team.invite(
                work, conference_id=where, people=people, kind="reviewer", track_id=None, locale="en"
            )
            token = work.db.get_one(TeamInvitation, number).token or ""
        with writing(actor) as work:
            team.answer_invitation(work, token=token, accept=True)

    def leave(self) -> None:
        with reading(SYSTEM) as work:
            query = select(Role.id).where(Role.conference_id == self.where.conference, Role.kind == "reviewer")
            number = self.lot.choice(work.db.scalars(query.order_by(Role.id)).all())
        with writing(actor_of(self.cast.cleo)) as work:
            team.revoke_role(work, conference_id=self.where.conference, role_id=number)

    def rename(self) -> None:
        actor = self._somebody()
        with writing(actor) as work:
            version = work.db.get_one(Account, actor.account_id).version
            name = self.lot.choice(("Kim Kin", "Ben Bitdiddle", "Ada Lovelace", f"New Name {self.count}"))
            change_profile(work, draft=Profile(name, "", "", "en", "UTC", version))

    def move(self) -> None:
        """Another address; only whoever runs the place can do that."""
        with writing(SYSTEM) as work:
            work.db.get_one(Account, self._somebody().account_id).email = self._new_address()

    def declare(self) -> None:
        who, number = self.lot.choice(self._free_pairs())
        with reading(SYSTEM) as work:
            actor = actor_of(work.db.get_one(Reviewer, who).account_id)
            ref = work.db.get_one(Proposal, number).ref
        with writing(actor) as work:
            service.declare_conflict(work, conference_id=self.where.conference, ref=ref, note="So be it")
            self.ruled |= set(self._conflicts(work, "reviewer_declared"))

    def retract(self) -> None:
        with reading(SYSTEM) as work:
            declared = self._conflicts(work, "reviewer_declared")
            open_ones = [each for each in declared if work.db.get_one(ConflictOfInterest, each).state != "confirmed"]
            number = self.lot.choice(open_ones)
            whose = select(Reviewer.account_id).join(ConflictOfInterest, ConflictOfInterest.reviewer_id == Reviewer.id)
            actor = actor_of(work.db.scalars(whose.where(ConflictOfInterest.id == number)).one())
        with writing(actor) as work:
            service.retract_conflict(work, conference_id=self.where.conference, conflict_id=number)
        self.ruled.add(number)

    def rule(self) -> None:
        with writing(actor_of(self.cast.cleo)) as work:
            number = self.lot.choice(self._conflicts(work))
            state = self.lot.choice(("confirmed", "dismissed", "dismissed", "found"))
            words = {"state": state, "ruling": f"Said in step {self.count}"}
            service.rule_on_conflict(work, conference_id=self.where.conference, conflict_id=number, **words)
            self.ruled.add(number)

    def assign(self) -> None:
        """To anybody who may, so that there are assignments for a new conflict to end."""
        free = self._free_pairs()
        with writing(SYSTEM) as work:
            taken = {tuple(pair) for pair in work.db.execute(select(Assignment.reviewer_id, Assignment.proposal_id))}
            for who, number in self.lot.sample(free, min(3, len(free))):
                if (who, number) not in taken:
                    row = {"conference_id": self.where.conference, "reviewer_id": who, "proposal_id": number}
                    work.db.add(Assignment(**row, assigned_at=work.now))

    def import_few(self) -> None:
        rows = [
            ImportedProposal(
                number, f"source {self.count} {number}", "What we learned", "Words.", "",
                tuple(ImportedAuthor(f"Author {address}", address) for address in sorted(set(self._addresses(3)))),
                "", "", "en", "user", None,
            )
            for number in (1, 2)
        ]  # fmt: skip
        with writing(actor_of(self.cast.cleo)) as work:
            import_proposals(work, conference_id=self.where.conference, call_slug="main", rows=rows)

    def import_talks(self) -> None:
        """The same people come again in every import, and in both conferences."""
        self._import_talks({f"talk-{number}": self._some(5, 2) for number in self._some(6, 2)})

    def import_many(self) -> None:
        """More than are looked at one by one; each has one more speaker."""
        self._import_talks({f"bulk-{number}": [self.lot.randrange(100)] for number in range(MANY)})

    def _import_talks(self, speakers: dict[str, list[int]]) -> None:
        talks = [
            ImportedTalk(
                f"{self.where.conference}-{guid}",
                "Imported",
                speakers=tuple(ImportedSpeaker(f"speaker-{who}", "Speaker", email=SPEAKERS.get(who)) for who in people),
            )
            for guid, people in speakers.items()
        ]
        with writing(SYSTEM) as work:
            upsert_imported_talks(work, conference_id=self.where.conference, talks=talks)

    def _some(self, below: int, count: int) -> list[int]:
        return self.lot.sample(range(below), count)

    def _free_pairs(self) -> list[tuple[int, int]]:
        """Committee members and submitted proposals between which nothing stands."""
        with reading(SYSTEM) as work:
            query = select(ConflictOfInterest.reviewer_id, ConflictOfInterest.proposal_id)
            shut = {tuple(pair) for pair in work.db.execute(query.where(ConflictOfInterest.state != "dismissed"))}
            members = work.db.scalars(select(Reviewer.id).where(Reviewer.conference_id == self.where.conference)).all()
        return sorted({(who, row.id) for who in members for row in self._proposals()} - shut)

    def _draft(self, removed: tuple[str, ...] = ()) -> ProposalDraft:
        typed = self.lot.sample(("Ben Bitdiddle", "dan@acme.example", "Kim Kin", "cleo@pyfest.example"), 2)
        return ProposalDraft(
            title=f"What we learned {self.count}",
            abstract="A few words on it.",
            notes="",
            session_type_id=self.where.talk_type,
            track_id=self.where.track,
            language="en",
            presenter_kind="user",
            profile=ProfileDraft("Some Author", "", f"Biography {self.count}"),
            coauthors=tuple(CoauthorDraft("", "", address) for address in self._addresses(self.lot.randrange(3))),
            removed=removed,
            conflicts=tuple(ConflictDraft(each, "") for each in typed[: self.lot.choice((0, 0, 1, 2))]),
        )

    def _somebody(self) -> Actor:
        with reading(SYSTEM) as work:
            return actor_of(self.lot.choice(work.db.scalars(select(Account.id).order_by(Account.id)).all()))

    def _addresses(self, count: int) -> list[str]:
        return [self._address() for _one in range(count)]

    def _address(self) -> str:
        """Of somebody with an account or without."""
        if self.lot.random() < 0.6:
            return self._somebody().email
        return f"guest{self.lot.randrange(4)}@{self.lot.choice(HOUSES)}"

    def _new_address(self) -> str:
        return f"moved{self.count}@{self.lot.choice(HOUSES)}"

    def _proposals(self, stage: str = "submitted") -> list[Proposal]:
        with reading(SYSTEM) as work:
            query = select(Proposal).where(Proposal.conference_id == self.where.conference, Proposal.stage == stage)
            return list(work.db.scalars(query.order_by(Proposal.id)))

    def _authorships(self) -> list[Authorship]:
        with reading(SYSTEM) as work:
            query = select(Authorship).where(Authorship.conference_id == self.where.conference)
            return list(work.db.scalars(query.order_by(Authorship.id)))

    def _co_authors(self) -> list[Authorship]:
        """Of what somebody with an account has submitted."""
        rows, submitted = self._authorships(), {row.id for row in self._proposals()}
        owned = {row.proposal_id for row in rows if row.is_owner and row.account_id} & submitted
        return [row for row in rows if row.proposal_id in owned and not row.is_owner]

    def _owned(self, number: int | None = None, stage: str = "submitted") -> tuple[Proposal, Actor]:
        """A proposal, or this one, and its owner."""
        owners = {row.proposal_id: row.account_id for row in self._authorships() if row.is_owner and row.account_id}
        rows = [row for row in self._proposals(stage) if row.id in owners and number in (None, row.id)]
        proposal = self.lot.choice(rows)
        return proposal, actor_of(owners[proposal.id] or 0)

    def _token(self) -> str:
        row = self.lot.choice([row for row in self._authorships() if row.invited_at is not None])
        assert row.invited_at is not None
        return invitation_token(row.ref, row.invited_at)

    def _conflicts(self, work: Work, *kinds: str) -> list[int]:
        query = select(ConflictOfInterest.id).where(ConflictOfInterest.conference_id == self.where.conference)
        if kinds:
            query = query.where(ConflictOfInterest.kind.in_(kinds))
        return list(work.db.scalars(query.order_by(ConflictOfInterest.id)))


def _another_place(cast: Cast) -> Place:
    with writing(SYSTEM) as work:
        where = factories.conference(work.db, "othercon").id
        factories.role(work.db, where, cast.cleo, "chair")
        factories.role(work.db, where, cast.ben, "reviewer")
        factories.call(work.db, where)
        place = Place(
            where, factories.session_type(work.db, where, "Talk").id, factories.track(work.db, where, "Data").id
        )
        for call in work.db.scalars(select(Call)):
            call.proposals_per_person_max = 100
        for each in (where, cast.conference):
            service.refresh_conflicts(work, conference_id=each)
    return place
