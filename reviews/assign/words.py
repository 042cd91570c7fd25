"""References inside sentences: opaque here, put into names by whoever shows them.

No name ever enters this package. A sentence carries ``Ref`` and ``Refs`` values among its
parameters; ``with_names`` swaps them for what the reader may see.
"""

from collections.abc import Iterable, Mapping

from plumbing.sentences import Sentence

REFS_SHOWN_MAX = 12


class Ref(str):
    """One proposal or reviewer, by its opaque reference."""

    __slots__ = ()


class Refs(tuple[str, ...]):
    """Several references; shown joined by commas, and cut after ``REFS_SHOWN_MAX``."""

    __slots__ = ()

    def __str__(self) -> str:
        shown = ", ".join(self[:REFS_SHOWN_MAX])
        return shown if len(self) <= REFS_SHOWN_MAX else f"{shown}, …"


def refs(names: Iterable[str]) -> Refs:
    """The references in the order given."""
    return Refs(names)


def with_names(words: Sentence, names: Mapping[str, str]) -> Sentence:
    """The same sentence with every reference replaced by ``names[ref]`` (kept where it is unknown)."""
    params = tuple((key, _named(value, names)) for key, value in words.params)
    return Sentence(words.text, params, words.plural, words.count)


def _named(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, Ref):
        return names.get(value, str(value))
    if isinstance(value, Refs):
        return Refs(names.get(ref, ref) for ref in value)
    if isinstance(value, Sentence):
        return with_names(value, names)
    return value
