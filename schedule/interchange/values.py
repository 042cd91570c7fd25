"""Looking into JSON that may be of any shape, without an exception."""

from typing import Any

_PREFERRED_LANGUAGES = ("en", "de", "it")


def mapped(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def words(value: Any) -> str:
    """A string or a number as text; of an object its name, else one of its translations; else empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, list):
        return ""
    if isinstance(value, dict):
        named = (value.get(key) for key in ("name", "slug", *_PREFERRED_LANGUAGES))
        return next((text for text in map(words, (*named, *value.values())) if text), "")
    return str(value)
