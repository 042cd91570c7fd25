"""Conflicts of interest: found by themselves, kept as pairs without a why, fresh at every moment."""

import threading

from flask import Flask
from sqlalchemy import select

from cfp.authors import AuthorConflict, Authorship
from conference.actor import SYSTEM
from conference.work import reading, writing
from reviews import service
from reviews.models import Assignment, ConflictOfInterest, Reviewer
from reviews.queries.table import load_scores
from tests import factories
from tests.factories import Cast
from tests.reviews import builders


def kinds(reviewer_id: int, proposal_id: int) -> set[str]:
    with reading(SYSTEM) as work:
        query = select(ConflictOfInterest.kind).where(
            ConflictOfInterest.reviewer_id == reviewer_id, ConflictOfInterest.proposal_id == proposal_id
        )
        return set(work.db.scalars(query))


def test_the_same_house_is_found_when_the_proposal_comes(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast)
    assert kinds(cast.dan_reviewer, made.id) == {"same_domain"}
    assert kinds(cast.ben_reviewer, made.id) == set()


def test_own_and_co_authors_are_found(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        own = factories.proposal(work.db, cast, author=cast.ben)
        factories.authorship(work.db, own, cast.eve, position=1)
        of_eve = factories.proposal(work.db, cast, author=cast.eve)
    assert kinds(cast.ben_reviewer, own.id) == {"own"}
    assert kinds(cast.ben_reviewer, of_eve.id) == {"coauthor"}


def test_what_authors_say_counts_and_falls_when_they_take_it_back(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.eve)
        said = factories.add(
            work.db,
            AuthorConflict(
                conference_id=cast.conference,
                proposal_id=made.id,
                account_id=cast.ben,
                typed="ben@mit.example",
                reason="we quarrel",
                declared_at=factories.now(),
            ),
        )
    assert kinds(cast.ben_reviewer, made.id) == {"author_declared"}
    with writing(SYSTEM) as work:
        work.db.delete(work.db.get_one(AuthorConflict, said.id))
    assert kinds(cast.ben_reviewer, made.id) == set()


def test_the_reason_of_a_computed_pair_is_nowhere_in_this_floor(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        factories.proposal(work.db, cast)
    with reading(SYSTEM) as work:
        assert list(work.db.scalars(select(ConflictOfInterest.note))) == [""]


def test_a_late_co_author_ends_the_assignment(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.eve)
        builders.assign(work.db, cast, cast.dan_reviewer, made)
    with writing(SYSTEM) as work:
        factories.authorship(work.db, made, cast.ada, position=1)
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Assignment.ended_at)).one() == factories.now()


def test_a_declared_conflict_stays_when_the_computed_ones_go(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast)
        builders.conflict(work.db, cast, cast.dan_reviewer, made.id)
    with writing(SYSTEM) as work:
        row = work.db.scalars(select(Authorship)).one()
        row.account_id, row.email = cast.eve, "eve@nowhere.example"
    assert kinds(cast.dan_reviewer, made.id) == {"reviewer_declared"}


def test_a_review_of_somebody_in_conflict_counts_for_nothing(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.eve)
        builders.review(work.db, cast, cast.ben_reviewer, made.id, (2, 2))
        builders.review(work.db, cast, cast.dan_reviewer, made.id, (5, 5))
        builders.conflict(work.db, cast, cast.dan_reviewer, made.id)
        assert load_scores(work, cast.conference)[made.id].summary.overalls == (2.0,)


def test_chairs_get_a_row_for_their_conflicts_without_becoming_reviewers(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.cleo)
        service.refresh_conflicts(work, conference_id=cast.conference)
        chair = work.db.scalars(select(Reviewer.id).where(Reviewer.account_id == cast.cleo)).one()
    assert kinds(chair, made.id) == {"own"}
    with writing(SYSTEM) as work:
        service.assign_now(work, conference_id=cast.conference)
        assert chair not in set(work.db.scalars(select(Assignment.reviewer_id)))


def test_looking_again_changes_nothing(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        factories.proposal(work.db, cast)
    rows = []
    for _ in range(2):
        with writing(SYSTEM) as work:
            service.refresh_conflicts(work, conference_id=cast.conference)
            rows.append(work.db.execute(select(ConflictOfInterest.id, ConflictOfInterest.kind)).all())
    assert rows[0] == rows[1]
    assert [row.kind for row in rows[0]] == ["same_domain"]


def test_many_who_submit_at_once_do_not_trip_over_each_other(app: Flask, cast: Cast) -> None:
    """Each finds what the others brought as well; nobody stores it a second time."""
    together = threading.Barrier(4)
    faults: list[BaseException] = []

    def submit(number: int) -> None:
        try:
            for turn in range(5):
                together.wait(20)
                with app.app_context(), writing(SYSTEM) as work:
                    author = factories.account(
                        work.db, f"Author {number} {turn}", email=f"a{number}{turn}@acme.example"
                    )
                    factories.proposal(work.db, cast, author=author.id)
        except BaseException as fault:  # noqa: BLE001 - told by the test, in its own thread
            faults.append(fault)
            together.abort()

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with reading(SYSTEM) as work:
        kinds = select(ConflictOfInterest.proposal_id).where(
            ConflictOfInterest.reviewer_id == cast.dan_reviewer, ConflictOfInterest.kind == "same_domain"
        )
        assert len(set(work.db.scalars(kinds))) == 20
