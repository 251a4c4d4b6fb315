"""Screen: what a terminal of a given width shows of a text with colours, as lines of runs.

Only what this program prints is known: bold, dim, the eight colours, and their end. Anything else is an
error, so that a picture never shows less than the terminal did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_SEQUENCE = re.compile(r"\033\[([\d;]*)m")
_COLOURS = {
    30 + number: name
    for number, name in enumerate(("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"))
}


@dataclass(frozen=True)
class Look:
    """How characters look."""

    colour: str = ""
    bold: bool = False
    dim: bool = False


@dataclass(frozen=True)
class Run:
    """Characters of one look, from a column on."""

    column: int
    text: str
    look: Look


Cell = tuple[str, Look]
"""One character on the screen."""


def lines_of(text: str, width: int) -> list[list[Run]]:
    """Cut a text into lines; one that is too long goes on below, between two words and further in."""
    shown: list[list[Run]] = []
    look = Look()
    for line in text.splitlines():
        pieces = list(_pieces(line, look))
        look = pieces[-1][1]
        cells = [(character, each) for piece, each in pieces for character in piece]
        shown += map(_runs, _broken(cells, width))
    return shown


def _broken(cells: list[Cell], width: int) -> Iterator[list[Cell]]:
    """Break one line where it has to be, and begin what goes on four columns further in than its start."""
    text = "".join(character for character, _ in cells)
    lead: list[Cell] = [(" ", Look())] * (len(text) - len(text.lstrip()) + 4)
    while len(cells) > width:
        blank = "".join(character for character, _ in cells[: width + 1]).rfind(" ", len(lead))
        end = blank if blank > 0 else width
        yield cells[:end]
        cells = lead + cells[end:][int(blank > 0) :]
    yield cells


def _pieces(line: str, look: Look) -> Iterator[tuple[str, Look]]:
    at = 0
    for found in _SEQUENCE.finditer(line):
        yield line[at : found.start()], look
        look, at = _changed(look, found[1]), found.end()
    yield line[at:], look
    assert "\033" not in _SEQUENCE.sub("", line), f"not a colour: {line!r}"


def _changed(look: Look, codes: str) -> Look:
    for code in map(int, (codes or "0").split(";")):
        match code:
            case 0:
                look = Look()
            case 1:
                look = replace(look, bold=True)
            case 2:
                look = replace(look, dim=True)
            case _:
                look = replace(look, colour=_COLOURS[code])
    return look


def _runs(cells: list[Cell]) -> list[Run]:
    runs: list[Run] = []
    for column, (character, look) in enumerate(cells):
        if runs and runs[-1].look == look:
            runs[-1] = replace(runs[-1], text=runs[-1].text + character)
        else:
            runs.append(Run(column, character, look))
    return [run for run in runs if run.text.strip()]
