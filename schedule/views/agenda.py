"""The public agenda, from the frozen release alone. Bodies are the same for everybody and can be kept and shared."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from conference import guards
from conference.actor import NOBODY, Actor
from conference.chrome import Chrome, Door, EventChrome, NavLine, front_door, lines_for, navigation
from conference.current import ConferenceFacts, current_conference
from conference.locale import PATTERNS, date_words, days_words, instant_words, page_locale
from conference.palette import ACCENTS
from conference.work import reading
from plumbing.answers import Missing
from schedule import shelf
from schedule.agenda import Agenda, Choice
from schedule.changelog import releases_of
from schedule.document import Index, ReleaseDocument
from schedule.exports import EXPORTS
from schedule.exports.ical import speaker_calendar, talk_calendar
from schedule.models import Release
from schedule.names import language_name
from schedule.programmes import public_programmes
from schedule.shelf import Shown
from schedule.views import blueprint

HTML = "text/html; charset=utf-8"
ICS = "text/calendar; charset=utf-8"
AGENDA = "/<event_slug>/agenda"
OLD = "/<event_slug>/agenda/v/<int:number>"
PAGES = (
    *("schedule.agenda_talk", "schedule.agenda_speakers", "schedule.agenda_speaker", "schedule.agenda_changes"),
    "schedule.agenda_release",
)


@navigation
def agenda_line(_actor: Actor, _facts: ConferenceFacts) -> list[NavLine]:
    return [NavLine(_("Programme"), "schedule.agenda", 20, within=PAGES)]


@front_door
def agenda_door(actor: Actor, facts: ConferenceFacts) -> list[Door]:
    """To the programme, once there is one. One query."""
    with reading(actor) as work:
        name = work.db.scalar(
            select(Release.name).where(Release.conference_id == facts.id).order_by(Release.number.desc()).limit(1)
        )
    if name is None:
        return []
    return [
        Door(
            _("Programme"),
            _("Who speaks when and where. Current: “%(name)s”.", name=name),
            url_for("schedule.agenda"),
            5,
        )
    ]


@blueprint.get(f"{AGENDA}/")
@guards.public
def agenda() -> Any:
    return _index(None)


@blueprint.get(f"{OLD}/")
@guards.public
def agenda_release(number: int) -> Any:
    """An old release stays readable for ever."""
    return _index(number)


@blueprint.get(f"{AGENDA}/talks/<ref>")
@blueprint.get(f"{OLD}/talks/<ref>")
@guards.public
def agenda_talk(ref: str, number: int | None = None) -> Any:
    release = _release(number)
    index = shelf.index_of(release)
    if ref not in index.talk_by_ref:
        raise Missing()

    def make() -> str:
        page = Agenda(index, _linker(release))
        return _render(release, index, "talk.html", talk=page.talk(index.talk_by_ref[ref]), ref=ref)

    return _serve(release, f"talk/{ref}", make)


@blueprint.get(f"{AGENDA}/speakers/")
@blueprint.get(f"{OLD}/speakers/")
@guards.public
def agenda_speakers(number: int | None = None) -> Any:
    release = _release(number)
    index = shelf.index_of(release)

    def make() -> str:
        return _render(release, index, "speakers.html", groups=Agenda(index, _linker(release)).speakers())

    return _serve(release, "speakers", make)


@blueprint.get(f"{AGENDA}/speakers/<ref>")
@blueprint.get(f"{OLD}/speakers/<ref>")
@guards.public
def agenda_speaker(ref: str, number: int | None = None) -> Any:
    release = _release(number)
    index = shelf.index_of(release)
    person = index.speaker_by_ref.get(ref)
    if person is None:
        raise Missing()

    def make() -> str:
        page = Agenda(index, _linker(release))
        return _render(
            release, index, "speaker.html", person=page.person(person), entries=page.entries_of(person), ref=ref
        )

    return _serve(release, f"speaker/{ref}", make)


@blueprint.get(f"{AGENDA}/changes")
@guards.public
def agenda_changes() -> Any:
    """What each release changed, newest first."""
    release = _release(None)
    index = shelf.index_of(release)

    def make() -> str:
        with reading(NOBODY) as work:
            lines = releases_of(work, release.conference_id)
        return _render(release, index, "changes.html", lines=lines)

    return _serve(release, "changes", make)


@blueprint.get(f"{AGENDA}/talks/<ref>.ics")
@guards.public
def agenda_talk_calendar(ref: str) -> Any:
    return _calendar(f"talk/{ref}.ics", lambda document: talk_calendar(document, ref))


@blueprint.get(f"{AGENDA}/speakers/<ref>.ics")
@guards.public
def agenda_speaker_calendar(ref: str) -> Any:
    return _calendar(f"speaker/{ref}.ics", lambda document: speaker_calendar(document, ref))


@blueprint.get(f"{AGENDA}/<any('schedule.xml', 'schedule.json', 'schedule.ics'):filename>")
@guards.public
def agenda_feed(filename: str) -> Any:
    release = _release(None)
    export = EXPORTS[filename]
    answer = shelf.serve(
        release,
        filename,
        lambda: export.make(shelf.index_of(release).document),
        content_type=export.content_type,
    )
    # Programmes in browsers of other sites read the feeds too; nothing in them is secret.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _index(number: int | None) -> Any:
    release = shelf.shown(g.event_slug, number)
    if release is None:
        return _not_yet()
    index = shelf.index_of(release)
    page = Agenda(index, _linker(release))
    asked = request.args
    names = ("view", "day", "track", "room", "lang")
    choice = page.choice(*(asked.get(name, "") for name in names), at=release.looked_at)
    key = f"index/{sorted(choice.query().items())}"
    return _serve(release, key, lambda: _index_page(release, page, choice))


def _index_page(release: Shown, page: Agenda, choice: Choice) -> str:
    is_list = choice.view == "list"
    count = sum(slot.kind == "talk" for slot in page.slots(choice, cancelled=False))
    with reading(NOBODY) as work:
        programmes = public_programmes(work, release.id)
    return _render(
        release,
        page.index,
        "index.html",
        here=page.link("index", **choice.query()),
        choice=choice,
        day_tabs=_day_tabs(page, choice),
        views=_view_tabs(page, choice),
        grids=[] if is_list else page.grids(choice),
        days=page.days(choice) if is_list else [],
        tracks=[(track.slug, track.name) for track in page.document.tracks],
        rooms=[(room.slug, room.name) for room in page.document.rooms],
        languages=[(code, language_name(code, PATTERNS[page_locale()])) for code in page.languages()],
        count_words=ngettext("%(num)s talk", "%(num)s talks", count),
        programmes=programmes,
    )


def _day_tabs(page: Agenda, choice: Choice) -> list[tuple[str, str, bool, None]]:
    def href(day: str) -> str:
        return page.link("index", **{**choice.query(), "day": day})

    days = [
        (date_words(day.date, pattern="EEE d MMM"), href(str(day.index)), day.index == choice.day, None)
        for day in page.open_days()
    ]
    if choice.view == "list" and len(page.document.days) > 1:
        days.append((_("All days"), href("all"), choice.day is None, None))
    return days


def _view_tabs(page: Agenda, choice: Choice) -> list[tuple[str, str, str, bool]]:
    values = {name: value for name, value in choice.query().items() if name != "view"}
    grid = {name: value for name, value in values.items() if (name, value) != ("day", "all")}
    return [
        (_("Grid"), "layout-grid", page.link("index", **grid), choice.view == "grid"),
        (_("List"), "list", page.link("index", view="list", **values), choice.view == "list"),
    ]


def _release(number: int | None) -> Shown:
    """Raises Missing before the first release."""
    release = shelf.shown(g.event_slug, number)
    if release is None:
        raise Missing()
    return release


def _not_yet() -> Any:
    current_conference()
    return render_template("schedule/agenda/not_yet.html")


def _linker(release: Shown) -> Callable[..., str]:
    """Links stay within the release that is read."""
    number: dict[str, Any] = {"number": release.number} if release.is_old else {}

    def link(page: str, **values: Any) -> str:
        if page == "index":
            return url_for("schedule.agenda_release" if number else "schedule.agenda", **number, **values)
        return url_for(f"schedule.agenda_{page}", **number, **values)

    return link


def _serve(release: Shown, key: str, make: Callable[[], str]) -> Response:
    return shelf.serve(release, key, make, content_type=HTML, locale=page_locale())


def _calendar(key: str, make: Callable[[ReleaseDocument], bytes]) -> Response:
    release = _release(None)
    index = shelf.index_of(release)
    try:
        return shelf.serve(release, key, lambda: make(index.document), content_type=ICS)
    except KeyError as error:
        raise Missing() from error


def _render(release: Shown, index: Index, name: str, **view: Any) -> str:
    conference = index.document.conference
    return render_template(
        f"schedule/agenda/{name}",
        current=_chrome(release, index, view.pop("here", request.path)),
        csrf_token=lambda: "",
        get_flashed_messages=lambda **_options: [],
        link=_linker(release),
        conference=conference,
        dates=days_words(conference.starts_on, conference.ends_on),
        release=release,
        released_words=instant_words(release.released_at, conference.zone),
        **view,
    )


def _lines(release: Shown, index: Index) -> list[tuple[str, str, bool, str | None]]:
    """The navigation that everybody has, made of what the release says of the conference."""
    conference = index.document.conference
    facts = ConferenceFacts(
        id=release.conference_id,
        slug=release.slug,
        name=conference.title,
        acronym=conference.acronym,
        zone=conference.zone,
        locales=conference.locales,
        starts_on=conference.starts_on,
        ends_on=conference.ends_on,
        venue=conference.venue,
        city=conference.city,
        accent="",
        contact_email=conference.contact,
        description=conference.description,
        live_at=release.released_at,
    )
    here = ("schedule.agenda", "schedule.agenda_release", "schedule.agenda_talk")
    return [
        (line.label, url_for(line.endpoint), line.endpoint == "schedule.agenda" and request.endpoint in here, None)
        for line in lines_for(NOBODY, facts)
    ]


@dataclass(frozen=True, slots=True)
class PublicChrome(Chrome):
    """``here`` is the page's own address, not the one that was typed: what is kept must not echo a visitor."""

    here: str = "/"

    def locale_url(self, code: str) -> str:
        return f"/language/{code}?{urlencode({'next': self.here})}"


def _chrome(release: Shown, index: Index, here: str) -> Chrome:
    """A frame without a person in it: the same bytes for everybody."""
    conference, link = index.document.conference, _linker(release)
    accent = next((name for name, value in ACCENTS.items() if value == conference.accent), "petrol")
    at = request.endpoint
    nav: list[tuple[str, str, bool, str | None]] = [
        *_lines(release, index),
        (_("Speakers"), link("speakers"), at == "schedule.agenda_speakers", None),
        (_("Changes"), url_for("schedule.agenda_changes"), at == "schedule.agenda_changes", None),
    ]
    return PublicChrome(
        actor=None,
        event=EventChrome(release.slug, conference.title, accent, url_for("conference.home", event_slug=release.slug)),
        locale=page_locale(),
        nav=nav,
        account_nav=[],
        sign_in_href=url_for("conference.sign_in"),
        sign_out_href="",
        here=here,
    )
