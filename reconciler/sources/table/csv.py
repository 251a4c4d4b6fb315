"""CSV: rows of cells, in any encoding and with any delimiter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import IO, Final

from reconciler.model.secret import masked
from reconciler.model.table import TableEntry
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.sources.table.bytes import Digested
from reconciler.sources.table.rows import Row, Unreadable, wanted

_DELIMITERS: Final = ",;\t|"
_LONGEST_CELL: Final = 1 << 16
_NAMED: Final = 20


class Csv:
    """The form `csv`."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Row | Unreadable]:
        """Give the rows after the header; a row counts by the line of the file where it starts."""
        with read.open() as file:
            text = _text(file, entry.encoding or "utf-8")
            yield from _rows(text, entry)


def _text(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    name = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
    return io.TextIOWrapper(file, name, newline="")


def _rows(text: io.TextIOWrapper, entry: TableEntry) -> Iterator[Row | Unreadable]:
    lines = _Lines(text, entry.encoding)
    first = next(lines, "")
    delimiter = entry.delimiter or max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_after(first, lines), delimiter=delimiter, strict=True)
    try:
        header = [each.strip() for each in next(reader, [])]
        order, line, status, allowed = _places(header, entry)
        width = len(header)
        start = reader.line_num
        for found in reader:
            number, start = start + 1, reader.line_num
            if not found:
                continue
            if len(found) != width:
                yield Unreadable(
                    f"the row has {len(found)} cells, and the header {width}",
                    number,
                    "quote a cell that holds the delimiter or a line break",
                )
                continue
            yield Row(
                number,
                found[order],
                None if line < 0 else found[line],
                found[status],
                None if allowed < 0 else found[allowed],
            )
    except csv.Error as fault:
        raise Unreadable(
            f"it is no CSV: {fault}", reader.line_num, "look at the quotes of this row"
        ) from None


def _after(first: str, lines: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from lines


class _Lines:
    """The lines of a text, with what to do where its bytes are no text."""

    def __init__(self, text: io.TextIOWrapper, encoding: str | None) -> None:
        self._text = text
        self._encoding = encoding
        self._count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._text)
        except UnicodeDecodeError as fault:
            byte = fault.object[fault.start]
            named = self._encoding or "utf-8"
            hint = "" if self._encoding else "; tables from Excel in Russian are often `encoding: cp1251`"
            raise Unreadable(
                f"byte 0x{byte:02X} is no {named}", self._count + 1, f"name its `encoding`{hint}"
            ) from None
        except UnicodeError as fault:
            raise Unreadable(f"it is no {self._encoding or 'utf-8'}: {fault}", self._count + 1) from None
        self._count += 1
        if "\0" in line:
            raise Unreadable("it holds a zero byte and is no text", self._count)
        return line


def _places(header: Sequence[str], entry: TableEntry) -> tuple[int, int, int, int]:
    """Find the columns that matter; -1 for one that is not asked for."""
    if not header:
        raise Unreadable("it is empty", 1, "a table begins with the names of its columns")
    for name in wanted(entry):
        if header.count(name) != 1:
            fault = "there is no column" if name not in header else "there are two columns"
            known = f"there are {listed(map(masked, header[:_NAMED]))}"
            raise Unreadable(f"{fault} {quoted(name)}", 1, did_you_mean(name, header) or known)
    columns = entry.columns
    order, line, status, allowed = (
        -1 if name is None else header.index(name)
        for name in (columns.order, columns.line, columns.status, columns.from_)
    )
    return order, line, status, allowed
