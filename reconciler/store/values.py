"""Values: how texts and JSON get into a column of any database.

A server's words may hold what no database takes: the sign NUL, or half of a surrogate pair. They are kept
readable instead of being the end of a run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import JSON, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Words(TypeDecorator[str]):
    """A text that somebody else wrote."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002 the base class says so
        """Give the function that makes a text one that every database takes."""
        return _stored


class Json(TypeDecorator[Any]):
    """JSON data; None is NULL. What cannot be written fails as the same fault in front of every database."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str | None]:  # noqa: ARG002 the base class says so
        """Give the function that writes a value; drivers would do it later, where no fault is expected."""
        return _written


def _stored(value: str | None) -> str | None:
    return None if value is None else storable(value)


def _written(value: Any) -> str | None:
    """Write a value; a text that is one of a few, as a status is, once and for all."""
    if value.__class__ is str:
        return _known(value)
    return None if value is None else written(value)


def storable(value: str) -> str:
    """Write the signs that a database refuses as escapes; nearly every text has none and stays as it is."""
    if "\x00" in value:
        value = value.replace("\x00", "\\x00")
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")


def written(value: Any) -> str:
    """Write JSON, in UTF-8 where that can say it and else in escapes."""
    found = _ENCODE(value)
    try:
        found.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    return found


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


_known: Final = lru_cache(maxsize=1024)(written)
