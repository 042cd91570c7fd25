"""Every page costs as many statements for ten rows of each kind as for one, and twelve at most."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading
from reviews.models import AssignmentPlanRow
from tests.factories import Cast
from tests.fixtures.app import StatementCounter, sign_in
from tests.house.crowd import Crowd

STATEMENTS_MAX = 12
DEEPER = {"reviews.judge": 14, "reviews.panel": 15}
"""Pages of one proposal, no lists: they ask several parts of the conference anew, and two more of a reviewing chair."""
WALKERS = ("cleo", "eve", "gus", "ben", "ada", "")
"""A chair, one who reviews as well (whose walls are asked about), a track chair, a reviewer, an author, a stranger."""

LISTS = {
    *("conference.start", "conference.account", "conference.community"),
    *("conference.set_up", "conference.team", "conference.audit"),
    *("cfp.calls", "cfp.set_up", "cfp.mine", "cfp.mine_everywhere", "cfp.proposals", "cfp.proposals_csv"),
    *("cfp.chair_history", "cfp.history"),
    *("reviews.set_up", "reviews.assignment", "reviews.plan", "reviews.panel", "reviews.reviewers"),
    *("reviews.progress", "reviews.conflicts", "reviews.decisions", "reviews.waitlist"),
    *("reviews.my_reviews", "reviews.all_proposals", "reviews.profile", "reviews.preview_release"),
    *("schedule.editor", "schedule.days", "schedule.closures", "schedule.programmes", "schedule.releases"),
    *("schedule.release", "schedule.release_mails"),
    *("schedule.agenda", "schedule.agenda_changes", "schedule.agenda_speakers"),
}
"""What grows with the conference. A page that is not named here is looked at all the same."""


@dataclass(frozen=True, slots=True)
class Look:
    """One page as one person: how many statements it took and how long it was, once for each size of the crowd."""

    statements: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()

    def and_then(self, statements: int, length: int) -> "Look":
        return Look((*self.statements, statements), (*self.lengths, length))


def test_pages_cost_the_same_for_one_row_and_for_ten(app: Flask, cast: Cast, statements: StatementCounter) -> None:
    crowd = Crowd.begin(cast)
    looks: dict[tuple[str, str], Look] = {}
    clients = {who: signed_in(app, cast, who) for who in WALKERS}
    for more in (1, 9):
        crowd.grow(more)
        for who, client in clients.items():
            for method, endpoint, path in pages(app, crowd):
                if more > 1 and (who, endpoint) not in looks:
                    continue
                with statements() as seen:
                    answer = client.open(path, method=method)
                if answer.status_code == 200:
                    before = looks.get((who, endpoint), Look())
                    looks[who, endpoint] = before.and_then(len(seen), len(answer.data))
    assert {key: look.statements for key, look in looks.items() if len(set(look.statements)) > 1} == {}
    assert {key: look.statements for key, look in looks.items() if max(look.statements) > most(key[1])} == {}
    assert LISTS - {endpoint for (_who, endpoint), look in looks.items() if look.lengths[0] < look.lengths[-1]} == set()


def most(endpoint: str) -> int:
    return DEEPER.get(endpoint, STATEMENTS_MAX)


def signed_in(app: Flask, cast: Cast, who: str) -> FlaskClient:
    client = app.test_client()
    return sign_in(client, getattr(cast, who)) if who else client


def pages(app: Flask, crowd: Crowd) -> Iterator[tuple[str, str, str]]:
    """(method, endpoint, path) of all pages whose address names no more than the event or what the crowd has."""
    addresses = app.url_map.bind("localhost")
    event = {"event_slug": crowd.cast.slug}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= {"event_slug"} and rule.endpoint != "static":
            yield "GET", rule.endpoint, addresses.build(rule.endpoint, event if rule.arguments else {})
    for endpoint, parts in named(crowd).items():
        yield "GET", endpoint, addresses.build(endpoint, {**event, **parts})
    yield "POST", "reviews.preview_release", addresses.build("reviews.preview_release", event, method="POST")


def named(crowd: Crowd) -> dict[str, dict[str, object]]:
    """Pages of one thing that has many others: what its address names."""
    with reading(SYSTEM) as work:
        plan = work.db.scalars(select(AssignmentPlanRow.ref).order_by(AssignmentPlanRow.id.desc())).first()
    return {
        "conference.community": {"event_slug": None, "slug": crowd.community},
        "cfp.call": {"slug": "main"},
        "cfp.new": {"slug": "main"},
        "cfp.edit_call": {"slug": "main"},
        "cfp.chair_proposal": {"ref": crowd.mine},
        "cfp.chair_history": {"ref": crowd.mine},
        "cfp.proposal": {"ref": crowd.mine},
        "cfp.edit": {"ref": crowd.mine},
        "cfp.history": {"ref": crowd.mine},
        "reviews.plan": {"ref": plan},
        "reviews.panel": {"ref": plan, "proposal_ref": crowd.mine},
        "reviews.judge": {"ref": crowd.mine},
        "reviews.review": {"ref": crowd.reviewed},
        "schedule.day": {"day_id": crowd.stage.saturday},
        "schedule.talk_slot": {"ref": crowd.accepted},
        "schedule.agenda_release": {"number": crowd.size},
    }
