"""Results: named rows of figures, printed as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

Row = Mapping[str, Any]
"""By column: the name of the row first, then figures in the unit that the column's name ends with."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A ratio that must not be above a bar."""

    name: str
    figure: float
    must: float
    stretch: float

    @property
    def told(self) -> str:
        """The bar as a line."""
        verdict = (
            "over" if self.figure > self.must else "reached" if self.figure > self.stretch else "stretch"
        )
        return f"{self.figure:.3f} (must {self.must:g}, stretch {self.stretch:g}): {verdict}"


@dataclass(frozen=True, slots=True)
class Result:
    """What one measurement found."""

    name: str
    settings: Mapping[str, Any]
    rows: Sequence[Row]
    notes: Mapping[str, Any] = field(default_factory=dict)
    bars: Sequence[Bar] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether a bar was not reached."""
        return any(each.figure > each.must for each in self.bars)


def as_json(result: Result) -> str:
    """Give the whole result as JSON."""
    return json.dumps(asdict(result), indent=2) + "\n"


def as_text(result: Result) -> str:
    """Give the rows as an aligned table, the settings above and the notes below."""
    columns = list(dict.fromkeys(column for row in result.rows for column in row))
    cells = [columns, *([_cell(row.get(column, "")) for column in columns] for row in result.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [f"{result.name}: " + ", ".join(f"{name} {value}" for name, value in result.settings.items())]
    for row in cells:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([first, *others]).rstrip())
    lines += [f"{name}: {_cell(value)}" for name, value in result.notes.items()]
    lines += [f"{each.name}: {each.told}" for each in result.bars]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(each)}" for name, each in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)
