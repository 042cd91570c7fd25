"""One more of everything that a list can show, as often as asked."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from cfp.authors import AuthorConflict, Unavailability, UnsentForm
from cfp.models import Proposal, ProposalEdit
from cfp.service import account_owner
from conference.actor import SYSTEM
from conference.models import AccountSession, Chapter, Community, Membership, RoomClosure, TeamInvitation
from conference.work import Work, writing
from plumbing.jobs import Job
from plumbing.refs import new_ref, new_token
from reviews.models import Criterion, Decision
from reviews.plans import Options
from reviews.service import assigning
from schedule.models import ClashWaiver, Day, Programme, Release
from tests import factories
from tests.factories import Cast, add
from tests.reviews import builders
from tests.schedule.stage import SATURDAY, Stage, accepted, make_stage

PAPERS = [(paper, locale) for paper in ("A4", "A5") for locale in ("en", "de", "it")]


@dataclass
class Crowd:
    """The conference of the cast with ``size`` rows of each kind more than nothing. Eve is a chair who also reviews."""

    cast: Cast
    stage: Stage
    mine: str
    """References: of a proposal of Ada's, of one that Ben reviews, of an accepted one."""
    reviewed: str
    accepted: str
    size: int = 0

    @classmethod
    def begin(cls, cast: Cast) -> "Crowd":
        stage = make_stage(cast, talks=1)
        with writing(SYSTEM) as work:
            mine, reviewed = (factories.proposal(work.db, cast) for _each in range(2))
            builders.assign(work.db, cast, cast.ben_reviewer, reviewed)
            talk = work.db.get_one(Proposal, stage.talks[0])
            for kind in ("chair", "reviewer"):
                factories.role(work.db, cast.conference, cast.eve, kind)
            factories.reviewer(work.db, cast.conference, cast.eve, is_active=False)
        return cls(cast, stage, mine.ref, reviewed.ref, talk.ref)

    @property
    def community(self) -> str:
        return f"{self.cast.slug}-community"

    def grow(self, more: int) -> None:
        for number in range(self.size, self.size + more):
            with writing(SYSTEM) as work:
                self._people(work, number)
                self._calls(work, number)
                self._reviewing(work, number)
                self._plan(work, number)
            self._schedule(number)
        for number in range(self.size, self.size + more):
            self._place_next(number)
        self.size += more

    def _people(self, work: Work, number: int) -> None:
        db, where = work.db, self.cast.conference
        person, _reviewer = builders.another_reviewer(db, self.cast, f"Person {number}")
        community = db.scalars(select(Community).where(Community.slug == self.community)).one()
        chapter = add(db, Chapter(community_id=community.id, slug=f"c{number}", name=f"Chapter {number}"))
        add(db, Membership(community_id=community.id, account_id=person, chapter_id=chapter.id, joined_at=work.now))
        other = factories.conference(db, f"other{number}", community_id=community.id, chapter_id=chapter.id)
        factories.role(db, other.id, self.cast.cleo, "chair")
        add(
            db,
            TeamInvitation(
                conference_id=where,
                email=f"invited{number}@example.org",
                kind="reviewer",
                token_hash=new_token(),
                invited_by_id=self.cast.cleo,
                created_at=work.now,
                expires_at=work.now + timedelta(days=1),
            ),
        )
        for who in (self.cast.ada, self.cast.ben, self.cast.cleo):
            seen = {"created_at": work.now, "last_seen_at": work.now}
            add(db, AccountSession(account_id=who, token_hash=new_token(), user_agent=f"Browser {number}", **seen))

    def _calls(self, work: Work, number: int) -> None:
        db, where = work.db, self.cast.conference
        track = factories.track(db, where, f"Special{number}", is_special=True)
        factories.session_type(db, where, f"Kind{number}")
        call = factories.call(db, where, slug=f"special{number}", title=f"Special {number}", track_id=track.id)
        for who in (self.cast.ada, self.cast.ben, self.cast.cleo):
            typed = {"content": {"title": [f"Unsent {number}"]}, "saved_at": work.now}
            owner = account_owner(who)
            add(
                db,
                UnsentForm(conference_id=where, call_id=call.id, account_id=who, owner_hash=owner, version=1, **typed),
            )
        factories.proposal(db, self.cast, stage="draft", submitted_at=None, title=f"Draft {number}")

    def _reviewing(self, work: Work, number: int) -> None:
        db, where, cast = work.db, self.cast.conference, self.cast
        labels = ["poor", "fair", "good", "very good", "excellent"]
        add(db, Criterion(conference_id=where, name=f"Criterion {number}", labels=labels, position=number + 2))
        first, second, third = (factories.proposal(db, cast, title=f"{what} {number}") for what in "ABC")
        builders.assign(db, cast, cast.ben_reviewer, first, second)
        builders.review(db, cast, cast.ben_reviewer, first.id)
        builders.conflict(db, cast, cast.ben_reviewer, third.id)
        factories.authorship(db, first, cast.dan, position=1)
        add(
            db,
            AuthorConflict(
                conference_id=where, proposal_id=first.id, account_id=cast.dan, typed="d", declared_at=work.now
            ),
        )
        saved = {"number": number, "at": work.now, "content": {"title": f"Older {number}"}}
        mine = db.scalars(select(Proposal.id).where(Proposal.ref == self.mine)).one()
        add(db, ProposalEdit(conference_id=where, proposal_id=mine, **saved))
        for each, verdict in ((first, "waitlist"), (second, "accept")):
            place = number if verdict == "waitlist" else None
            made = {"verdict": verdict, "waitlist_position": place, "decided_at": work.now}
            add(db, Decision(conference_id=where, proposal_id=each.id, **made))

    def _plan(self, work: Work, number: int) -> None:
        assigning.assign_now(work, conference_id=self.cast.conference, options=Options(1))
        for kind in ("programme", "assign"):
            params = {"paper": "A4", "locale": "en"}
            row = {"ref": new_ref(), "kind": kind, "params": params, "state": "failed", "created_at": work.now}
            add(work.db, Job(conference_id=self.cast.conference, **row))

    def _schedule(self, number: int) -> None:
        where, begin = self.cast.conference, SATURDAY + timedelta(days=7 + number)
        with writing(SYSTEM) as work:
            room = factories.room(work.db, where, f"Room {number}", position=2 + number)
            hours = {"starts_at": begin, "ends_at": begin + timedelta(hours=8)}
            add(work.db, Day(conference_id=where, date=begin.date(), **hours))
            add(work.db, RoomClosure(conference_id=where, room_id=room.id, reason=f"Closed {number}", **hours))
            add(work.db, ClashWaiver(conference_id=where, key=f"made up {number}", account_id=self.cast.cleo, at=begin))
            add(work.db, Unavailability(conference_id=where, person_guid=f"person {number}", **hours))
            speaker = factories.account(work.db, f"Speaker {number}")
            talk = accepted(work.db, self.cast, f"Shown {number}", author=speaker.id)
        self.stage.place(talk, room.id, 1 + number)
        self._programme(self.stage.release(f"Release {number}"), number)

    def _place_next(self, number: int) -> None:
        """A talk that no release has yet."""
        with writing(SYSTEM) as work:
            talk = accepted(work.db, self.cast, f"Next {number}")
        self.stage.place(talk, self.stage.lab, number)

    def _programme(self, release: int, number: int) -> None:
        paper, locale = PAPERS[number % len(PAPERS)]
        with writing(SYSTEM) as work:
            query = select(Release.id).where(Release.number == release, Release.conference_id == self.cast.conference)
            of = {"conference_id": self.cast.conference, "release_id": work.db.scalars(query).one()}
            file = {"blob_key": f"key{number}", "page_count": 4, "bytes_count": 1000, "made_at": work.now}
            add(work.db, Programme(paper=paper, locale=locale, **of, **file))
