"""The demo: the same each time, on both databases, with something to see for every role and nobody to mail."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import demo
from cfp.authors import Authorship
from cfp.lifecycle import MACHINES
from cfp.models import Call, Paper, Proposal
from conference.actor import SYSTEM
from conference.models import PRESENTER_KINDS, Account, Conference, Room, Track
from conference.work import reading
from demo.log_ins import PASSWORD
from demo.writing import topics
from plumbing import cli
from plumbing.clock import FixedClock
from plumbing.db import Base, Database
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Outbox
from plumbing.settings import Settings
from reviews.models import Assignment, ConflictOfInterest, Decision, Review, Reviewer
from schedule.models import Release, Slot
from schedule.release import by_number, changes
from tests.fixtures.app import NOW, SECRET
from wsgi import command, create_app

NOT_SENT = 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An application on SQLite whose database holds the demo; tests only read it."""
    app = application(tmp_path_factory.mktemp("demo"))
    with app.app_context():
        demo.make()
        yield app
    app.extensions["rostrum"].database.dispose()


def application(folder: Path, **settings: Any) -> Flask:
    app = create_app(
        Settings(secret_key=SECRET, instance_dir=str(folder), demo=True, **settings), clock=FixedClock(NOW)
    )
    app.extensions["rostrum"].database.create_all()
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as values that can be compared across databases."""
    with database.session("read") as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
        }


def counted(column: Any, *where: Any) -> Counter[str]:
    with reading(SYSTEM) as work:
        return Counter(dict(work.db.execute(select(column, func.count()).where(*where).group_by(column)).all()))


def main_conference() -> int:
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Conference.id).where(Conference.slug.like("circle-days-%"))).one()


def test_the_same_moment_gives_the_same_rows_and_files_on_each_database(
    made: Flask, app: Flask, clock: FixedClock
) -> None:
    with made.app_context():
        first = rows(kernel().database)
        files = sorted(path.name for path in kernel().blobs.folder.rglob("*") if path.is_file())
    demo.make()
    second = rows(kernel().database)
    assert [name for name in first if first[name] != second[name]] == []
    assert sorted(path.name for path in kernel().blobs.folder.rglob("*") if path.is_file()) == files


def test_making_it_twice_changes_nothing(made: Flask) -> None:
    before = rows(kernel().database)
    demo.make()
    assert rows(kernel().database) == before


def test_the_main_conference_has_the_promised_parts(made: Flask) -> None:
    where = main_conference()
    with reading(SYSTEM) as work:
        tracks = work.db.scalars(select(Track.is_special).where(Track.conference_id == where)).all()
        rooms = work.db.scalars(select(Room.id).where(Room.conference_id == where)).all()
        reviewers = work.db.scalars(
            select(Reviewer.id).where(Reviewer.conference_id == where, Reviewer.words != "")
        ).all()
    assert (sorted(tracks), len(rooms), len(reviewers)) == ([False] * 4 + [True], 6, 24)
    assert counted(Proposal.conference_id, Proposal.conference_id == where)[where] == 140
    talks = (Slot.conference_id == where, Slot.kind == "talk", Slot.day_id.is_not(None))
    assert 55 <= counted(Slot.kind, *talks)["talk"] <= 65


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.field)
def test_proposals_stand_in_every_stage(made: Flask, machine: Any) -> None:
    found = counted(getattr(Proposal, machine.field), Proposal.conference_id == main_conference())
    assert set(found) == set(machine.stages)


def test_every_presenter_kind_and_language_proposes_talks_and_papers(made: Flask) -> None:
    assert set(counted(Proposal.presenter_kind)) == set(PRESENTER_KINDS)
    assert set(counted(Proposal.language)) == {"en", "de", "it"}
    papers = counted(Proposal.kind)["paper"]
    assert papers >= 8
    with reading(SYSTEM) as work:
        assert work.db.scalar(select(func.count(Paper.id)).where(Paper.page_count >= 1)) == papers


def test_no_title_comes_twice_and_no_text_has_a_gap(made: Flask) -> None:
    with reading(SYSTEM) as work:
        texts = work.db.execute(select(Proposal.title, Proposal.abstract)).all()
        reviews = work.db.scalars(select(Review.text)).all()
    titles = Counter(title for title, _abstract in texts)
    assert [title for title, count in titles.items() if count > 1] == []
    assert [text for pair in texts for text in (*pair, *reviews) if "{" in text or "  " in text or ".." in text] == []
    assert len({abstract for _title, abstract in texts}) == len(texts)


def test_decisions_are_partly_released(made: Flask) -> None:
    assert set(counted(Decision.verdict)) == {"accept", "reject", "waitlist"}
    private = counted(Decision.conference_id, Decision.release_id.is_(None))
    assert list(private.values()) == [5]


def test_nobody_reviews_against_a_conflict(made: Flask) -> None:
    same = (
        Assignment.reviewer_id == ConflictOfInterest.reviewer_id,
        Assignment.proposal_id == ConflictOfInterest.proposal_id,
    )
    with reading(SYSTEM) as work:
        assert work.db.execute(select(Assignment.id).join(ConflictOfInterest, same[0] & same[1])).all() == []
        kinds = set(work.db.scalars(select(ConflictOfInterest.kind)))
    assert {"own", "coauthor", "same_domain", "author_declared"} >= kinds >= {"own", "same_domain"}


def test_the_second_release_differs_from_the_first(made: Flask) -> None:
    with reading(SYSTEM) as work:
        first, second = (by_number(work, main_conference(), number).document for number in (1, 2))
    found = changes(first, second)
    assert (len(found.moved) >= 3, len(found.cancelled)) == (True, 2)
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Release.name).order_by(Release.number)).all() == ["First plan", "Second plan"]


def test_no_mail_waits_to_be_sent_and_some_can_be_looked_at(made: Flask) -> None:
    assert counted(Outbox.kind, Outbox.delivered_at.is_(None)).total() == NOT_SENT
    assert set(counted(Delivery.state)) == {"sent"}
    assert len(counted(Delivery.kind)) >= 6
    with reading(SYSTEM) as work:
        addresses = {*work.db.scalars(select(Account.email)), *work.db.scalars(select(Authorship.email))}
    assert [address for address in addresses if not str(address).endswith(".example")] == []


def test_nothing_in_it_is_as_it_must_not_be(made: Flask) -> None:
    command()
    wrong = [words for check in cli._invariants for words in check()]
    assert wrong == []


def test_one_call_is_open_for_weeks_and_one_while_reviewing(made: Flask) -> None:
    with reading(SYSTEM) as work:
        closing = work.db.scalars(select(Call.closes_at).where(Call.opens_at < NOW, Call.closes_at > NOW)).all()
    assert sorted(moment > NOW + timedelta(days=100) for moment in closing) == [False, True]


@pytest.mark.parametrize("address", [address for _role, address, _password in demo.LOG_INS])
def test_each_log_in_opens_the_door(made: Flask, address: str) -> None:
    client = made.test_client()
    with made.app_context():
        answer = client.post("/account/sign-in", data={"email": address, "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    with made.app_context():
        assert client.get("/account/").status_code == 200


def test_the_log_in_page_shows_them(made: Flask) -> None:
    page = made.test_client().get("/account/sign-in").text
    assert [address for _role, address, _password in demo.LOG_INS if address not in page] == []


def test_the_reviewer_has_about_ten_open_reviews(made: Flask) -> None:
    address = next(address for role, address, _password in demo.LOG_INS if role == "reviewer")
    with reading(SYSTEM) as work:
        engine_room = work.db.scalars(select(Conference.id).where(Conference.slug.like("engine-room-%"))).one()
        member = (
            select(Reviewer.id)
            .join(Account, Account.id == Reviewer.account_id)
            .where(Account.email == address, Reviewer.conference_id == engine_room)
            .scalar_subquery()
        )
        assigned = work.db.scalars(select(Assignment.proposal_id).where(Assignment.reviewer_id == member)).all()
        sent = work.db.scalars(select(Review.id).where(Review.reviewer_id == member, Review.state == "submitted")).all()
    assert 7 <= len(assigned) - len(sent) <= 14


def test_every_topic_has_all_its_parts() -> None:
    broken = [
        topic.titles[:1]
        for topic in topics()
        if len(topic.titles) < 3 or any(len(part) != 2 for part in (topic.problems, topic.deeds, topic.results))
    ]
    assert broken == []
