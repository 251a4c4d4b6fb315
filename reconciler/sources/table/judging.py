"""Judging: each row of a table becomes a wish, or is named with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Diagnostic, Origin, error, note
from reconciler.model.manifest import BUILT_IN_STATUSES, Catalogue
from reconciler.model.scalars import LONGEST_ID
from reconciler.model.secret import masked
from reconciler.model.table import TableEntry
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.model.wishes import Wishes, Words
from reconciler.sources.table.rows import Row, Unreadable

SHOWN: Final = 100
"""How many bad rows of a source are named; the rest is counted."""

REMEMBERED: Final = 10_000
"""How many ids are known by sight."""

_POWER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")
_FRACTION: Final = re.compile(r"\d+[.,]0+")
_COLUMN: Final = "is this the column that was meant?"
_SPREADSHEET: Final = "a spreadsheet destroyed it: format the column as text and export the table again"


@dataclass
class Judge:
    """Takes rows one by one. What is kept of a good one is a wish, of a bad one a finding up to a number."""

    source: str
    entry: TableEntry
    catalogue: Catalogue
    wishes: Wishes
    rows: int = 0
    _file: str = ""
    _bad: list[Diagnostic] = field(default_factory=list)
    _bad_count: int = 0
    _same: int = 0
    _fine: set[str] = field(default_factory=set)
    """Ids that were looked at and are fine: those of lines come again and again."""
    _words: dict[tuple[object, object], Words | str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Tell whether anything was wrong."""
        return self._bad_count > 0

    @contextmanager
    def file(self, name: str) -> Iterator[None]:
        """Take the rows of this file, as origins name it."""
        self._file = name
        yield

    def take(self, row: Row | Unreadable) -> None:
        """Take one row."""
        self.rows += 1
        if isinstance(row, Unreadable):
            self.fault(row)
            return
        order, line = row.order, EVERY_LINE if self.entry.columns.line is None else row.line
        if not (self._is_fine(order) and self._is_fine(line)):
            columns = self.entry.columns
            wrong = self._wrong_id(order, "order", columns.order)
            if wrong is None and columns.line is not None:
                wrong = self._wrong_id(line, "line", columns.line)
            if wrong:
                self._report(row.number, *wrong)
                return
            if len(self._fine) < REMEMBERED:
                self._fine.update(each for each in (order, line) if isinstance(each, str))
        words = self._said(row)
        if isinstance(words, str):
            self._report(row.number, words, self._advice(row))
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

    def _is_fine(self, value: object) -> bool:
        """Tell cheaply whether an id is fine; one that is not known to be is looked at closely."""
        return isinstance(value, str) and (value in self._fine or _is_plain(value))

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

    def _said(self, row: Row) -> Words | str:
        """Read the status of a row and from which it may move, or say what is wrong; asked once a pair."""
        key = (row.status, row.allowed_from) if _is_word(row.status, row.allowed_from) else None
        known = self._words.get(key) if key is not None else None
        if known is not None:
            return known
        found = self._read(row)
        if key is not None and len(self._words) < SHOWN * SHOWN:
            self._words[key] = found
        return found

    def _read(self, row: Row) -> Words | str:
        word = row.status.strip() if isinstance(row.status, str) else row.status
        if not isinstance(word, str) or not word:
            return "the status is empty" if word in {None, ""} else f"the status is {_cell(word)} and no text"
        rules = self.entry.statuses or {}
        if rules and word not in rules:
            return f"no rule of `statuses` names {_cell(word)}"
        status = rules.get(word, word)
        if not self.catalogue.knows_status(status):
            return f"the line status {_cell(status)} is neither built in nor declared"
        allowed = self._allowed(row.allowed_from)
        if isinstance(allowed, str):
            return allowed
        return Words(status, word if word != status else "", allowed)

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


def _is_plain(value: str) -> bool:
    """Tell whether an id is surely fine: letters and digits, and no `e` in it."""
    return len(value) <= LONGEST_ID and value.isalnum() and "e" not in value and "E" not in value


def _is_word(status: object, allowed: object) -> bool:
    return isinstance(status, str | None) and isinstance(allowed, str | None)
