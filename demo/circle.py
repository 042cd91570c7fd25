"""The main conference: two days, five tracks, six rooms; the call is closed and the programme is out."""

from datetime import date, timedelta

from cfp.service import CallDraft
from conference.service.setup import ConferenceDraft, RoomDraft, SessionTypeDraft, TrackDraft
from demo import deciding, founding, timetable
from demo.founding import Founded, TrackPlan
from demo.making import Making, next_weekday
from demo.people import Person
from demo.planning import Planner, sprinkle, until
from demo.reviewing import Pace, assign, means, write_reviews
from demo.submitting import Planned, send_in, withdraw
from demo.texts import lines, unwrapped
from plumbing.blobs import Blobs
from reviews.service import CriterionDraft, PhaseDraft
from schedule.programmes import ask_for_programme
from schedule.service.releases import release_schedule

ZONE = "Europe/Vienna"
REVIEWERS = 24
THURSDAY = 3
COUNTS = {"finance": 34, "people": 30, "integration": 30, "data": 24, "public": 22}
ACCEPTED = {"finance": 17, "people": 16, "integration": 16, "data": 12, "public": 11}
WAITING = 2
DRAFTS, WITHDRAWN = 9, 5
LATE_VERDICTS, NO_VERDICT, WITHOUT_SLOT = 5, 3, 2
OPENS, CLOSES, PAPERS_CLOSE, PUBLIC_CLOSES = 150, 80, 75, 73
DESCRIPTION = unwrapped("""
Two days for people who work with Quandrell: **by members, for members**.

Sixty talks on finance, people, integration and data, papers with figures, workshops with few seats, and a forum of the
public sector with a call of its own. No sales talks: sponsors meet you in the exhibition and over coffee.

The evening by the river is included. Children are welcome; tell us their age and we find somebody who plays with them.
""")
CALL = unwrapped("""
Tell us what you have **done**, what it **cost** and what you would **do differently**. Half of the programme
is reserved for members who use the software; partners and the vendor are welcome with a customer beside them on stage.

- Talks of 40 minutes, short talks of 20, workshops of 90, and papers of up to twenty pages.
- English, German or Italian: take the language in which you are at your best.
- Three members of the committee read each proposal without knowing who wrote it. So please leave out names.

You can begin without an account, and nothing that you typed is lost.
""")
PUBLIC_CALL = unwrapped("""
The forum of cities, universities, hospitals and utilities has its own committee and its own date.
Show what others can take over, and say what your council, your auditors or your patients thought of it.
""")
GUIDANCE = unwrapped("""
Read as a member who has paid for the journey. A plain report with figures is worth more than a polished
promise. Mark a **sales pitch** when a proposal would not work without its product, and say kindly what should change.
""")
TRACKS = (
    ("Finance and supply", "finance", ("finance",), "blue", "Closing, invoices, purchasing, planning, warehouse."),
    ("People and payroll", "people", ("people",), "green", "Payroll, time, recruiting, and works councils."),
    ("Integration and operations", "integration", ("integration", "build"), "orange", "Interfaces, cloud, tests."),
    ("Data and reporting", "data", ("data",), "violet", "Figures that agree, forecasts that admit their error."),
    ("Public sector forum", "public", ("public",), "plum", "Cities, hospitals, universities, utilities."),
)  # fmt: skip
ROOMS = (
    ("Saal Nordkette", 320, ("stage", "recording", "interpreters", "wheelchair access")),
    ("Saal Inn", 140, ("recording", "wheelchair access")),
    ("Raum Serles", 110, ("recording",)),
    ("Raum Patscherkofel", 80, ("wheelchair access",)),
    ("Raum Hungerburg", 60, ()),
    ("Werkstatt", 36, ("tables", "power at each seat")),
)
HOMES = {
    "finance": ["Saal Inn", "Saal Nordkette", "Raum Hungerburg"],
    "people": ["Raum Serles", "Saal Nordkette", "Raum Hungerburg"],
    "integration": ["Saal Nordkette", "Saal Inn", "Raum Hungerburg"],
    "data": ["Raum Patscherkofel", "Saal Nordkette", "Raum Hungerburg"],
    "public": ["Raum Hungerburg", "Raum Patscherkofel", "Raum Serles"],
}
CRITERIA = (
    ("Relevance", "Will members use it next month?", 3, ("not at all", "for few", "for some", "for many", "for all")),
    ("Experience", "Was it done and measured?", 3, ("a plan", "a pilot", "done once", "proven", "proven, figures")),
    ("Clarity", "Do you know what you would hear?", 2, ("no idea", "vague", "mostly", "clear", "crystal clear")),
    ("Neutrality", "Free of advertising?", 2, ("an advert", "much", "some", "little", "none")),
)  # fmt: skip


