"""Blocks: the ```console parts of a page, as commands with what they have to answer, and files between them.

A comment above says where it is typed: `<!-- in: quickstart -->` in a fresh copy of that example, its sandbox
filled; `<!-- in: nothing -->` in an empty folder; `<!-- continued -->` where the block before ended. After a
comma may stand more. `an answer lost`: the sandbox carries out the first line update and cuts the connection;
`a database`: the variable STATE_URL leads to an empty PostgreSQL. A block whose first line has `title="PATH"`
is a file that the reader saves there. In an answer `…` stands for anything within a line, and on a line of
its own for any number of lines.

What no test can type says so where readers see it: ```sh title="Not run by the tests: REASON".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(
    r"(?:^<!-- (?P<where>in: [a-z-]+|continued)(?P<more>(?:, [a-z ]+)*) -->\n)?"
    r"^```(?:console|[a-z]+ title=\"(?P<path>[\w./-]+)\")\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_SHELL = re.compile(r"^```(?:sh|bash|shell|zsh)(?P<said>.*)$", re.MULTILINE)
_NOT_RUN = ' title="Not run by the tests: '
_ANY_LINES = "(?:[^\n]*\n)*?"
_ANYTHING = "[^\n]*?"

CONDITIONS = frozenset({"an answer lost", "a database"})
"""What may be said of a place beside its name."""


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
class Saved:
    """A file that the page shows, and the reader saves."""

    path: str
    text: str


@dataclass(frozen=True)
class Block:
    """Commands that are typed one after another, or a file."""

    where: str
    """The example's folder, `nothing`, or empty where the block before goes on."""
    steps: tuple[Step | Saved, ...]
    conditions: frozenset[str] = frozenset()


def blocks_of(page: str) -> list[Block]:
    """Read the blocks of a page. Raises ValueError for one that does not say where it is typed."""
    found = []
    for block in _BLOCK.finditer(page):
        if block["where"] is None:
            raise ValueError(f"no comment above says where this is typed:\n{block['text']}")
        conditions = frozenset(filter(None, block["more"].split(", ")))
        if unknown := conditions - CONDITIONS:
            raise ValueError(f"nobody knows how to arrange for {', '.join(unknown)}")
        where = "" if block["where"] == "continued" else block["where"].removeprefix("in: ")
        steps = (Saved(block["path"], block["text"]),) if block["path"] else tuple(_steps(block["text"]))
        found.append(Block(where, steps, conditions))
    return found


def not_run(page: str) -> list[str]:
    """Give the reasons of the blocks that no test types. Raises ValueError for one that does not say so."""
    reasons = []
    for block in _SHELL.finditer(page):
        if not block["said"].startswith(_NOT_RUN):
            raise ValueError(f"make it a console block, or say why it is not run: {block[0]}")
        reasons.append(block["said"].removeprefix(_NOT_RUN).removesuffix('"'))
    return reasons


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
