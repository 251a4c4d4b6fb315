"""Blocks: the ```console parts of a page, as commands with what they have to answer.

A comment above says where it is typed: `<!-- in: quickstart -->` in a fresh copy of that example, its sandbox
filled; `<!-- in: quickstart, an answer lost -->` the same, and the sandbox carries out the first line update
and cuts the connection; `<!-- in: nothing -->` in an empty folder; `<!-- continued -->` where the block
before ended. In an answer `…` stands for anything within a line, and on a line of its own for any number of
lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(
    r"(?:^<!-- (?P<where>in: [a-z-]+|continued)(?P<struck>, an answer lost)? -->\n)?"
    r"^```console\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_ANY_LINES = "(?:[^\n]*\n)*?"
_ANYTHING = "[^\n]*?"


@dataclass(frozen=True)
class Step:
    """One command and the answer that the page shows."""

    command: str
    answer: str

    def fits(self, shown: str) -> bool:
        """Tell whether a real answer is what the page shows."""
        lines = self.answer.splitlines()
        pattern = "".join(_ANY_LINES if line.strip() == "…" else f"{_line(line)}\n" for line in lines)
        real = "".join(f"{line.rstrip()}\n" for line in shown.strip("\n").splitlines())
        return re.fullmatch(pattern, real) is not None


@dataclass(frozen=True)
class Block:
    """Commands that are typed one after another."""

    where: str
    """The example's folder, `nothing`, or empty where the block before goes on."""
    steps: tuple[Step, ...]
    struck: bool = False
    """The answer to the first line update is lost."""


def blocks_of(page: str) -> list[Block]:
    """Read the blocks of a page. Raises ValueError for one that does not say where it is typed."""
    found = []
    for block in _BLOCK.finditer(page):
        if block["where"] is None:
            raise ValueError(f"no comment above says where this is typed:\n{block['text']}")
        where = "" if block["where"] == "continued" else block["where"].removeprefix("in: ")
        found.append(Block(where, tuple(_steps(block["text"])), struck=block["struck"] is not None))
    return found


def sittings_of(page: str) -> list[tuple[Block, ...]]:
    """Give the blocks of a page in groups that share a folder."""
    sittings: list[tuple[Block, ...]] = []
    for block in blocks_of(page):
        if block.where:
            sittings.append((block,))
        else:
            sittings[-1] = (*sittings[-1], block)
    return sittings


def _steps(text: str) -> Iterator[Step]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, answer = part.partition("\n")
        yield Step(command, answer.strip("\n"))


def _line(expected: str) -> str:
    return _ANYTHING.join(re.escape(part) for part in expected.rstrip().split("…"))
