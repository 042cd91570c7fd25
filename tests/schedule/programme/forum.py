"""An invented conference of a user group: two days, six rooms, sixty talks and the odd cases of real life."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from schedule.document import (
    DocConference,
    DocDay,
    DocRelease,
    DocRoom,
    DocSlot,
    DocSpeaker,
    DocTalk,
    DocTrack,
    ReleaseDocument,
)

ZONE = ZoneInfo("Europe/Rome")
NAMESPACE = UUID("3d0f5a1e-5b63-4a58-9d1c-0f3c8c1d2a10")
RELEASED_AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
FIRST_DAY = date(2027, 3, 18)

Rooms = tuple[tuple[str, int | None, tuple[str, ...]], ...]

ROOMS: Rooms = (
    ("Aula Magna", 620, ("stage", "interpreters", "induction loop")),
    ("Sala Carducci", 220, ("induction loop",)),
    ("Sala Morandi", 140, ()),
    ("Laboratorio 1", 40, ("power at every seat",)),
    ("Laboratorio 2", 40, ("power at every seat",)),
    ("Terrazza", None, ()),
)
TRACKS = (
    ("operations", "Operations & reliability", "#045dbb", "blue"),
    ("modelling", "Data modelling", "#046823", "green"),
    ("migration", "Migration stories", "#bd5403", "orange"),
    ("people", "People and process", "#782185", "plum"),
    ("members", "Reserved for members", "#0a6565", "teal"),
)
TITLES = (
    ("Seven hours dark: what our outage taught us about backups", "operations", "en"),
    ("Ein Data Vault für die Stadtwerke", "modelling", "de"),
    ("Dal mainframe al cloud in undici mesi", "migration", "it"),
    ("Saying no kindly: running a backlog with two hundred stakeholders", "people", "en"),
    ("Customers only: the licence audit, openly discussed", "members", "en"),
    ("Partitioning without tears", "operations", "en"),
    ("Slowly changing dimensions, quickly explained", "modelling", "en"),
    ("Zwei Rechenzentren, eine Wahrheit", "operations", "de"),
    ("Testare le query prima che lo facciano gli utenti", "modelling", "it"),
    ("The reorganisation nobody noticed", "people", "en"),
    ("From nightly batch to streams, one table at a time", "migration", "en"),
    ("Indexes that earn their keep", "operations", "en"),
    ("Naming things in four languages", "people", "en"),
    ("Was kostet eine Abfrage?", "operations", "de"),
    ("A museum catalogue with three million objects and no budget", "migration", "en"),
    ("Row level security in a hospital group", "modelling", "en"),
    ("Il costo nascosto delle viste", "modelling", "it"),
    ("On call with small children", "people", "en"),
    ("Replication lag as a product decision", "operations", "en"),
    ("Ask the user group board anything", "members", "en"),
)
PARAGRAPHS = {
    "en": (
        "We run the booking system of a regional railway. For nine years it grew by one table a week, and "
        "nobody dared to remove any. This talk tells how we found out which tables still mattered, how we "
        "told their owners, and what happened on the weekend when we finally switched the others off.",
        "The method is simple enough for a small team: read the statistics that the database keeps anyway, "
        "ask three questions, and write the answers next to the table. You will see the queries, the "
        "questionnaire and the two answers that surprised us most.",
        "There will be no product demonstration. Bring a schema of your own if you like; we shall look at "
        "some of them together in the second half.",
        "Backups that were never restored are only hopes. We restore one database every night, at random, "
        "on a machine that is thrown away in the morning, and publish the result where everybody sees it.",
    ),
    "de": (
        "Wir betreiben die Abrechnung eines mittelgroßen Versorgers. Der Vortrag zeigt, wie aus vierzig "
        "Exceltabellen ein nachvollziehbares Modell wurde, welche Donaudampfschifffahrtsgesellschafts"
        "vergleiche wir dabei verworfen haben und warum die Fachabteilung heute selbst modelliert.",
        "Gezeigt werden echte Zahlen: Laufzeiten vor und nach der Umstellung, Kosten je Abfrage und die "
        "Fehler, die wir kein zweites Mal machen würden.",
    ),
    "it": (
        "Raccontiamo la migrazione del catasto comunale: undici mesi, tre fornitori, nessuna domenica di "
        "fermo. Vedremo come abbiamo misurato il rischio, come abbiamo coinvolto gli sportelli e che cosa "
        "rifaremmo in modo diverso.",
        "Non serve esperienza con il cloud; serve un po’ di pazienza con i numeri.",
    ),
}
TAKE_HOME = (
    "\n\nYou will take home:\n\n- a checklist of one page\n- the *scripts*, under a free licence\n"
    "- the courage to delete"
)
FIRST_NAMES = (
    "Ada Ben Cleo Dario Elif Fabian Greta Hanno Ilaria Jürgen Katarzyna Luca Miriam Nils Ornella Paul Quirin "
    "Rosa Sven Tiziana Ulrike Vito Wanda Xenia Yusuf Zoë"
).split()
LAST_NAMES = (
    "Bianchi Öztürk Lindqvist Moretti Kowalczyk Hoffmann O’Neill Ferrari Szymańska Čapek Weiß Ricci Vermeer "
    "Abbott Núñez"
).split()
ODD_NAMES = (
    "山田 花子",
    "محمد العربي",
    "יעל כהן",
    "Σοφία Παπαδοπούλου",
    "Наталья Ковалёва",
    "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff",
)
AFFILIATIONS = (
    "Railways of the North",
    "Stadtwerke Musterstadt",
    "Comune di Vallechiara",
    "",
    "Museum of Small Things",
)
TALK_STARTS = ((9, 30, 45), (10, 30, 30), (11, 10, 45), (13, 30, 45), (14, 30, 30), (15, 30, 60))
SPEAKERLESS_ABSTRACTLESS_TALK = 11
TRACKLESS_TALK = 12
CROWDED_TALK = 17

Turns = tuple[Iterator[DocSpeaker], Iterator[tuple[str, str, str]]]


def guid(*key: object) -> UUID:
    return uuid5(NAMESPACE, "/".join(map(str, key)))


def forum(*, day_count: int = 2, rooms: Rooms = ROOMS) -> ReleaseDocument:
    """Sixty talks on two days by default: three rooms hold six talks a day, three hold four."""
    doc_rooms = tuple(
        DocRoom(guid=guid("room", name), slug=f"room-{at}", name=name, capacity=capacity, features=features)
        for at, (name, capacity, features) in enumerate(rooms, start=1)
    )
    speakers = _speakers()
    talks: list[DocTalk] = []
    slots: list[DocSlot] = []
    days = tuple(_day(index) for index in range(1, day_count + 1))
    turns = (cycle(speakers), cycle(TITLES))
    for day in days:
        _add_common_slots(slots, day)
        for place, room in enumerate(doc_rooms):
            for hour, minute, length in TALK_STARTS if place % 2 == 0 else TALK_STARTS[:4]:
                talks.append(_talk(len(talks), turns))
                slots.append(slot(len(slots) + 1, day, (hour, minute), length, talk=talks[-1], room=room))
    return ReleaseDocument(
        conference=_conference(days),
        release=DocRelease(number=3, name="Programme for print", released_at=RELEASED_AT),
        rooms=doc_rooms,
        tracks=_tracks(),
        days=days,
        speakers=speakers,
        talks=tuple(talks),
        slots=tuple(slots),
    )


def slot(
    number: int,
    day: DocDay,
    start: tuple[int, int],
    length_minutes: int,
    *,
    talk: DocTalk | None = None,
    room: DocRoom | None = None,
    title: str = "",
    kind: str = "talk",
) -> DocSlot:
    """``start`` is the local time of the programme day; its hour may be 24 or more."""
    return DocSlot(
        number=number,
        guid=guid("slot", number),
        talk=talk.ref if talk else None,
        kind=kind,
        title=title,
        room=room.guid if room else None,
        day=day.index,
        starts_at=_instant(day.date, *start),
        length_minutes=length_minutes,
        sequence=0,
        changed_at=RELEASED_AT,
        cancelled=False,
    )


def _conference(days: tuple[DocDay, ...]) -> DocConference:
    return DocConference(
        slug="forum27",
        acronym="forum27",
        title="Forum 27 of the Tabula User Group",
        description="The yearly meeting of people who keep other people’s data safe.",
        starts_on=days[0].date,
        ends_on=days[-1].date,
        zone="Europe/Rome",
        url="https://forum.example/27",
        accent="#0a646c",
        locales=("en", "de", "it"),
        venue="Palazzo dei Congressi, Via dell’Orto 4",
        city="Bologna",
        contact="hello@forum.example",
    )


def _tracks() -> tuple[DocTrack, ...]:
    return tuple(
        DocTrack(slug=slug, name=name, colour=colour, colour_name=word, special=slug == "members", description="")
        for slug, name, colour, word in TRACKS
    )


def _speakers() -> tuple[DocSpeaker, ...]:
    names = [f"{first} {LAST_NAMES[at % len(LAST_NAMES)]}" for at, first in enumerate(FIRST_NAMES * 2)]
    return tuple(
        DocSpeaker(
            ref=f"SP{at:03}",
            guid=guid("speaker", at),
            name=name,
            affiliation=AFFILIATIONS[at % len(AFFILIATIONS)],
            biography=f"{name} has kept databases for years." if at % 3 else "",
        )
        for at, name in enumerate([*names, *ODD_NAMES])
    )


def _day(index: int) -> DocDay:
    on = FIRST_DAY + timedelta(days=index - 1)
    return DocDay(index=index, date=on, starts_at=_instant(on, 9, 0), ends_at=_instant(on, 24, 30))


def _instant(on: date, hour: int, minute: int) -> datetime:
    wall = datetime(on.year, on.month, on.day, tzinfo=ZONE) + timedelta(hours=hour, minutes=minute)
    return wall.astimezone(UTC)


def _talk(number: int, turns: Turns) -> DocTalk:
    speakers, titles = turns
    title, track, language = next(titles)
    turn = number // len(TITLES)
    paragraphs = PARAGRAPHS[language]
    abstract = "\n\n".join(paragraphs[: 1 + number % len(paragraphs)]) + (TAKE_HOME if number % 5 == 0 else "")
    speaker_count = 9 if number == CROWDED_TALK else 1 + (number % 4 == 1)
    return DocTalk(
        ref=f"T{number:05}",
        guid=guid("talk", number),
        code=f"{number:06}",
        title=(title, f"{title}: part two", f"{title} – the workshop")[turn % 3],
        subtitle="An experience report" if number % 7 == 3 else "",
        abstract="" if number == SPEAKERLESS_ABSTRACTLESS_TALK else abstract,
        language=language,
        type_name="Workshop" if turn % 3 == 2 else "Talk",
        kind="talk",
        track=None if number == TRACKLESS_TALK else track,
        presenter_kind="user",
        speakers=()
        if number == SPEAKERLESS_ABSTRACTLESS_TALK
        else tuple(next(speakers).ref for _ in range(speaker_count)),
        links=(("Slides", "https://forum.example/27/slides"),) if number % 6 == 0 else (),
    )


def _add_common_slots(slots: list[DocSlot], day: DocDay) -> None:
    for start, length_minutes, title, kind in (
        ((9, 0), 30, "Welcome" if day.index == 1 else "Good morning", "plenary"),
        ((11, 55), 95, "Lunch", "break"),
        ((15, 0), 30, "Coffee", "break"),
        ((23, 30), 60, "Night of short stories", "plenary"),
    ):
        slots.append(slot(len(slots) + 1, day, start, length_minutes, title=title, kind=kind))
