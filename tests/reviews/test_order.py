"""Whoever stands first is read with the freshest eyes, so no two reviewers read in the same order.

Twelve proposals can be ordered in 479 million ways: what is random here does not come out twice.
"""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing.refs import REF_CHARS
from reviews.models import Reviewer
from reviews.service.people import add_member_rows
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.reviews import builders

BASE = "/pyfest27/reviews"
COUNT = 12
PAGES = (f"{BASE}/", f"{BASE}/proposals")


@pytest.fixture
def readers(cast: Cast) -> list[int]:
    """Ben and three others, each with the same twelve proposals."""
    with writing(SYSTEM) as work:
        proposals = [factories.proposal(work.db, cast) for _number in range(COUNT)]
        others = [builders.another_reviewer(work.db, cast, name) for name in ("Ira One", "Jo Two", "Kim Three")]
        for _account, reviewer in [(cast.ben, cast.ben_reviewer), *others]:
            builders.assign(work.db, cast, reviewer, *proposals)
        return [cast.ben, *(account for account, _reviewer in others)]


def order(app: Flask, account: int, path: str) -> tuple[str, ...]:
    """References in the order of the page."""
    page = sign_in(app.test_client(), account).get(path).text
    return tuple(dict.fromkeys(re.findall(rf'href="{BASE}/(\w{{{REF_CHARS}}})/"', page)))


@pytest.mark.parametrize("path", PAGES)
def test_every_reviewer_reads_in_another_order(app: Flask, readers: list[int], path: str) -> None:
    orders = [order(app, account, path) for account in readers]
    assert [len(each) for each in orders] == [COUNT] * len(readers)
    assert len({frozenset(each) for each in orders}) == 1
    assert len(set(orders)) == len(readers)
    assert tuple(sorted(orders[0])) not in orders


@pytest.mark.parametrize("path", PAGES)
def test_one_reviewer_finds_everything_where_it_stood(app: Flask, cast: Cast, readers: list[int], path: str) -> None:
    before = order(app, cast.ben, path)
    with writing(SYSTEM) as work:
        late = factories.proposal(work.db, cast)
        builders.assign(work.db, cast, cast.ben_reviewer, late)
    after = order(app, cast.ben, path)
    assert (len(after), tuple(ref for ref in after if ref != late.ref)) == (COUNT + 1, before)


def test_of_equally_read_proposals_each_reviewer_is_led_to_the_own_first(app: Flask, readers: list[int]) -> None:
    for account in readers:
        answer = sign_in(app.test_client(), account).get(f"{BASE}/next")
        assert answer.location == f"{BASE}/{order(app, account, PAGES[0])[0]}/"


def test_new_members_draw_different_lots(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        people = [factories.account(work.db, f"New {number}").id for number in range(6)]
        made = add_member_rows(work, cast.conference, people)
    with reading(SYSTEM) as work:
        lots = work.db.scalars(select(Reviewer.seed).where(Reviewer.id.in_(made.values()))).all()
    assert (len(lots), len(set(lots)) > 1) == (len(people), True)
