"""``rostrum check``: quiet where all is well, and each thing that must not be is named when it is there."""

from datetime import timedelta

from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import update

from cfp.authors import Authorship, PaperOriginal
from cfp.models import Paper
from conference.actor import SYSTEM
from conference.work import writing
from plumbing.jobs import Job
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from reviews.models import Assignment, ConflictOfInterest, Decision, DecisionRelease
from schedule.models import Day, Release, Slot
from tests import factories
from tests.factories import Cast, add, now
from tests.plumbing.parts import ring
from wsgi import command

CHECKS = 10


def check(app: Flask) -> tuple[int, list[str]]:
    """Exit code and what is complained of."""
    done = CliRunner().invoke(command(), ["check"], obj=ScriptInfo(create_app=lambda: app))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    lines = done.output.splitlines()
    assert f"{CHECKS} checks, {len(lines) - 1} violations" in lines
    return done.exit_code, [line for line in lines if "violations" not in line]


def test_all_is_well_with_the_cast(app: Flask, cast: Cast) -> None:
    assert check(app) == (0, [])


def test_each_thing_that_must_not_be_is_named(app: Flask, cast: Cast) -> None:
    ring("ada")
    drain(kernel())
    with writing(SYSTEM) as work:
        db, where = work.db, {"conference_id": cast.conference}
        proposal = factories.proposal(db, cast, outcome="rejected", answer="confirmed")
        factories.authorship(db, proposal, cast.eve)
        db.execute(update(Authorship).values(is_owner=True))
        db.execute(update(Delivery).values(state="waiting"))
        add(db, Job(ref="job", kind="test.wait", params={}, state="running", created_at=now()))
        file = {"number": 1, "bytes_count": 1, "page_count": 1, "removed": [], "uploaded_at": now()}
        paper = add(db, Paper(proposal_id=proposal.id, blob_key="a" * 64, **file, **where))
        add(db, PaperOriginal(paper_id=paper.id, blob_key="a" * 64, file_name="x.pdf", **where))
        pair = {"reviewer_id": cast.ben_reviewer, "proposal_id": proposal.id, **where}
        add(db, Assignment(assigned_at=now(), **pair))
        db.flush()
        add(db, ConflictOfInterest(kind="reviewer_declared", at=now(), **pair))
        release = add(db, DecisionRelease(ref="r", released_at=now(), letters={}, counts={}, **where))
        decision = {"verdict": "accept", "decided_at": now(), "release_id": release.id}
        add(db, Decision(proposal_id=proposal.id, **decision, **where))
        _break_the_schedule(db, cast, proposal.id)
        number = proposal.id
    code, said = check(app)
    assert (code, sorted(words.split(" ")[0] for words in said)) == (
        1,
        ["delivery", "file", "job", "proposal", "proposal", "proposal", "release", "reviewer", "slot"],
    )
    assert f"proposal {number} was decided as accept, but told as rejected" in said
    assert f"file {'a' * 64} is missing" in said


def _break_the_schedule(db: object, cast: Cast, proposal_id: int) -> None:
    begins = now()
    where = {"conference_id": cast.conference}
    day = add(db, Day(date=begins.date(), starts_at=begins, ends_at=begins + timedelta(hours=8), **where))  # type: ignore[arg-type]
    slot = {"number": 1, "guid": "g", "kind": "talk", "proposal_id": proposal_id, "length_minutes": 10}
    add(db, Slot(day_id=day.id, starts_at=begins, **slot, **where))  # type: ignore[arg-type]
    frozen = {"digest": "0" * 64, "document": b"not what was frozen", "difference": {}}
    add(db, Release(number=1, name="One", released_at=begins, **frozen, **where))  # type: ignore[arg-type]