def first_day(making: Making) -> date:
    return next_weekday(making.now.date() + timedelta(days=40), THURSDAY)


def make(making: Making, blobs: Blobs, cast: dict[str, Person], accounts: dict[str, int]) -> None:
    event = _set_up(making, accounts)
    reviewers = _team(making, event, cast, accounts)
    plans = _plans(making, event, cast, reviewers)
    send_in(making, event, blobs, plans)
    sent = _withdraw_some(making, event, cast, plans)
    _review(making, event, sent)
    accepted = _decide(making, event, accounts, sent)
    silent = [plan for plan in accepted if plan.owner is cast["author"] and plan.type_name == "Paper"]
    coming = deciding.answer(making, event, accepted, making.ago(46), declined=4, silent=7, asked=silent)
    _schedule(making, event, cast, coming)


def _set_up(making: Making, accounts: dict[str, int]) -> Founded:
    first = first_day(making)
    draft = ConferenceDraft(
        slug=f"circle-days-{first:%y}",
        name=f"Circle Days {first:%Y}",
        acronym=f"circledays{first:%y}",
        description=DESCRIPTION,
        venue="Kongresshaus am Fluss",
        city="Innsbruck",
        zone=ZONE,
        locales=("en", "de", "it"),
        starts_on=first,
        ends_on=first + timedelta(days=1),
        accent="petrol",
        contact_email="programme@circle.example",
    )
    event = founding.found(making, chair=accounts["chair"], at=making.ago(190), draft=draft)
    at = making.ago(186)
    founding.add_tracks(making, event, at, [
        TrackPlan(slug, areas, TrackDraft(name, text, colour, slug == "public", position))
        for position, (name, slug, areas, colour, text) in enumerate(TRACKS)
    ])  # fmt: skip
    founding.add_types(making, event, at, [
        SessionTypeDraft("Talk", "talk", 40, None, 0),
        SessionTypeDraft("Short talk", "talk", 20, None, 1),
        SessionTypeDraft("Workshop", "talk", 90, None, 2),
        SessionTypeDraft("Paper", "paper", 30, making.evening(PAPERS_CLOSE, ZONE), 3),
    ])  # fmt: skip
    rooms = [RoomDraft(name, seats, features, place) for place, (name, seats, features) in enumerate(ROOMS)]
    founding.add_rooms(making, event, at, rooms)
    _open_calls(making, event)
    return event


def _open_calls(making: Making, event: Founded) -> None:
    opens, at = making.morning(OPENS, ZONE), making.ago(OPENS + 5)
    main = CallDraft(
        "talks-and-papers", "Call for talks and papers", CALL, opens, making.evening(CLOSES, ZONE), None, 5, 2500, 20
    )
    public = CallDraft(
        "public-sector", "Call of the public sector forum", PUBLIC_CALL, opens, making.evening(PUBLIC_CLOSES, ZONE),
        event.tracks["public"], 3, 2500, 20,
    )  # fmt: skip
    for draft in (main, public):
        founding.add_call(making, event, at, draft)
    phase = PhaseDraft(making.morning(72, ZONE), making.evening(52, ZONE), 3, GUIDANCE)
    founding.add_phase(
        making, event, making.ago(120), phase,
        [CriterionDraft(name, text, weight, labels) for name, text, weight, labels in CRITERIA],
    )  # fmt: skip


