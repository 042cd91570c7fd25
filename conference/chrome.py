"""The frame of every page: ``current`` in templates. Each floor adds its own lines to the navigation."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from conference.actor import Actor
from conference.current import ConferenceFacts, current_actor
from conference.locale import LOCALE_NAMES, other_locale_url, page_locale


@dataclass(frozen=True, slots=True)
class NavLine:
    """One line of the conference's navigation. ``within`` are the endpoints for which it is the current one."""

    label: str
    endpoint: str
    order: int
    within: tuple[str, ...] = ()
    badge: str | None = None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of a person's own menu, over all conferences. ``label`` is called in the language of the page."""

    label: Callable[[], str]
    endpoint: str
    icon: str


_account_lines: list[AccountLine] = []


def account_navigation(line: AccountLine) -> None:
    """Registers a page that everybody who is signed in has, whatever the conference. No query."""
    if line.endpoint not in [each.endpoint for each in _account_lines]:
        _account_lines.append(line)


def own_pages() -> list[tuple[str, str, str]]:
    """(label, address, icon) of the pages that floors gave to every account."""
    return [(line.label(), url_for(line.endpoint), line.icon) for line in _account_lines]


NavSource = Callable[[Actor, ConferenceFacts], list[NavLine]]
_sources: list[NavSource] = []


def navigation(source: NavSource) -> NavSource:
    """Registers a floor's lines: ``(actor, conference) -> lines``. No query: it runs on every page."""
    if source not in _sources:
        _sources.append(source)
    return source


@dataclass(frozen=True, slots=True)
class EventChrome:
    slug: str
    name: str
    accent: str
    href: str


@dataclass(frozen=True, slots=True)
class Chrome:
    actor: Actor | None
    event: EventChrome | None
    locale: str
    nav: list[tuple[str, str, bool, str | None]]
    account_nav: list[tuple[str, str]]
    sign_in_href: str
    sign_out_href: str
    locales: tuple[tuple[str, str], ...] = LOCALE_NAMES

    def locale_url(self, code: str) -> str:
        return other_locale_url(code)


@dataclass(frozen=True, slots=True)
class Door:
    """A big way in on the conference's page: what one can do here now, and why one would."""

    title: str
    text: str
    href: str
    order: int


DoorSource = Callable[[Actor, ConferenceFacts], list[Door]]
_door_sources: list[DoorSource] = []


def front_door(source: DoorSource) -> DoorSource:
    """Registers what a floor offers on the conference's page: ``(actor, conference) -> doors``."""
    if source not in _door_sources:
        _door_sources.append(source)
    return source


def doors(actor: Actor, facts: ConferenceFacts) -> list[Door]:
    return sorted((door for source in _door_sources for door in source(actor, facts)), key=lambda door: door.order)


def setup(app: Flask) -> None:
    app.context_processor(lambda: {"current": _chrome()})


def _chrome() -> Chrome:
    actor = current_actor()
    facts: ConferenceFacts | None = g.get("conference")
    event = None
    lines: list[NavLine] = []
    if facts is not None:
        event = EventChrome(facts.slug, facts.name, facts.accent, url_for("conference.home", event_slug=facts.slug))
        lines = lines_for(actor, facts)
    return Chrome(
        actor=actor if actor.is_signed_in else None,
        event=event,
        locale=page_locale(),
        nav=[_nav_item(line, facts) for line in lines if facts is not None],
        account_nav=[
            (_("Overview"), url_for("conference.start")),
            *((label, href) for label, href, _icon in own_pages()),
            (_("My account"), url_for("conference.account")),
        ],
        sign_in_href=url_for("conference.sign_in", next=_here()),
        sign_out_href=url_for("conference.sign_out"),
    )


def lines_for(actor: Actor, facts: ConferenceFacts) -> list[NavLine]:
    """The navigation that this person has in this conference, in order."""
    return sorted((line for source in _sources for line in source(actor, facts)), key=lambda line: line.order)


def _nav_item(line: NavLine, facts: ConferenceFacts) -> tuple[str, str, bool, str | None]:
    is_current = request.endpoint == line.endpoint or request.endpoint in line.within
    return (line.label, url_for(line.endpoint, event_slug=facts.slug), is_current, line.badge)


def _here() -> str | None:
    path = request.full_path.rstrip("?")
    return path if request.method == "GET" and path != "/" else None
