"""Talks that have no place at all, found before any search and told with what shuts them out."""

import numpy as np

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import ClashKind, Id, Words
from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.layout import ALLOWED, FORBIDDEN, GRID, WISH, Demand, Layout
from schedule.solve.free.wishes import RULES


def check_places(layout: Layout) -> None:
    """Raises ProblemError for the first talk without any place, and Infeasible for pins that clash."""
    for number in layout.free:
        if layout.forbidden(number).all():
            place = f"talk {layout.world.blocks[number].id}"
            raise ProblemError(place, why_nowhere(layout, number))
    found = Evaluator(layout.problem, layout.world)(layout.world.placements(layout.fixed))
    for clash in found.clashes:
        if clash.blocks_release:
            raise Infeasible(sentence("What is pinned clashes: %(clash)s", clash=clash.sentence))


def why_nowhere(layout: Layout, number: int) -> Sentence:
    """The first demand that takes the last place, in the order grid, length, room, people, allowed, wishes."""
    open_places = np.ones((len(layout.world.rooms), len(layout.ticks)), dtype=bool)
    last = Demand(GRID)
    for demand, mask in _by_weight(layout, number):
        if demand in layout.dropped:
            continue
        open_places &= ~np.broadcast_to(mask, open_places.shape)
        last = demand
        if not open_places.any():
            break
    return _words(layout, number, last)


def _by_weight(layout: Layout, number: int) -> list[tuple[Demand, np.ndarray]]:
    order = [GRID, ClashKind.OUTSIDE_DAY, ClashKind.ROOM_CLOSED, ClashKind.ACROSS_PLENARY, ClashKind.MISSING_FEATURE]
    order += [ClashKind.TOO_SMALL, ClashKind.SPEAKER_AWAY, ClashKind.CHAIR_SPEAKS, ALLOWED, FORBIDDEN, WISH]
    return sorted(layout.bans(number), key=lambda ban: order.index(ban[0].what))


def _words(layout: Layout, number: int, demand: Demand) -> Sentence:
    block, world = layout.world.blocks[number], layout.world
    title = block.title
    if demand.what in (GRID, ClashKind.OUTSIDE_DAY, ClashKind.ROOM_CLOSED, ClashKind.ACROSS_PLENARY):
        length = world.lengths[number]
        text = sentence("“%(title)s” (%(length)s minutes) is longer than any opening.", title=title, length=length)
        return text
    if demand.what == ClashKind.MISSING_FEATURE:
        needs = ", ".join(sorted(block.needs))
        return sentence("No room that is open has what “%(title)s” needs: %(needs)s.", title=title, needs=needs)
    if demand.what == ClashKind.TOO_SMALL:
        return sentence("No room that is open has enough seats for “%(title)s”.", title=title)
    if demand.what == ClashKind.SPEAKER_AWAY:
        return sentence(
            "“%(title)s” has no time at which all are there; %(who)s is away.",
            title=title,
            who=_label(layout, demand.whom),
        )
    if demand.what == ClashKind.CHAIR_SPEAKS:
        return RULES[ClashKind.CHAIR_SPEAKS]
    return sentence("“%(title)s” is allowed in no place where it could be.", title=title)


def _label(layout: Layout, person: Id | None) -> Words:
    return layout.world.table.people[person].label or str(person) if person is not None else ""
