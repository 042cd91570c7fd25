"""Sentences that pure code makes and that are put into words only when somebody reads them.

A pure module (solver, clash finder, policy) must not know who will read its answer, nor in which
language. It returns a ``Sentence``: the English message id and its parameters. ``str()`` translates
it inside an application context and falls back to English outside one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from flask import has_app_context
from flask_babel import gettext, ngettext

PARAM_CHARS_MAX = 300
Mark = Callable[[Any], dict[str, Any] | None]
Read = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id with its parameters; hashable, comparable, and translated by ``str()``."""

    text: str
    params: tuple[tuple[str, Any], ...] = ()
    plural: str | None = None
    count: int = 0

    def __str__(self) -> str:
        params = {name: str(value) if isinstance(value, Sentence) else value for name, value in self.params}
        if self.plural is None:
            return gettext(self.text, **params) if has_app_context() else _fill(self.text, params)
        params["num"] = self.count
        if has_app_context():
            return ngettext(self.text, self.plural, **params)
        return _fill(self.text if self.count == 1 else self.plural, params)


def sentence(text: str, **params: Any) -> Sentence:
    """A sentence with ``%(name)s`` placeholders; ``text`` is the message id that catalogs translate."""
    return Sentence(text, tuple(sorted(params.items())))


def counted(singular: str, plural: str, count: int, **params: Any) -> Sentence:
    """A sentence with a number: ``%(num)s`` stands for ``count``."""
    return Sentence(singular, tuple(sorted(params.items())), plural, count)


def pack(words: Sentence, mark: Mark | None = None) -> dict[str, Any]:
    """A sentence as plain JSON, for rows that are read later and in another language; long values are cut.

    ``mark`` makes an object of JSON of a value that has to be known again, and None of all others.
    """
    params = {name: _packed(value, mark) for name, value in words.params}
    return {"text": words.text, "params": params, "plural": words.plural, "count": words.count}


def unpack(packed: Mapping[str, Any], read: Read | None = None) -> Sentence:
    """``read`` makes the value again of what ``mark`` made."""
    params = tuple(sorted((name, _unpacked(value, read)) for name, value in packed["params"].items()))
    return Sentence(packed["text"], params, packed["plural"], packed["count"])


def _packed(value: Any, mark: Mark | None) -> Any:
    marked = mark(value) if mark else None
    if marked is not None:
        return marked
    if isinstance(value, Sentence):
        return pack(value, mark)
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, Integral):
        return int(value)
    # What numpy counts and measures is a number too: the words may ask for digits after the point.
    return float(value) if isinstance(value, Real) else str(value)[:PARAM_CHARS_MAX]


def _unpacked(value: Any, read: Read | None) -> Any:
    if not isinstance(value, dict):
        return value
    return read(value) if read and "text" not in value else unpack(value, read)


def _fill(text: str, params: Mapping[str, Any]) -> str:
    return text % params if params else text
