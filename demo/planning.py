"""Who proposes what, when, and how well: plans of proposals in plausible shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cfp.drafts import ConflictDraft
from demo.founding import Founded
from demo.making import Making
from demo.people import Person
from demo.submitting import Planned

TYPE_SHARES = (("Talk", 66), ("Short talk", 18), ("Workshop", 6), ("Paper", 10))
QUALITY = {"user": 3.3, "partner": 3.1, "vendor": 3.0, "sponsor": 2.4, "organiser": 3.4}
QUALITY_SPREAD = 0.75
OWN_LANGUAGE_SHARE = 0.4
KNOWN_AUTHOR_SHARE = 0.28
PROPOSALS_EACH_MAX = 3
COAUTHOR_SHARE = 0.35
EDITED_SHARE = 0.1
LATE_RUSH = (2.6, 1.0)
"""Shape of the moments within the window: few at the beginning, many on the last days."""


@dataclass(slots=True)
class Planner:
    """Plans proposals of one event. ``types`` are the names of its session types."""

    making: Making
    event: Founded
    call: str
    types: tuple[str, ...]
    languages: tuple[str, ...] = ("en", "de", "it")
    authors: list[Person] = field(default_factory=list)
    """Those who may propose again; also whom a caller wants to see among the authors."""

    def several(self, track: str, count: int, window: tuple[datetime, datetime]) -> list[Planned]:
        return [self.one(track, window) for _number in range(count)]

    def one(
        self,
        track: str,
        window: tuple[datetime, datetime],
        *,
        owner: Person | None = None,
        quality: float | None = None,
        type_name: str | None = None,
        stage: str = "submitted",
    ) -> Planned:
        lot = self.making.lot
        areas = self.event.areas[track]
        owner = owner or self._owner("public" in areas)
        type_name = type_name or self._type()
        words = self.making.writer.write(areas, self._languages(owner), owner.kind, is_paper=type_name == "Paper")
        begin, end = window
        return Planned(
            call=self.call,
            track=track,
            type_name=type_name,
            owner=owner,
            words=words,
            at=begin + (end - begin) * lot.betavariate(*LATE_RUSH),
            quality=quality if quality is not None else lot.gauss(QUALITY[owner.kind], QUALITY_SPREAD),
            stage=stage,
            coauthors=self._coauthors(owner),
            is_edited=stage == "submitted" and lot.random() < EDITED_SHARE,
            interest=lot.choice((None, 25, 40, 60, 80, 110, 150)),
        )

    def _owner(self, public: bool) -> Person:
        lot = self.making.lot
        known = [person for person in self.authors if self.authors.count(person) < PROPOSALS_EACH_MAX]
        if known and lot.random() < KNOWN_AUTHOR_SHARE:
            person = lot.choice(known)
        else:
            person = self.making.crowd.draw(public=public)
        self.authors.append(person)
        return person

    def _languages(self, owner: Person) -> tuple[str, ...]:
        """Own language now and then, where the event speaks it; otherwise the event's first."""
        own = self.making.lot.random() < OWN_LANGUAGE_SHARE and owner.locale in self.languages
        return tuple(dict.fromkeys(((owner.locale,) if own else ()) + self.languages))

    def _type(self) -> str:
        shares = [(name, share) for name, share in TYPE_SHARES if name in self.types]
        return self.making.lot.choices([name for name, _share in shares], [share for _name, share in shares])[0]

    def _coauthors(self, owner: Person) -> tuple[Person, ...]:
        lot = self.making.lot
        if lot.random() >= COAUTHOR_SHARE:
            return ()
        crowd = self.making.crowd
        found = [crowd.colleague(owner)]
        if lot.random() < 0.3:
            found.append(crowd.draw("user" if owner.kind != "user" else "partner"))
        return tuple(found)


def sprinkle(
    making: Making,
    plans: Sequence[Planned],
    *,
    reviewers: Sequence[Person],
    pending: int,
    conflicts: int,
    away: Sequence[tuple[datetime, datetime]],
) -> None:
    """Open invitations, declared conflicts, absences: here and there."""
    sent = [plan for plan in plans if plan.stage == "submitted"]
    chosen = making.lot.sample(sent, pending + conflicts + len(away))
    for plan in chosen[:pending]:
        plan.pending = (making.crowd.colleague(plan.owner),)
    for plan, reviewer in zip(chosen[pending : pending + conflicts], reviewers, strict=False):
        typed = reviewer.email if making.lot.random() < 0.5 else reviewer.name
        plan.conflicts = (ConflictDraft(typed, "We worked on the same project until last year."),)
    for plan, time in zip(chosen[pending + conflicts :], away, strict=True):
        plan.away = (time,)


def until(moment: datetime) -> datetime:
    """The latest moment for a draft that is to be submitted a few hours later, before ``moment``."""
    return moment - timedelta(hours=7)
