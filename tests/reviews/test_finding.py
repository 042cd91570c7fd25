"""Conflicts are looked for only where something changed, and are always what a look at everything would find."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp.authors import AuthorConflict, Authorship
from cfp.domains import same_house
from cfp.people import is_meant
from conference.actor import SYSTEM
from conference.models import Account, Role
from conference.work import reading, writing
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from reviews import service
from reviews.invariants import nobody_is_asked_to_review_against_a_conflict
from reviews.models import CONFLICT_KINDS, CONFLICT_STATES, ConflictOfInterest, Reviewer
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import StatementCounter
from tests.reviews.turmoil import Turmoil

STEPS = 168

Key = tuple[int, int, str]
"""(committee member, proposal, kind)"""
Rows = dict[Key, ConflictOfInterest]


def stored(conference_id: int) -> Rows:
    with reading(SYSTEM) as work:
        rows = work.db.scalars(select(ConflictOfInterest).where(ConflictOfInterest.conference_id == conference_id))
        return {(row.reviewer_id, row.proposal_id, row.kind): row for row in rows}


def said(row: ConflictOfInterest) -> tuple[Any, ...]:
    return row.id, row.state, row.ruling, row.ruled_at, row.note, row.at


def by_the_definition(conference_id: int) -> set[Key]:
    """Every member against every author of every proposal, as slowly and as plainly as it can be said."""
    with reading(SYSTEM) as work:
        query = select(Authorship, Account.email).outerjoin(Account, Account.id == Authorship.account_id)
        query = query.where(Authorship.conference_id == conference_id, Authorship.declined_at.is_(None))
        authors = [(row, {row.email, email} - {None}) for row, email in work.db.execute(query)]
        wishes = work.db.scalars(select(AuthorConflict).where(AuthorConflict.conference_id == conference_id)).all()
        found: set[Key] = set()
        for number, person in _members(work.db, conference_id):
            own = {row.proposal_id for row, at in authors if row.account_id == person.id or person.email in at}
            fellows = {row.person_guid for row, _at in authors if row.proposal_id in own}
            kinds = {
                "own": own,
                "coauthor": {row.proposal_id for row, _at in authors if row.person_guid in fellows} - own,
                "same_domain": {
                    row.proposal_id for row, at in authors if any(same_house(person.email, each) for each in at)
                }
                - own,
                "author_declared": {row.proposal_id for row in wishes if _is_meant(row, person)},
            }
            found |= {(number, proposal, kind) for kind, tied in kinds.items() for proposal in tied}
    return found


def _members(db: Session, conference_id: int) -> list[tuple[int, Account]]:
    query = select(Reviewer.id, Account).join(Account, Account.id == Reviewer.account_id)
    members = [(number, person) for number, person in db.execute(query.where(Reviewer.conference_id == conference_id))]
    team = db.scalars(select(Role.account_id).where(Role.conference_id == conference_id))
    assert set(team) <= {person.id for _number, person in members}
    return members


def _is_meant(row: AuthorConflict, person: Account) -> bool:
    return is_meant(row.account_id, row.typed, account_id=person.id, email=person.email, name=person.name)


def computed(rows: Rows) -> set[Key]:
    return {key for key in rows if key[2] != "reviewer_declared"}


def check(before: Rows, after: Rows, place: int, ruled: set[int]) -> None:
    """Nothing is missing, nothing too much; what the last step said nothing to, people's words above all, is as it was.

    ``ruled`` are the numbers of those to which it said something.
    """
    assert computed(after) == by_the_definition(place)
    lasting = {
        key: said(row)
        for key, row in before.items()
        if row.id not in ruled and (key in after or key[2] == "reviewer_declared")
    }
    assert {key: said(after[key]) for key in lasting.keys() & after.keys()} == lasting
    new = [row for key, row in after.items() if key not in before and row.id not in ruled]
    assert {(row.state, row.ruling, row.ruled_at, row.note) for row in new} <= {("found", "", None, "")}


@pytest.mark.parametrize("seed", [1, 3])
def test_after_any_change_the_conflicts_are_those_of_a_look_at_everything(
    cast: Cast, clock: FixedClock, seed: int
) -> None:
    turmoil = Turmoil(cast, clock, seed)
    places = [place.conference for place in turmoil.places]
    before = {place: stored(place) for place in places}
    done: set[str | None] = set()
    seen: set[str] = set()
    for _step in range(STEPS):
        done.add(turmoil.step())
        after = {place: stored(place) for place in places}
        for place in places:
            check(before[place], after[place], place, turmoil.ruled)
            seen |= {word for key, row in after[place].items() for word in (key[2], row.state)}
        assert nobody_is_asked_to_review_against_a_conflict() == []
        before = after
    assert {act.__name__ for act in turmoil.acts} - done == set()
    assert seen == {*CONFLICT_KINDS, *CONFLICT_STATES}
    with writing(SYSTEM) as work:
        for place in places:
            service.refresh_conflicts(work, conference_id=place)
    for place in places:
        assert {key: said(row) for key, row in stored(place).items()} == {
            key: said(row) for key, row in before[place].items()
        }


def test_two_halves_of_a_reason_that_come_at_once_are_found(app: Flask, cast: Cast) -> None:
    """Ben writes with Eve here, Eve submits alone there; neither transaction sees what the other has written so far."""
    halves = threading.Barrier(2)
    made: dict[str, int] = {}

    def submit(name: str, *authors: int) -> None:
        with app.app_context(), writing(SYSTEM) as work:
            row = factories.proposal(work.db, cast, author=authors[0])
            for account in authors[1:]:
                factories.authorship(work.db, row, account, position=1)
            made[name] = row.id
            if not kernel().database.is_sqlite:  # There the second begins when the first has ended.
                halves.wait(20)

    threads = [
        threading.Thread(target=submit, args=("common", cast.ben, cast.eve)),
        threading.Thread(target=submit, args=("alone", cast.eve)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(stored(cast.conference)) == {
        (cast.ben_reviewer, made["common"], "own"),
        (cast.ben_reviewer, made["alone"], "coauthor"),
    }


def test_a_new_proposal_takes_as_many_statements_in_a_large_conference(
    cast: Cast, statements: StatementCounter
) -> None:
    counts = []
    for others in (1, 60):
        with writing(SYSTEM) as work:
            for number in range(others):
                author = factories.account(work.db, f"Author {number}", email=f"a{others}-{number}@acme.example")
                factories.proposal(work.db, cast, author=author.id)
        with statements() as seen, writing(SYSTEM) as work:
            factories.proposal(work.db, cast)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_decides_no_conflict_is_no_reason_to_look(cast: Cast, statements: StatementCounter) -> None:
    with writing(SYSTEM) as work:
        number = factories.proposal(work.db, cast).id
    with statements() as seen, writing(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(Authorship.proposal_id == number)).one()
        row.biography = "Has written another program since."
    assert [statement for statement in seen if "conflict_of_interest" in statement] == []
