"""JSON Lines: one JSON object a line. Other keys than the columns that are named say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from reconciler.model.table import TableEntry
from reconciler.model.text import listed, quoted
from reconciler.sources.table.bytes import Digested
from reconciler.sources.table.rows import Row, Unreadable, cells, wanted

_BOM: Final = b"\xef\xbb\xbf"
_LONGEST: Final = 1 << 20
_NAMED: Final = 20


class JsonLines:
    """The form `jsonl`. It is UTF-8, as JSON is."""

    def rows(self, read: Digested, entry: TableEntry) -> Iterator[Row | Unreadable]:
        """Give the rows; a blank line is none."""
        decoder = msgspec.json.Decoder(dict[str, object])
        needed = frozenset(wanted(entry))
        with read.open() as file:
            number = 0
            while line := file.readline(_LONGEST + 1):
                number += 1
                if len(line) > _LONGEST:
                    raise Unreadable(f"the line is longer than {_LONGEST // 1024**2} MiB", number)
                text = line.removeprefix(_BOM).strip() if number == 1 else line
                if not text.strip():
                    continue
                yield _row(text, number, decoder, needed, entry)


def _row(
    text: bytes,
    number: int,
    decoder: msgspec.json.Decoder[dict[str, object]],
    needed: frozenset[str],
    entry: TableEntry,
) -> Row | Unreadable:
    try:
        found = decoder.decode(text)
    except msgspec.ValidationError:
        return Unreadable("the line is no JSON object", number)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        return Unreadable(f"the line is no JSON: {fault}", number)
    missing = needed - found.keys()
    if missing:
        name = min(missing)
        return Unreadable(f"the row lacks {quoted(name)}", number, f"it has {listed(list(found)[:_NAMED])}")
    return cells(number, found, entry)
