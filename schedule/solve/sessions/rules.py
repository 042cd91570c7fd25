"""The hard rules of a problem as things that can be taken away one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from plumbing.sentences import Sentence, counted, sentence
from schedule.solve.sessions.problem import SessionProblem


class RuleKind(StrEnum):
    TALK = "talk"  # this talk must be held
    PIN = "pin"
    AWAY = "away"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, order=True)
class HardRule:
    """``one`` and ``two`` are a talk's reference; a person and a session's name; a session's and a room's name."""

    kind: RuleKind
    one: str
    two: str = ""


def hard_rules(problem: SessionProblem) -> list[HardRule]:
    """Every hard rule that can be taken away; that a room holds one talk at a time cannot."""
    names = [session.name for session in problem.sessions]
    return [
        *(HardRule(RuleKind.TALK, talk.ref) for talk in problem.talks),
        *(HardRule(RuleKind.PIN, talk.ref) for talk in problem.talks if talk.pin is not None),
        *(HardRule(RuleKind.AWAY, person, names[s]) for person, s in sorted(problem.away)),
        *(HardRule(RuleKind.CLOSED, names[s], problem.rooms[r]) for s, r in sorted(problem.closed)),
    ]


def lifted(problem: SessionProblem, rules: Iterable[HardRule]) -> SessionProblem | None:
    """The problem without these rules; None when no talk is left."""
    away = set(rules)
    kept = [i for i, talk in enumerate(problem.talks) if HardRule(RuleKind.TALK, talk.ref) not in away]
    if not kept:
        return None
    rows = np.array(kept, dtype=np.int64)
    names = [session.name for session in problem.sessions]
    return replace(
        problem,
        talks=tuple(
            replace(talk, pin=None) if HardRule(RuleKind.PIN, talk.ref) in away else talk
            for talk in (problem.talks[i] for i in kept)
        ),
        talk_session=problem.talk_session[rows],
        talk_room=problem.talk_room[rows],
        away=frozenset(
            (person, s) for person, s in problem.away if HardRule(RuleKind.AWAY, person, names[s]) not in away
        ),
        closed=frozenset(
            (s, r) for s, r in problem.closed if HardRule(RuleKind.CLOSED, names[s], problem.rooms[r]) not in away
        ),
        released=None if problem.released is None else tuple(problem.released[i] for i in kept),
    )


def rule_words(problem: SessionProblem, rule: HardRule) -> Sentence:
    """What the rule demands."""
    if rule.kind is RuleKind.AWAY:
        return sentence("%(person)s is away during %(session)s.", person=rule.one, session=rule.two)
    if rule.kind is RuleKind.CLOSED:
        return sentence("%(room)s is closed during %(session)s.", room=rule.two, session=rule.one)
    talk = next(talk for talk in problem.talks if talk.ref == rule.one)
    if rule.kind is RuleKind.PIN and talk.pin is not None:
        where = [
            *([problem.sessions[talk.pin.session].name] if talk.pin.session is not None else []),
            *([problem.rooms[talk.pin.room]] if talk.pin.room is not None else []),
        ]
        return sentence("%(talk)s is pinned (%(place)s).", talk=rule.one, place=", ".join(where) or "–")
    return counted(
        "%(talk)s of %(track)s needs %(num)s time slot.",
        "%(talk)s of %(track)s needs %(num)s time slots.",
        talk.slots,
        talk=rule.one,
        track=problem.tracks[talk.track].name,
    )


def way_out(rule: HardRule) -> Sentence:
    """What a chair could do about the rule."""
    if rule.kind is RuleKind.AWAY:
        return sentence("Ask whether %(person)s can come to %(session)s after all.", person=rule.one, session=rule.two)
    if rule.kind is RuleKind.CLOSED:
        return sentence("Open %(room)s during %(session)s.", room=rule.two, session=rule.one)
    if rule.kind is RuleKind.PIN:
        return sentence("Let %(talk)s move.", talk=rule.one)
    return sentence("Find another session or room, or leave %(talk)s out.", talk=rule.one)