def _team(making: Making, event: Founded, cast: dict[str, Person], accounts: dict[str, int]) -> list[Person]:
    """Two chairs, five track chairs and the reviewers, who are returned."""
    crowd, at = making.crowd, making.ago(178)
    second = crowd.named("Graham Thistleby", "tidewell", "Tidewell Energy", "user")
    accounts["second chair"] = making.account(second, days=300)
    founding.grant(making, event, at, accounts["second chair"], "chair")
    for track in event.tracks:
        person = cast["track-chair"] if track == "people" else crowd.draw("user", public=track == "public")
        founding.grant(making, event, at, making.account(person, days=250), "track_chair", track)
    reviewers = [cast["reviewer"]]
    reviewers += [crowd.draw("partner" if number % 6 == 5 else "user") for number in range(REVIEWERS - 1)]
    areas = list(COUNTS)
    for number, person in enumerate(reviewers):
        account_id = making.account(person, days=220 - number)
        words = making.lot.choice(lines("people")[f"words/{areas[number % len(areas)]}"])
        load = making.lot.choice(((0, 18), (8, 20), (10, 24), (0, 22)))
        founding.add_reviewer(making, event, making.ago(120 - number), account_id, words=words, load=load)
    for answer in (None, "declined"):
        founding.invite(making, event, making.ago(100 if answer else 9), crowd.draw("user"), answer=answer)
    return reviewers


def _plans(making: Making, event: Founded, cast: dict[str, Person], reviewers: list[Person]) -> list[Planned]:
    """Among the authors are some of the reviewers, the chair, and the author whose log-in is shown."""
    opens, types = making.ago(OPENS - 1), ("Talk", "Short talk", "Workshop", "Paper")
    author = cast["author"]
    window = (opens, until(making.ago(CLOSES)))
    plans: list[Planned] = []
    for track, count in COUNTS.items():
        call, closes = ("public-sector", PUBLIC_CLOSES) if track == "public" else ("talks-and-papers", CLOSES)
        planner = Planner(making, event, call, types)
        where = (opens, until(making.ago(closes)))
        own = [planner.one(track, where, owner=reviewers[len(plans) % REVIEWERS], type_name="Talk")]
        if track == "finance":
            own.append(planner.one(track, window, owner=author, quality=4.9, type_name="Talk"))
            own.append(planner.one(track, window, owner=author, quality=1.7, type_name="Short talk"))
        if track == "data":
            own.append(planner.one(track, window, owner=author, quality=4.8, type_name="Paper"))
            own.append(planner.one(track, window, owner=cast["chair"], quality=4.0, type_name="Talk"))
        if track == "people":
            own.append(planner.one(track, window, owner=author, stage="draft", type_name="Talk"))
        plans += own + planner.several(track, count - len(own), where)
    others = [plan for plan in plans if plan.owner is not author]
    for plan in making.lot.sample(others, DRAFTS - 1):
        plan.stage, plan.is_edited = "draft", False
    first = making.now + (first_day(making) - making.now.date()) * 1
    away = [(first, first + timedelta(hours=7)), (first + timedelta(days=1), first + timedelta(days=1, hours=5))]
    sprinkle(making, others, reviewers=reviewers[3:], pending=4, conflicts=4, away=away)
    return plans


def _withdraw_some(making: Making, event: Founded, cast: dict[str, Person], plans: list[Planned]) -> list[Planned]:
    """Returns those that stay in."""
    shown = {person.email for person in cast.values()}
    sent = [plan for plan in plans if plan.stage == "submitted"]
    gone = making.lot.sample([plan for plan in sent if plan.owner.email not in shown], WITHDRAWN)
    for number, plan in enumerate(gone):
        reason = deciding.REASONS[number % len(deciding.REASONS)] if number % 2 else ""
        withdraw(making, event, plan, making.ago(72.4 - number / 20), reason)
    return [plan for plan in sent if plan not in gone]


