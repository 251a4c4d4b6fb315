"""Judging: each row of a table becomes a wish, or is named with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import NoneType
from typing import Final, cast

from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Diagnostic, Origin, error, note
from reconciler.model.manifest import BUILT_IN_STATUSES, Catalogue
from reconciler.model.scalars import LONGEST_ID
from reconciler.model.secret import masked
from reconciler.model.shelf import Shelf, Words
from reconciler.model.table import TableEntry
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.sources.table.rows import Row, Rows
from reconciler.sources.table.unreadable import Unreadable

SHOWN: Final = 100
"""How many bad rows of a source are named; the rest is counted."""

REMEMBERED: Final = 10_000
"""How many ids of lines, and how many statuses, are known by sight."""

_SPOILT: Final = re.compile(r"^(?:[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+|\d+[.,]0+)$", re.MULTILINE)
_POWER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")
_FRACTION: Final = re.compile(r"\d+[.,]0+")
_COLUMN: Final = "is this the column that was meant?"
_SPREADSHEET: Final = "a spreadsheet destroyed it: format the column as text and export the table again"


@dataclass
class Judge:
    """Takes rows, many at a time. A good one is kept as a wish, a bad one as a finding, up to a number.

    Good rows are judged by the column, which costs a fraction; where a column holds anything that is not
    plainly good the rows are judged one by one.
    """

    source: str
    entry: TableEntry
    catalogue: Catalogue
    wishes: Shelf
    rows: int = 0
    _file: str = ""
    _bad: list[Diagnostic] = field(default_factory=list)
    _bad_count: int = 0
    _same: int = 0
    _fine: set[str] = field(default_factory=set)
    """Ids of lines that were looked at and are fine: they come again and again."""
    _words: dict[tuple[object, object], Words | str] = field(default_factory=dict)
    _learnt: dict[object, int] = field(default_factory=dict)
    """By status, or by pair where there is a column `from`, the number under which the wishes know the words.
    """

    @property
    def failed(self) -> bool:
        """Tell whether anything was wrong."""
        return self._bad_count > 0

    @contextmanager
    def file(self, name: str) -> Iterator[None]:
        """Take the rows of this file, as origins name it."""
        self._file = name
        yield

    def take(self, found: Rows | Unreadable) -> None:
        """Take some rows."""
        if isinstance(found, Unreadable):
            self.rows += 1
            self.fault(found)
            return
        self.rows += len(found.numbers)
        taken = self._take_all(found)
        for row in found.one_by_one(taken):
            self._take(row)

    def _take_all(self, found: Rows) -> int:
        """Take rows by the column, up to the first that speaks of a line again; gives how many."""
        orders = _texts(found.orders)
        lines = [EVERY_LINE] * len(found.numbers) if found.lines is None else _texts(found.lines)
        if orders is None or lines is None or not _are_fine(orders):
            return 0
        unknown = set() if found.lines is None else {*lines} - self._fine
        if unknown and not _are_fine(unknown):
            return 0
        if len(self._fine) < REMEMBERED:
            self._fine |= unknown
        words = self._numbers(found.statuses, found.allowed_from)
        return 0 if words is None else self.wishes.extend(self._file, found.numbers, orders, lines, words)

    def _numbers(self, statuses: Sequence[object], allowed: Sequence[object] | None) -> Sequence[int] | None:
        """Give what rows say as the wishes number it; None when one of them says what it must not."""
        if not {*map(type, statuses), *map(type, allowed or ())} <= {str, NoneType}:
            return None
        said = statuses if allowed is None else list(zip(statuses, allowed, strict=True))
        for each in {*said} - self._learnt.keys():
            words = self._said(each, None) if allowed is None else self._said(*cast("tuple[str, str]", each))
            if isinstance(words, str) or len(self._learnt) >= REMEMBERED:
                return None
            self._learnt[each] = self.wishes.learn(words)
        return list(map(self._learnt.__getitem__, said))

    def _take(self, row: Row) -> None:
        order, line = row.order, EVERY_LINE if self.entry.columns.line is None else row.line
        columns = self.entry.columns
        wrong = self._wrong_id(order, "order", columns.order)
        if wrong is None and columns.line is not None:
            wrong = self._wrong_id(line, "line", columns.line)
        if wrong:
            self._report(row.number, *wrong)
            return
        words = self._said(row.status, row.allowed_from)
        if isinstance(words, str):
            advice = self._advice(row) if len(self._bad) < SHOWN else ""
            self._report(row.number, words, advice)
            return
        earlier = self.wishes.add(str(order), str(line), words, Origin(self._file, row.number))
        if earlier is None:
            return
        if earlier.status == words.status and earlier.allowed_from == words.allowed_from:
            self._same += 1
            return
        self._report(
            row.number,
            f"{masked(str(earlier.address))} is {words.status} here and {earlier.status} in {earlier.origin}",
            "leave one of the two rows",
            earlier.origin,
        )

    def fault(self, fault: Unreadable) -> None:
        """Note that a row, or the file, cannot be read."""
        self._report(fault.row, str(fault), fault.advice)

    def findings(self) -> tuple[Diagnostic, ...]:
        """Give what was found."""
        found = list(self._bad)
        if self._bad_count > len(found):
            found.append(error(f"source:{self.source}: {self._bad_count - len(found):,} more bad rows"))
        if self._same:
            found.append(
                note(f"source:{self.source}: {self._same:,} rows say again what an earlier one says")
            )
        return tuple(found)

    def _report(self, number: int, summary: str, advice: str = "", related: Origin | None = None) -> None:
        self._bad_count += 1
        if len(self._bad) < SHOWN:
            places = () if related is None else (related,)
            self._bad.append(error(summary, Origin(self._file, number), advice, places))

    def _wrong_id(self, value: object, noun: str, column: str) -> tuple[str, str] | None:
        """Say what is wrong with an id, None when nothing is."""
        if value is None or value == "":
            return f"the {noun} id is empty", f"fill the column {quoted(column)}"
        if isinstance(value, bool | float) or not isinstance(value, str | int):
            return f"the {noun} id is {_cell(value)} and no text", _SPREADSHEET
        text = str(value)
        faults = (
            (_POWER.fullmatch(text), "is a number in scientific notation", _SPREADSHEET),
            (_FRACTION.fullmatch(text), "has become a decimal number", _SPREADSHEET),
            (text != text.strip(), "has spaces around it", "take them away"),
            (len(text) > LONGEST_ID, f"has {len(text):,} characters; {LONGEST_ID} are allowed", _COLUMN),
            (not text.isprintable(), "holds an unprintable character", "take it away"),
            (text == EVERY_LINE, "stands for no line", "for every line of an order leave `columns.line` out"),
        )
        found = next(((said, advice) for wrong, said, advice in faults if wrong), None)
        return None if found is None else (f"the {noun} id {_cell(text)} {found[0]}", found[1])

    # -------------------------------------------------------------- statuses

    def _said(self, status: object, allowed: object) -> Words | str:
        """Read the status of a row and from which it may move, or say what is wrong; asked once a pair."""
        if not (isinstance(status, str | None) and isinstance(allowed, str | None)):
            return self._read(status, allowed)
        found = self._words.get((status, allowed))
        if found is None:
            found = self._read(status, allowed)
            if len(self._words) < REMEMBERED:
                self._words[status, allowed] = found
        return found

    def _read(self, status: object, allowed: object) -> Words | str:
        word = status.strip() if isinstance(status, str) else status
        if not isinstance(word, str) or not word:
            return (
                "the status is empty"
                if word is None or word == ""
                else f"the status is {_cell(word)} and no text"
            )
        rules = self.entry.statuses or {}
        if rules and word not in rules:
            return f"no rule of `statuses` names {_cell(word)}"
        ours = rules.get(word, word)
        if not self.catalogue.knows_status(ours):
            return f"the line status {_cell(ours)} is neither built in nor declared"
        whence = self._allowed(allowed)
        return whence if isinstance(whence, str) else Words(ours, word if word != ours else "", whence)

    def _allowed(self, cell: object) -> frozenset[str] | str | None:
        if self.entry.columns.from_ is None or cell is None or cell == "":
            return None
        rules = self.entry.statuses or {}
        found = [rules.get(each, each) for each in _several(cell)]
        for status in found:
            if not self.catalogue.knows_status(status):
                return f"the line status {_cell(status)} of `from` is neither built in nor declared"
        return frozenset(found)

    def _advice(self, row: Row) -> str:
        """Suggest a word for the one that is not known, the status or one of `from`."""
        known = tuple(self.entry.statuses or (*BUILT_IN_STATUSES, *self.catalogue.statuses))
        word = row.status.strip() if isinstance(row.status, str) else row.status
        if word in known and self.entry.columns.from_ is not None:
            known = (*known, *BUILT_IN_STATUSES, *self.catalogue.statuses)
            word = next((each for each in _several(row.allowed_from) if each not in known), word)
        known = tuple(dict.fromkeys(known))
        return (did_you_mean(word, known) if isinstance(word, str) else "") or f"known are {listed(known)}"


def _several(cell: object) -> list[str]:
    """Read the statuses of a cell from which a move is wanted."""
    return [str(each).strip() for each in (cell if isinstance(cell, list) else str(cell).split("|"))]


def _cell(value: object) -> str:
    """Quote what stands in a cell; it may be of another column than was meant, and personal."""
    return quoted(masked(value) if isinstance(value, str) else value)


def _texts(values: Sequence[object]) -> Sequence[str] | None:
    """Give ids as texts; None where one of them is neither a text nor a whole number."""
    types = {*map(type, values)}
    if types <= {str}:
        return cast("Sequence[str]", values)
    return list(map(str, values)) if types <= {str, int} else None


def _are_fine(ids: Collection[str]) -> bool:
    """Tell whether ids are surely fine; where this says no, each is to be looked at."""
    together = "".join(ids)
    if max(map(len, ids), default=0) > LONGEST_ID:
        return False
    if not all(ids) or not together.isprintable() or " " in together or EVERY_LINE in together:
        return False
    return not any(each in together for each in "eE.,") or _SPOILT.search("\n".join(ids)) is None
