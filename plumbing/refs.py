"""Random references: what URLs and mails show instead of a counting number.

A counting number tells how many there are and which came first; a reference tells nothing.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# No vowels (no words by accident), no letters that look like digits.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
REF_CHARS = 10
TOKEN_BYTES = 32


def _random_ref() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(REF_CHARS))


_source: Callable[[], str] = _random_ref


def new_ref() -> str:
    """A reference of 10 characters out of 27: 47 bits, unguessable enough to name, never to authorise."""
    return _source()


def new_token() -> str:
    """A secret for a link in a mail: 256 bits. Only its hash is stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


@contextmanager
def use(source: Callable[[], str]) -> Iterator[None]:
    """References from ``source`` within the block: the demo and the two-worlds test need the same ones each time."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