def _review(making: Making, event: Founded, sent: list[Planned]) -> None:
    making.db.flush()
    assign(making, event, making.ago(71.9))
    write_reviews(making, event, sent, Pace(making.ago(71), 18.5, sent=0.96, drafted=0.02))
    making.db.flush()


def _decide(making: Making, event: Founded, accounts: dict[str, int], sent: list[Planned]) -> list[Planned]:
    """Two releases; some verdicts are still private and some proposals undecided. Returns what was accepted."""
    weights = dict(zip(event.criteria, (weight for _name, _text, weight, _labels in CRITERIA), strict=True))
    ranked = deciding.rank(sent, means(making, event, weights))
    verdicts: dict[int, str] = {}
    for track, plans in ranked.items():
        most = ACCEPTED[track]
        for place, plan in enumerate(plans):
            verdicts[plan.id] = "accept" if place < most else "waitlist" if place < most + WAITING else "reject"
    rejected = [plan for plan in sent if verdicts[plan.id] == "reject"]
    late = making.lot.sample(rejected, LATE_VERDICTS + NO_VERDICT)
    held = {plan.id for plan in late}
    chairs = (event.chair, accounts["second chair"])
    first = {number: verdict for number, verdict in verdicts.items() if verdict != "waitlist" and number not in held}
    undecided = deciding.judge(making, event, chairs, first, sent, making.ago(49))
    deciding.add_notes(making, event, sent, making.ago(48))
    deciding.tell(making, event, making.ago(47))
    waiting = {number: verdict for number, verdict in verdicts.items() if verdict == "waitlist"}
    deciding.judge(making, event, chairs, waiting, sent, making.ago(43))
    deciding.tell(making, event, making.ago(42))
    private = {plan.id: "accept" if plan.quality > 3 else "reject" for plan in late[:LATE_VERDICTS]}
    deciding.judge(making, event, chairs, private, sent, making.ago(5))
    gone = {plan.id for plan in undecided}
    return [plan for plan in sent if verdicts[plan.id] == "accept" and plan.id not in gone]


def _schedule(making: Making, event: Founded, cast: dict[str, Person], coming: list[Planned]) -> None:
    first = first_day(making)
    timetable.add_days(making, event, making.ago(36), first)
    homes = {**HOMES}
    shops = [plan for plan in coming if plan.type_name == "Workshop"]
    rest = [plan for plan in coming if plan.type_name != "Workshop"]
    at = making.ago(33)
    timetable.place_talks(making, event, at, first, shops, {track: ["Werkstatt"] for track in homes})
    timetable.place_talks(making, event, at + timedelta(hours=2), first, rest[:-WITHOUT_SLOT], homes)
    _publish(making, event, 24, "First plan", "All talks have a place. Times may still change.")
    timetable.change_after_release(making, event, making.ago(20))
    talks = [plan for plan in coming if plan.owner.email not in (cast["author"].email, cast["chair"].email)]
    withdraw(
        making, event, talks[7], making.ago(12), "I have broken my leg. The slides are yours if somebody wants them."
    )
    making.db.flush()
    _publish(making, event, 8, "Second plan", "Three talks have moved and two were cancelled.")
    timetable.leave_unreleased(making, event, making.ago(1))
    ask_for_programme(making.work(event.chair, making.now), conference_id=event.id, paper="A4", locale="en")


def _publish(making: Making, event: Founded, days: float, name: str, notes: str) -> None:
    work = making.work(event.chair, making.morning(days, ZONE))
    release_schedule(work, conference_id=event.id, name=name, notes=notes, despite_fatal=True)
    making.db.flush()
