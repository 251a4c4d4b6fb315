"""Results: named rows of figures, printed as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bench.bar import Quantity, Reading, Verdict

Row = Mapping[str, Any]
"""By column: the name of the row first, then figures in the unit that the column's name ends with."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one measurement found."""

    name: str
    settings: Mapping[str, Any]
    rows: Sequence[Row]
    notes: Mapping[str, Any] = field(default_factory=dict)
    bars: Sequence[Reading] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether a bar was not reached."""
        return any(each.verdict is Verdict.OVER for each in self.bars)

    @property
    def exit_code(self) -> int:
        """1 when a bar is over that was measured whole. What is small, missing or not built is no reason."""
        return int(self.is_over)

    def only(self, of: Quantity) -> Result:
        """Give it with the bars of one quantity alone."""
        return replace(self, bars=[each for each in self.bars if each.bar.of == of])

    def unjudged(self) -> Result:
        """Give it with its bars shown and not judged: too few runs make no median."""
        return replace(self, bars=[replace(each, whole=False) for each in self.bars])


def as_json(result: Result) -> str:
    """Give the whole result as JSON."""
    return json.dumps({**asdict(result), "bars": [as_data(each) for each in result.bars]}, indent=2) + "\n"


def as_data(reading: Reading) -> dict[str, Any]:
    """Give a reading as plain data, with its verdict."""
    return {**asdict(reading), "verdict": reading.verdict}


def as_text(result: Result) -> str:
    """Give the rows as an aligned table, the settings above and the notes below."""
    lines = [f"{result.name}: " + ", ".join(f"{name} {value}" for name, value in result.settings.items())]
    lines += _rows(result.rows) if result.rows else []
    lines += [f"{name}: {_cell(value)}" for name, value in result.notes.items()]
    lines += [each.told for each in result.bars]
    return "\n".join(lines) + "\n"


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = [columns, *([_cell(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    words = [place == 0 or _is_text(row.get(column) for row in rows) for place, column in enumerate(columns)]
    for line in cells:
        aligned = (
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(line, widths, words, strict=True)
        )
        yield "  ".join(aligned).rstrip()


def _is_text(values: Iterable[object]) -> bool:
    return any(isinstance(each, str) and any(map(str.isalpha, each)) for each in values)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(each)}" for name, each in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)
