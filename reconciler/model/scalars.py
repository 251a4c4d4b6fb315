"""Scalars: the types of single values in manifests, as pydantic reads them and as a JSON Schema shows them.

Every reader raises ValueError whose text goes after the key's name in a diagnostic; those of personal values
never quote the value. Numbers keep the text they were written as, so that `00012` stays `00012`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import PlainValidator, WithJsonSchema

from reconciler.model.amounts import read_amount
from reconciler.model.text import quoted, text_of
from reconciler.model.times import read_day, read_instant

LONGEST_ID: Final = 255
"""Characters of an id (A52)."""
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


def read_id(value: object) -> str:
    """Read an id: printable text of 1 to 255 characters (A52).

    A number is refused, for other readers of the same file would see other digits.
    """
    if type(value) is str and value.isprintable() and 0 < len(value) <= LONGEST_ID:
        return value
    if not isinstance(value, str):
        raise ValueError(_not_quoted(value))  # noqa: TRY004 - pydantic takes ValueError for a wrong value
    return _printable(value)


def are_ids(values: Sequence[object]) -> bool:
    """Tell of all these at once whether `read_id` gives each back as it is."""
    texts = [each for each in values if type(each) is str and 0 < len(each) <= LONGEST_ID]
    return len(texts) == len(values) and "".join(texts).isprintable()


def _not_quoted(value: object) -> str:
    if isinstance(value, dict | list):
        return f"has to be text, not {quoted(value)}"
    if value is None:
        return "is empty; an id is text in quotes"
    what = "true or false" if isinstance(value, bool) else "a number"
    return f'is {what} as written: quote it, "{quoted(value)}"'


def _printable(text: str) -> str:
    if not text:
        raise ValueError("must not be empty")
    if len(text) > LONGEST_ID:
        raise ValueError(f"has {len(text)} characters; {LONGEST_ID} are allowed")
    if not text.isprintable():
        raise ValueError(f"holds a character that cannot be printed: {quoted(text)}")
    return text


def read_word(value: object) -> str:
    """Read the id of something kept elsewhere: as `read_id`, but a number gives its written text."""
    if type(value) is str and value.isprintable() and 0 < len(value) <= LONGEST_ID:
        return value
    return _printable(_text(value))


def read_text(value: object) -> str:
    """Read text for people: any Unicode, not empty; a number gives its written text."""
    text = _text(value)
    if not text:
        raise ValueError("must not be empty")
    return text


def read_region(value: object) -> str:
    """Read a word that may be empty, which says that there shall be none."""
    text = _text(value)
    return _printable(text) if text else text


def _text(value: object) -> str:
    text = text_of(value)
    if text is None:
        advice = f', or in quotes "{quoted(value)}"' if isinstance(value, bool) else ""
        raise ValueError(f"has to be text{advice}, not {quoted(value)}")
    return text


def read_personal(value: object) -> str:
    """Read a word that belongs to a person."""
    text = text_of(value)
    if text is None:
        raise ValueError("has to be text")
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise ValueError(f"has to be printable text of 1 to {LONGEST_ID} characters")
    return text


def read_email(value: object) -> str:
    """Read an e-mail address; only its shape is looked at."""
    text = read_personal(value)
    if not _EMAIL.fullmatch(text):
        raise ValueError("is not an e-mail address")
    return text


def read_personal_value(value: object) -> str | int:
    """Read the value of a matching field: text, or a whole number, which stays one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return read_personal(value)


def read_count(value: object) -> int:
    """Read how many pieces a line has (A52)."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"has to be a whole number of at least 1, not {quoted(value)}")
    return int(value)


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise ValueError(f"has to be a date such as 2026-12-31, not {quoted(value)}")  # noqa: TRY004 - see read_id
    try:
        return read_day(value)
    except ValueError as wrong:
        raise ValueError(f"{wrong}: {quoted(value)}") from None


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"has to be a time such as 2026-12-31T15:04:05Z, not {quoted(value)}")  # noqa: TRY004 - see read_id
    try:
        return read_instant(value)
    except ValueError as wrong:
        raise ValueError(f"{wrong}: {quoted(value)}") from None


def _schema(**keywords: Any) -> WithJsonSchema:
    return WithJsonSchema(keywords)


_WORDS: Final = {"minLength": 1, "maxLength": LONGEST_ID}

Id = Annotated[str, PlainValidator(read_id), _schema(type="string", **_WORDS)]
Word = Annotated[str, PlainValidator(read_word), _schema(type=["string", "number"], **_WORDS)]
Region = Annotated[str, PlainValidator(read_region), _schema(type=["string", "number"], maxLength=LONGEST_ID)]
Text = Annotated[str, PlainValidator(read_text), _schema(type=["string", "number"], minLength=1)]
Email = Annotated[str, PlainValidator(read_email), _schema(type="string", **_WORDS)]
Personal = Annotated[str, PlainValidator(read_personal), _schema(type=["string", "number"], **_WORDS)]
PersonalValue = Annotated[
    str | int, PlainValidator(read_personal_value), _schema(type=["string", "integer"], **_WORDS)
]
Amount = Annotated[
    Decimal,
    PlainValidator(read_amount),
    _schema(
        anyOf=[
            {"type": "string", "pattern": r"^[0-9]{1,18}(\.[0-9]{1,2})?$"},
            {"type": "number", "minimum": 0},
        ]
    ),
]
Count = Annotated[int, PlainValidator(read_count), _schema(type="integer", minimum=1)]
Day = Annotated[date, PlainValidator(_day), _schema(type="string", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Instant = Annotated[
    datetime, PlainValidator(_instant), _schema(type="string", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}")
]
