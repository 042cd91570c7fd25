"""The data of an event that does not exist, for the style guide."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
    validators,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from conference.palette import TRACK_COLOURS

TRACKS = (("Data", "teal"), ("Web", "orange"), ("Community", "indigo"), ("Teaching", "pink"), ("Systems", "olive"))
TITLES = (
    "Ten years of timetables: what a small city learned from its own open data",
    "Wie wir unser Mitgliederverzeichnis in drei Wochen umzogen",
    "Niente panico: migrare senza fermare il servizio",
    "A library that nobody wanted and everybody uses",
    "Type checking for people who teach",
    "Kvíz: co se stane, když vypadne databáze?",
    "From spreadsheet to service in a hospital",
    "Short stories about long queries",
)


class ProposalForm(Form):
    title = StringField("Title", [validators.InputRequired()])
    abstract = TextAreaField("Abstract", [validators.InputRequired("Please write an abstract.")])
    contact = EmailField("Contact address", [validators.InputRequired(), validators.Email("This is not an address.")])
    kind = RadioField(
        "Type",
        [validators.InputRequired("Please choose a type.")],
        choices=[
            SelectChoice("talk", "Talk"),
            SelectChoice("workshop", "Workshop"),
            SelectChoice("lightning", "Lightning talk"),
        ],
    )
    language = SelectField(
        "Language of the talk",
        choices=[SelectChoice("en", "English"), SelectChoice("de", "Deutsch"), SelectChoice("it", "Italiano")],
    )
    day = DateField("Earliest day", [validators.Optional()])
    length = IntegerField("Length", [validators.Optional()])
    site = URLField("Website")
    topics = SelectMultipleField(
        "Topics",
        choices=[SelectChoice(name.lower(), name) for name, _colour in TRACKS],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    paper = FileField("Paper")
    consent = BooleanField("The talk may be recorded", description="You can change your mind until the talk begins.")


def form() -> ProposalForm:
    """A form as it comes back with mistakes in it."""
    typed = {"title": TITLES[0], "contact": "ada at example", "topics": "data", "length": "30", "language": "en"}
    filled = ProposalForm(MultiDict(typed))
    filled.validate()
    return filled


def proposals(count: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(count):
        track, colour = TRACKS[number % len(TRACKS)]
        scores = [1 + (number * 7 + reviewer * 3) % 5 for reviewer in range(3 + number % 3)]
        mean = sum(scores) / len(scores)
        decision, tone = (
            ("Accept", "positive"),
            ("Undecided", "neutral"),
            ("Waitlist 3", "warning"),
            ("Reject", "danger"),
        )[number % 4]
        rows.append(
            {
                "ref": f"P{number:04}",
                "title": TITLES[number % len(TITLES)],
                "track": track,
                "colour": colour,
                "scores": scores,
                "score": mean,
                "low": max(1.0, mean - 0.7),
                "high": min(5.0, mean + 0.7),
                "score_text": f"{mean:.1f}",
                "decision": decision,
                "tone": tone,
            }
        )
    return rows


def slot(row: int, span: int, col: int, title: str, **more: Any) -> dict[str, Any]:
    start, end = 9 * 60 + (row - 1) * 5, 9 * 60 + (row - 1 + span) * 5
    item: dict[str, Any] = {
        "row": row,
        "span": span,
        "col": col,
        "colspan": 1,
        "title": title,
        "href": "#",
        "time_text": f"{start // 60}:{start % 60:02}–{end // 60}:{end % 60:02}",
        "room_text": ROOMS[col - 1][0],
        "people_text": "Ada Lovelace",
        "colour": None,
        "track": None,
        "kind": "talk",
        "state": None,
        "notes": [],
        "id": f"s{row}-{col}",
        "lang": None,
    }
    return item | more


ROOMS = [("Aula Magna", "400 seats", None), ("Sala Rossa", "120 seats", None), ("Sala Blu", "60 seats", None)]


def grid(label: str) -> dict[str, Any]:
    plain = {"people_text": None, "href": None}
    items = [
        slot(
            1,
            9,
            1,
            "Opening: what we owe to those who came before",
            colspan=3,
            kind="plenary",
            people_text="Grace Hopper",
        ),
        slot(10, 3, 1, "Change of rooms", colspan=3, kind="break", **plain),
        slot(13, 6, 1, TITLES[0], colour="teal", track="Data"),
        slot(
            13,
            6,
            2,
            TITLES[1],
            colour="indigo",
            track="Community",
            state="fatal",
            notes=["Ada speaks twice"],
            lang="de",
        ),
        slot(13, 12, 3, TITLES[4], colour="pink", track="Teaching"),
        slot(19, 6, 1, TITLES[7], colour="teal", track="Data", state="locked"),
        slot(19, 6, 2, TITLES[2], colour="orange", track="Web", state="warning", notes=["Room too small"], lang="it"),
        slot(25, 6, 1, "Coffee", colspan=3, kind="break", **plain),
        slot(31, 2, 1, "Lightning: one regular expression", colour="olive", track="Systems"),
        slot(31, 9, 2, TITLES[3], colour="olive", track="Systems", state="draft"),
        slot(31, 12, 3, "Not available", kind="block", **plain),
        slot(33, 2, 1, "Lightning: a map", colour="plum", track="Data"),
        slot(35, 5, 1, TITLES[6], colour="sky", track="Data"),
    ]
    times = [(row, f"{9 + (row - 1) // 12}:{(row - 1) % 12 * 5:02}", (row - 1) % 12 == 0) for row in range(1, 43, 6)]
    return {"label": label, "rooms": ROOMS, "times": times, "row_count": 43, "items": items}


def agenda() -> list[dict[str, Any]]:
    items = grid("")["items"]
    hours = [
        {"text": "9:00", "iso": "2027-05-03T09:00+02:00", "entries": items[:1]},
        {"text": "10:00", "iso": "2027-05-03T10:00+02:00", "entries": items[2:5]},
    ]
    for hour in hours:
        hour["entries"] = [entry | {"is_cancelled": entry["title"] == TITLES[1]} for entry in hour["entries"]]
    return [{"title": "Monday, 3 May 2027", "id": "day-1", "hours": hours}]


def sample(row_count: int = 12) -> dict[str, Any]:
    """Everything that `styleguide.html` shows, as one variable."""
    unscheduled = [
        slot(1, 6, 1, TITLES[n], colour=TRACKS[n % 5][1], track=TRACKS[n % 5][0], time_text="30 min", room_text=None)
        for n in (5, 1, 3)
    ]
    return {
        "tones": ("neutral", "accent", "positive", "warning", "danger", "info"),
        "track_colours": list(TRACK_COLOURS),
        "form": form(),
        "proposals": proposals(row_count),
        "days": [
            (f"{day + 1} Jan", [2, 1, 3, 0, 4, 2, 5][day % 7] + (day - 20) ** 2 * (day > 20)) for day in range(31)
        ],
        "scale": [
            ("1", "1", "Poor"),
            ("2", "2", "Fair"),
            ("3", "3", "Good"),
            ("4", "4", "Strong"),
            ("5", "5", "Must have"),
        ],
        "ten": [(str(n), str(n), "") for n in range(1, 11)],
        "grid": grid("Schedule of Monday, editable"),
        "public_grid": grid("Schedule of Monday"),
        "unscheduled": [item | {"id": f"u{n}"} for n, item in enumerate(unscheduled)],
        "agenda": agenda(),
    }
