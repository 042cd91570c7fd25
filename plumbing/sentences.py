"""Sentences that pure code makes and that are put into words only when somebody reads them.

A pure module (solver, clash finder, policy) must not know who will read its answer, nor in which
language. It returns a ``Sentence``: the English message id and its parameters. ``str()`` translates
it inside an application context and falls back to English outside one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import has_app_context
from flask_babel import gettext, ngettext


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


def _fill(text: str, params: Mapping[str, Any]) -> str:
    return text % params if params else text
