"""The audit log as people read it: what differs, one line for each value, instants in the conference's zone."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")
NOTHING = "–"
VALUE_CHARS_MAX = 120

Side = Mapping[str, Any] | None
Lines = list[tuple[str, str]]


def two_sides(before: Side, after: Side, instant_words: Callable[[datetime], str]) -> tuple[Lines, Lines]:
    """(key, value) lines of the two columns; where both sides tell a value, equal ones are left out.

    A list of things with an ``id`` is told by thing and value: ``slots 17 room_id``.
    """
    old, new = _flat(before or {}), _flat(after or {})
    same = {key for key in old.keys() & new.keys() if old[key] == new[key]}
    return (
        [(key, _value(value, instant_words)) for key, value in old.items() if key not in same],
        [(key, _value(value, instant_words)) for key, value in new.items() if key not in same],
    )


def _flat(side: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in side.items():
        if _is_list_of_things(value):
            for thing in value:
                flat |= {f"{key} {thing['id']} {name}": what for name, what in thing.items() if name != "id"}
        elif isinstance(value, dict):
            flat |= {f"{key} {name}": what for name, what in value.items()}
        else:
            flat[key] = value
    return flat


def _is_list_of_things(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) and "id" in each for each in value)


def _value(value: Any, instant_words: Callable[[datetime], str]) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, list):
        return ", ".join(_value(each, instant_words) for each in value) or NOTHING
    text = str(value)
    if INSTANT.fullmatch(text):
        return instant_words(datetime.fromisoformat(text))
    return text if len(text) <= VALUE_CHARS_MAX else f"{text[: VALUE_CHARS_MAX - 1]}…"
