"""Bar and reading: a limit, and what was found when it was held to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Quantity = Literal["time", "memory", "processor", "faults"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One limit, and the command that shows it."""

    key: str
    """Its number, with a letter where one number has two limits."""
    what: str
    against: str
    command: str
    must: float
    stretch: float | None = None
    unit: str = "x"
    """`x` for a ratio, else what the figure counts."""
    of: Quantity = "time"
    """What the sides are measures of."""


class Verdict(StrEnum):
    """What became of a bar."""

    STRETCH = "stretch"
    REACHED = "reached"
    OVER = "over"
    NOT_BUILT = "not built"
    NOT_MEASURED = "not measured"
    SMALL = "too small to judge"
    """Measured smaller than the bar asks for, and of a kind that depends on it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A bar and what was found: the two sides and their ratio, or the count; None where there is nothing."""

    bar: Bar
    figure: float | None
    ours: str = ""
    theirs: str = ""
    note: str = ""
    built: bool = True
    whole: bool = True
    """False where it was measured smaller than the bar asks for."""

    @property
    def verdict(self) -> Verdict:
        """Hold the figure to the bar."""
        if not self.built:
            return Verdict.NOT_BUILT
        if self.figure is None:
            return Verdict.NOT_MEASURED
        if not self.whole and (self.bar.must or not self.figure):
            return Verdict.SMALL
        if self.figure > self.bar.must:
            return Verdict.OVER
        beyond = self.bar.stretch is not None and self.figure <= self.bar.stretch
        return Verdict.STRETCH if beyond else Verdict.REACHED

    @property
    def told(self) -> str:
        """The bar as a line."""
        bar, stretch = self.bar, self.bar.stretch
        sides = f"{self.ours} {'/' if bar.unit == 'x' else 'and'} {self.theirs} = " if self.theirs else ""
        wanted = f"must {shown(bar.must)}" + (f", stretch {shown(stretch)}" if stretch is not None else "")
        figure = f"{sides}{shown(self.figure)} {bar.unit}" if self.figure is not None else "nothing"
        aside = f" [{self.note}]" if self.note else ""
        return f"bar {bar.key}: {bar.what} / {bar.against}: {figure} ({wanted}): {self.verdict}{aside}"


def shown(figure: float) -> str:
    """Give a figure as people read it: three digits that say something."""
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.3g}"
