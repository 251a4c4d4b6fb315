"""JSON Lines: one JSON object a line. Other keys than the columns that are named say nothing.

Many lines are decoded at once, each into just the cells that matter. Where that fails, or a line is blank,
they are taken one by one, and the bad ones named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

import msgspec

from reconciler.model.table import TableEntry
from reconciler.model.text import listed, quoted
from reconciler.sources.table.bytes import Digested
from reconciler.sources.table.rows import Rows, wanted
from reconciler.sources.table.unreadable import Unreadable

_MARK: Final = b"\xef\xbb\xbf"
_PIECE: Final = 1 << 18
_LONGEST: Final = 1 << 20
_NAMED: Final = 20


class JsonLines:
    """The form `jsonl`. It is UTF-8, as JSON is."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Rows | Unreadable]:
        """Give the rows; a blank line is none."""
        cells = _Cells(entry)
        number = 1
        with read.open() as file:
            for lines in _some_at_a_time(file):
                numbers = range(number, number + len(lines))
                alike = cells.of_all(lines, numbers)
                yield from filter(None, map(cells.of_one, lines, numbers)) if alike is None else (alike,)
                number = numbers.stop


def _some_at_a_time(file: IO[bytes]) -> Iterator[list[bytes]]:
    """Give the lines without their ends, up to one that is longer than any can be meant."""
    rest = file.read(len(_MARK)).removeprefix(_MARK)
    while piece := file.read(_PIECE):
        *whole, rest = (rest + piece).split(b"\n")
        yield whole
        if len(rest) > _LONGEST:
            break
    if rest:
        yield [rest]


class _Cells:
    """Reads lines into the cells that matter."""

    def __init__(self, entry: TableEntry) -> None:
        """Find out what is wanted of a line."""
        columns = entry.columns
        self._wanted = wanted(entry)
        self._columns = (columns.order, columns.line, columns.status, columns.from_)
        fields = {name: f"cell_{place}" for place, name in enumerate(self._wanted)}
        self._fields = [None if name is None else fields[name] for name in self._columns]
        renamed = {field: name for name, field in fields.items()}
        struct = msgspec.defstruct("Cells", [(field, Any) for field in renamed], rename=renamed, gc=False)
        self._many: msgspec.json.Decoder[Any] = msgspec.json.Decoder(struct)
        self._one = msgspec.json.Decoder(dict[str, object])

    def of_all(self, lines: Sequence[bytes], numbers: Sequence[int]) -> Rows | None:
        """Read lines of which each holds every cell; None where one does not."""
        try:
            found = list(map(self._many.decode, lines))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        order, line, status, allowed = (
            None if field is None else [getattr(each, field) for each in found] for field in self._fields
        )
        return Rows(numbers, order or (), line, status or (), allowed)

    def of_one(self, line: bytes, number: int) -> Rows | Unreadable | None:
        """Read one line, None when it is blank. Raises Unreadable when it is longer than any can be meant."""
        if len(line) > _LONGEST:
            raise Unreadable(f"the line is longer than {_LONGEST // 1024**2} MiB", number)
        if not line.strip():
            return None
        try:
            found = self._one.decode(line)
        except msgspec.ValidationError:
            return Unreadable("the line is no JSON object", number)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            return Unreadable(f"the line is no JSON: {fault}", number)
        except RecursionError:
            return Unreadable("the line is nested too deeply for a table", number)
        return self._row(found, number)

    def _row(self, found: Mapping[str, object], number: int) -> Rows | Unreadable:
        missing = [name for name in self._wanted if name not in found]
        if missing:
            fault = f"the row lacks {quoted(missing[0])}"
            return Unreadable(fault, number, f"it has {listed(list(found)[:_NAMED])}")
        order, line, status, allowed = (None if name is None else (found[name],) for name in self._columns)
        return Rows((number,), order or (), line, status or (), allowed)
