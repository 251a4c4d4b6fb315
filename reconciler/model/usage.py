"""Usage: what the orders that were read show of a definition that nobody can read.

The values are not kept, only what they have in common: how many orders, in which forms, and by which types
each of them can be read and sent again without becoming another value. A type is inferred only from that, so
an inferred type never changes a value that was seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from reconciler.model.address import Address
from reconciler.model.evidence import Present, Unknown
from reconciler.model.observation import LiveOrder
from reconciler.model.times import canonical_date
from reconciler.model.typed import see_value


class Form(StrEnum):
    """How a value was shown, in the words of a comment."""

    TEXT = "text"
    WHOLE = "whole numbers"
    FRACTION = "numbers with decimals"
    TRUTH = "true or false"
    OTHER = "lists or objects"


_TYPES: Final = ("unicode", "int", "float", "bool", "date")
_NOT_PLAIN: Final = ("float", "bool", "date")
"""The types whose values may come as text: a server may write every value so (A29)."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What was seen of one field or of one line status."""

    orders: int
    forms: frozenset[Form] = frozenset()
    unchanged: frozenset[str] = frozenset()
    """Types by which every value seen stays what it is."""
    fitting: frozenset[str] = frozenset()
    """Types by which every value seen can be read."""
    worded: bool = False
    """True: some text is nothing but text; it is no number, no truth and no date."""

    @property
    def value_type(self) -> str | None:
        """The type that the values speak for, None when they do not.

        A list's member is shown as its number, so `int` may be an `enum` (A29). Text that always reads as a
        number may be a number; a date has no form but text, so text that always is one is taken for it.
        """
        for each in ("bool", "int", "float", "date"):
            if each in self.unchanged:
                return each
        return "unicode" if "unicode" in self.unchanged and self.worded else None

    @property
    def seen_as(self) -> str:
        """The forms in which the values came, as words; empty when none said anything."""
        return " and ".join(form for form in Form if form in self.forms)


@dataclass(frozen=True, slots=True)
class Survey:
    """What one walk of the whole list gave."""

    uses: Mapping[Address, Usage] = field(default_factory=dict)
    """The fields and the line statuses in use, built-in statuses left out."""
    orders: Mapping[str, Present[LiveOrder] | Unknown] = field(default_factory=dict)
    """The orders that were asked for, with their detail."""
    seen: int = 0
    requests: int = 0
    hides_statuses: bool = False
    """True: lines are listed, and none of them with a status (A9)."""


class Tally:
    """Grows with every value of one definition, and is then read once."""

    __slots__ = ("_fitting", "_forms", "_unchanged", "_worded", "orders")

    def __init__(self) -> None:
        self.orders = 0
        self._forms: set[Form] = set()
        self._unchanged = set(_TYPES)
        self._fitting = set(_TYPES)
        self._worded = False

    def add(self, value: Any) -> None:
        """Look at one value; an empty one says nothing (A43)."""
        if value is None or value == "":
            return
        form = _form(value)
        if form is Form.TEXT and self._worded and self._unchanged <= {"unicode"}:
            return  # text as all that came before, of which no more can be learnt
        self._forms.add(form)
        self._unchanged &= _unchanged(form, value)
        self._fitting = {each for each in self._fitting if see_value(each, {}, value) is not None}
        if form is Form.TEXT and not self._worded:
            self._worded = all(see_value(each, {}, value) is None for each in _NOT_PLAIN)

    def read(self) -> Usage:
        """Give what was seen as a value."""
        none = frozenset[str]()
        return Usage(
            orders=self.orders,
            forms=frozenset(self._forms),
            unchanged=frozenset(self._unchanged) if self._forms else none,
            fitting=frozenset(self._fitting),
            worded=self._worded,
        )


def _form(value: Any) -> Form:
    match value:
        case bool():
            return Form.TRUTH
        case int():
            return Form.WHOLE
        case float():
            return Form.FRACTION
        case str():
            return Form.TEXT
        case _:
            return Form.OTHER


def _unchanged(form: Form, value: Any) -> set[str]:
    match form:
        case Form.TRUTH:
            return {"bool"}
        case Form.WHOLE:
            return {"int", "float"} if abs(value) <= 2**53 else {"int"}
        case Form.FRACTION:
            return {"float"} if math.isfinite(value) else set()
        case Form.TEXT:
            return {"unicode", "date"} if _is_canonical(value) else {"unicode"}
        case _:
            return set()


def _is_canonical(text: str) -> bool:
    try:
        return canonical_date(text) == text
    except ValueError:
        return False
