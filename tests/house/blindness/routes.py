"""Which addresses there are: every GET rule of the application with every value that we know for its parts."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter, Map, Rule

from cfp.authors import Authorship
from cfp.invitations import invitation_token
from cfp.uploads import keep_file
from conference.actor import SYSTEM
from conference.models import Conference, TeamInvitation
from conference.work import reading
from plumbing.jobs import Job
from reviews.models import AssignmentPlanRow, DecisionRelease, Review
from schedule.models import Release, Slot
from tests.house.blindness.canaries import OWNERS
from tests.house.blindness.world import SLUG, World

MADE_UP = "zzzzzzzzzz"
"""Shaped like a reference, and nothing has it."""
VALUES_MAX = 40

CLOSED = {
    "house.mails": "caught mails are shown only where no mail server is set, which is never so in public",
    "house.mail": "the same",
    "house.mail_html": "the same",
    "conference.confirm": "opens with a secret that only a mail carries; nothing but the form is on it",
    "conference.new_password": "the same",
}
"""GET endpoints that need not answer anybody in this crawl, each with the reason."""


@dataclass(frozen=True, slots=True)
class Address:
    endpoint: str
    path: str


def addresses(world: World) -> list[Address]:
    """Made of the URL map, so that a page that is new tomorrow is fetched tomorrow."""
    url_map = world.app.url_map
    pools = _pools(world)
    found = [each for rule in _get_rules(url_map) for each in _of_rule(rule, pools)]
    return list({each.path: each for each in found}.values())


def secret_paths(world: World) -> dict[str, list[str]]:
    """What the letters to people without an account open."""
    with world.app.app_context(), reading(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(Authorship.email == world.address("ivy"))).one()
        assert row.invited_at is not None
        token = invitation_token(row.ref, row.invited_at)
        invited = work.db.scalars(
            select(TeamInvitation.token).where(TeamInvitation.email == world.address("nils"))
        ).one()
    return {"ivy": [f"/{SLUG}/cfp/invitation/{token}"], "nils": [f"/invitation/{invited}"]}


def get_endpoints(world: World) -> set[str]:
    return {rule.endpoint for rule in _get_rules(world.app.url_map)}


def posts(world: World) -> list[Address]:
    """Every POST rule, with the first few values of its parts."""
    url_map, pools = world.app.url_map, _pools(world)
    rules = [rule for rule in url_map.iter_rules() if "POST" in (rule.methods or ())]
    rules.sort(key=lambda rule: rule.rule)
    return [each for rule in rules for each in list(_of_rule(rule, pools))[:2]]


def _get_rules(url_map: Map) -> list[Rule]:
    rules = [rule for rule in url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]
    return sorted(rules, key=lambda rule: rule.rule)


def _of_rule(rule: Rule, pools: dict[str, list[Any]]) -> Iterator[Address]:
    names = sorted(rule.arguments)
    choices = [_values(rule, name, pools) for name in names]
    for chosen in itertools.islice(itertools.product(*choices), VALUES_MAX):
        values = dict(zip(names, chosen, strict=True))
        if rule.endpoint == "reviews.paper":
            values["name"] = f"paper-{values['ref']}"
        built = rule.build(values, append_unknown=False)
        if built is not None:
            yield Address(rule.endpoint, built[1])


def _values(rule: Rule, name: str, pools: dict[str, list[Any]]) -> list[Any]:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    family = "agenda" if rule.endpoint.startswith("schedule.agenda") else ""
    known = pools.get(f"{rule.endpoint}:{name}") or pools.get(f"{family}:{name}") or pools.get(name)
    if known is not None:
        return known
    # A part that nobody listed: links lead to its real values, or the test of coverage names the endpoint.
    return [1, 2, 3, 4, 5, 1_000_000] if isinstance(converter, IntegerConverter) else ["made-up"]


def _pools(world: World) -> dict[str, list[Any]]:
    """By name of the part, or by ``endpoint:part``."""
    with world.app.app_context(), reading(SYSTEM) as work:
        plans = list(work.db.scalars(select(AssignmentPlanRow.ref).order_by(AssignmentPlanRow.id)))
        jobs = list(work.db.scalars(select(Job.ref).order_by(Job.id)))
        tellings = list(work.db.scalars(select(DecisionRelease.ref).order_by(DecisionRelease.id)))
        reviews = list(work.db.scalars(select(Review.ref).order_by(Review.id)))
        numbers = list(work.db.scalars(select(Release.number).order_by(Release.number)))
        slots = list(work.db.scalars(select(Slot.guid).order_by(Slot.id)))
        file = keep_file(
            conference_id=work.db.scalars(select(Conference.id).where(Conference.slug == SLUG)).one(),
            call_slug="main",
            file_name="talks.csv",
            data=b"title,speaker\nA talk,Somebody\n",
        )
    refs = [world.refs[name] for name in OWNERS]
    return {
        "event_slug": [SLUG],
        "ref": [*refs, *reviews[:1], *jobs, *plans[:1], MADE_UP],
        "agenda:ref": [world.refs["open"], world.refs["main"], world.refs["lost"], MADE_UP],
        "reviews.plan:ref": [*plans, refs[0], MADE_UP],
        "reviews.panel:ref": plans,
        "reviews.panel:proposal_ref": [*refs, MADE_UP],
        "plan_ref": [*plans, refs[0], MADE_UP],
        "job_ref": [*jobs, MADE_UP],
        "release_ref": [*tellings, MADE_UP],
        "slug": ["main", f"{SLUG}-community", SLUG, "data", "made-up"],
        "token": ["made-up-token", f"{refs[0]}-made-up"],
        "cfp.preview_import_page:token": [file, "made-up-token"],
        "cfp.apply_import:token": [file],
        "kind": ["track", "session_type", "room", "made-up"],
        "code": ["en", "xx"],
        "locale": ["en", "de", "xx"],
        "name": ["made-up"],
        "number": [*numbers, 99],
        "guid": [*slots, "00000000-0000-0000-0000-000000000000"],
        "day": ["2027-03-27", "2027-03-28"],
        "paper": ["A4", "A5"],
    }
