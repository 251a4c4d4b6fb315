"""Results as a page: `python -m bench page RESULTS` writes them into docs/performance.md, between two marks.

A bar that the results do not hold is shown as not measured, never left out.
"""

from __future__ import annotations

import json
import textwrap
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bench.all import RESULTS, reading_of
from bench.bar import Reading, Verdict, shown
from bench.bars import BARS, missing
from bench.samples import HERE
from bench.table import Result

PAGE: Final = Path(HERE, "docs", "performance.md")
BEGIN: Final = "<!-- measured: begin -->\n"
END: Final = "<!-- measured: end -->\n"
MARKS: Final = {
    Verdict.STRETCH: "**yes, and the stretch**",
    Verdict.REACHED: "yes",
    Verdict.OVER: "**no**",
    Verdict.NOT_BUILT: "not built",
    Verdict.NOT_MEASURED: "not measured",
    Verdict.SMALL: "too small to judge",
}


def arguments(parser: ArgumentParser) -> None:
    """Add this command's options."""
    parser.add_argument("results", type=Path, nargs="?", default=RESULTS)


def measure(chosen: Namespace) -> Result:
    """Write the page again."""
    found = json.loads(chosen.results.read_text("utf-8"))
    PAGE.write_text(rewritten(PAGE.read_text("utf-8"), found), "utf-8")
    count = Counter(str(each.verdict) for each in _complete(found))
    return Result("page", {"written": str(PAGE.relative_to(HERE))}, (), count)


def rewritten(page: str, found: Mapping[str, Any]) -> str:
    """Put results between the marks of a page."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{_told(found)}\n{END}{after}"


def _complete(found: Mapping[str, Any]) -> Iterator[Reading]:
    readings = sorted(map(reading_of, found["bars"]), key=lambda each: each.verdict is not Verdict.SMALL)
    by_key = {each.bar.key: each for each in readings}  # what is too small to judge gives way
    for bar in BARS:
        yield by_key.get(bar.key) or missing(bar.key, "")


def _told(found: Mapping[str, Any]) -> str:
    on = found["machine"]
    readings = list(_complete(found))
    count = {each: sum(reading.verdict is each for reading in readings) for each in Verdict}
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    lines = [
        (
            f"Taken {found['taken']} at commit `{found['commit']}` in {found['minutes']} minutes. "
            f"Of {len(readings)} limits {count[Verdict.STRETCH] + count[Verdict.REACHED]} are kept, "
            f"{count[Verdict.STRETCH]} of them with the stretch; {count[Verdict.OVER]} are not; "
            f"{count[Verdict.NOT_BUILT]} are of something that is not built; "
            f"{count[Verdict.NOT_MEASURED]} were not measured."
        ),
        "",
        (
            f"- Machine: {on['processor']}, {on['cores']} cores, {on['memory']} GiB, {on['kernel']}; "
            f"load before the start {on['load']}"
        ),
        f"- {on['python']}",
        f"- Libraries and peers: {versions}",
        "",
        "| bar | what | against | ours | theirs | figure | must | stretch | kept |",
        "|---|---|---|---:|---:|---:|---:|---:|---|",
        *map(_row, readings),
        "",
        *_notes(readings),
        "",
    ]
    return "\n".join(_folded(lines))


def _notes(readings: Iterable[Reading]) -> Iterator[str]:
    """Give the notes, one that several bars share once."""
    by_note: dict[str, list[str]] = {}
    for each in readings:
        by_note.setdefault(each.note, []).append(each.bar.key)
    for note, keys in by_note.items():
        if note:
            yield f"- Bar{'s' if len(keys) > 1 else ''} {', '.join(keys)}: {note}."


def _row(each: Reading) -> str:
    bar = each.bar
    unit = "" if bar.unit == "x" else f" {bar.unit}"
    cells = (
        bar.key,
        bar.what,
        bar.against,
        each.ours,
        each.theirs,
        f"{shown(each.figure)}{unit}" if each.figure is not None else "",
        shown(bar.must),
        shown(bar.stretch) if bar.stretch is not None else "",
        MARKS[each.verdict],
    )
    return f"| {' | '.join(cells)} |"


def _folded(lines: list[str]) -> Iterator[str]:
    """Fold prose at the width of the other pages; a table's row is one line."""
    for line in lines:
        if line.startswith("|") or len(line) <= 120:
            yield line
        else:
            yield from textwrap.wrap(line, 120, subsequent_indent="  " if line.startswith("- ") else "")


def bars_markdown() -> str:
    """Give the limits and their commands as a table for a page."""
    rows = [
        f"| {each.key} | {shown(each.must)} | {shown(each.stretch) if each.stretch is not None else ''} "
        f"| `{each.command.replace('|', chr(92) + '|')}` |"
        for each in BARS
    ]
    return "\n".join(["| bar | must | stretch | command |", "|---|---:|---:|---|", *rows])
