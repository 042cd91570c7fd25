"""A smaller conference in the middle of its life: the call is still open, reviewing has begun."""

from datetime import datetime, timedelta

from sqlalchemy import select

from cfp.service import CallDraft
from conference.models import Account
from conference.service.setup import ConferenceDraft, RoomDraft, SessionTypeDraft, TrackDraft
from demo import founding
from demo.founding import Founded, TrackPlan
from demo.making import Making, next_weekday
from demo.people import Person
from demo.planning import Planner, until
from demo.reviewing import Pace, assign, write_reviews
from demo.submitting import Planned, send_in
from demo.texts import lines, unwrapped
from plumbing.blobs import Blobs
from reviews.service import CriterionDraft, PhaseDraft

ZONE = "Europe/Berlin"
FRIDAY = 4
OPENED, CLOSES_IN = 34, 9
EARLY = {"integration": 12, "build": 11, "data": 10}
LATE = {"integration": 3, "build": 4, "data": 3}
REVIEWERS = 11
DESCRIPTION = unwrapped("""
One day among people who keep the thing running: interfaces, tests, upgrades, data.

Small rooms, long breaks, no exhibition. Bring a problem, take home two.
""")
CALL = unwrapped("""
We look for reports from the engine room: **what broke, how you found it, what you changed**. Code and
configuration may be shown; customers' data may not. Talks of 30 minutes, lightning talks of 10.

Reviewing has begun and goes on while proposals come in; who is early is read early.
""")
GUIDANCE = "Would you stay in the room for this? Say in two sentences why, and the author will learn from it."
TRACKS = (
    ("Integration", "integration", ("integration",), "teal", "Interfaces, events, clouds, identities."),
    ("Development and tests", "build", ("build",), "indigo", "Upgrades, tests, low code, security."),
    ("Data engineering", "data", ("data",), "amber", "Models, loads, quality, privacy."),
)
CRITERIA = (
    ("Substance", "How much is in it?", 2, ("nothing", "little", "some", "much", "very much")),
    ("Use", "What can others do with it?", 2, ("nothing", "little", "some", "much", "very much")),
    ("Clarity", "Is it understandable?", 1, ("no", "hardly", "mostly", "yes", "a pleasure")),
)


def make(making: Making, blobs: Blobs, cast: dict[str, Person], accounts: dict[str, int]) -> None:
    """Early proposals are assigned and partly reviewed, the late ones wait for the chair."""
    event = _set_up(making, accounts)
    _team(making, event, accounts)
    assigned_at = making.ago(6)
    early = _plans(making, event, cast, EARLY, (making.ago(OPENED - 1), until(assigned_at)))
    send_in(making, event, blobs, early)
    assign(making, event, assigned_at)
    late = _plans(making, event, {}, LATE, (assigned_at, until(making.ago(0.2))))
    send_in(making, event, blobs, late)
    write_reviews(making, event, early, Pace(assigned_at, 5.5, sent=0.2, drafted=0.06))
    making.db.flush()


def _set_up(making: Making, accounts: dict[str, int]) -> Founded:
    day = next_weekday(making.now.date() + timedelta(days=75), FRIDAY)
    draft = ConferenceDraft(
        slug=f"engine-room-{day:%y}",
        name=f"Engine Room {day:%Y}",
        acronym=f"engineroom{day:%y}",
        description=DESCRIPTION,
        venue="Alte Spinnerei",
        city="Leipzig",
        zone=ZONE,
        locales=("en", "de", "it"),
        starts_on=day,
        ends_on=day,
        accent="indigo",
        contact_email="engine-room@circle.example",
    )
    event = founding.found(making, chair=accounts["chair"], at=making.ago(60), draft=draft)
    at = making.ago(58)
    founding.add_tracks(making, event, at, [
        TrackPlan(slug, areas, TrackDraft(name, text, colour, False, position))
        for position, (name, slug, areas, colour, text) in enumerate(TRACKS)
    ])  # fmt: skip
    founding.add_types(making, event, at, [
        SessionTypeDraft("Talk", "talk", 30, None, 0), SessionTypeDraft("Short talk", "talk", 10, None, 1),
    ])  # fmt: skip
    founding.add_rooms(making, event, at, [RoomDraft("Spindel", 120, ("recording",), 0), RoomDraft("Garn", 50, (), 1)])
    closes = making.evening(-CLOSES_IN, ZONE)
    call = CallDraft(
        "talks", "Call for talks from the engine room", CALL, making.morning(OPENED, ZONE), closes, None, 3, 2500, 20
    )
    founding.add_call(making, event, making.ago(OPENED + 2), call)
    phase = PhaseDraft(making.morning(7, ZONE), making.evening(-18, ZONE), 3, GUIDANCE)
    criteria = [CriterionDraft(name, text, weight, labels) for name, text, weight, labels in CRITERIA]
    founding.add_phase(making, event, making.ago(30), phase, criteria)
    return event


def _team(making: Making, event: Founded, accounts: dict[str, int]) -> None:
    """Reviewers who have reviewed before, the one whose log-in is shown first."""
    known = making.db.scalars(select(Account.id).order_by(Account.id)).all()
    first = known.index(accounts["reviewer"])
    chosen = [
        accounts["reviewer"],
        *[number for number in known if number not in accounts.values()][first : first + 30],
    ]
    for number, account_id in enumerate(chosen[:REVIEWERS]):
        area = ("integration", "data")[number % 2]
        words = making.lot.choice(lines("people")[f"words/{area}"])
        load = (12, 14) if number == 0 else (0, 14)
        founding.add_reviewer(making, event, making.ago(25 - number), account_id, words=words, load=load)
    founding.grant(making, event, making.ago(28), accounts["second chair"], "track_chair", "data")


def _plans(
    making: Making,
    event: Founded,
    cast: dict[str, Person],
    counts: dict[str, int],
    window: tuple[datetime, datetime],
) -> list[Planned]:  # fmt: skip
    plans: list[Planned] = []
    for track, count in counts.items():
        planner = Planner(making, event, "talks", ("Talk", "Short talk"))
        if track == "integration" and "author" in cast:
            plans.append(planner.one(track, window, owner=cast["author"], type_name="Talk"))
        if track == "build" and "author" in cast:
            plans.append(planner.one(track, window, owner=cast["author"], type_name="Talk", stage="draft"))
        plans += planner.several(track, count, window)
    return plans
