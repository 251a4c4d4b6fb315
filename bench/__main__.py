"""`python -m bench NAME`: one measurement, as a table or with --json as one JSON document.

Both sides of a ratio are measured in one command on one machine, one after the other in turns, each sample in
a fresh process; what is shown are medians. The machine should be otherwise idle. Ends with 1 when a bar that
was measured whole is over, with 2 when the words ask for nothing that is measured.
"""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.table import Result, as_json, as_text
from bench.words import Unasked

COMMANDS: Final = {
    "bars": "list the bars, each with the command that shows it",
    "all": "run every command that shows a bar, and keep the results",
    "page": "write the results into docs/performance.md",
    "peers": "make the environment of the programs that are compared with",
    "startup": "--help and --version against a Python that does nothing, and against peers",
    "yaml": "our loader, libyaml's bare events, ruamel's round trip, PyYAML's C loader",
    "files": "reading many manifests in one process, and in two",
    "yaml-lines": "random faults in manifests: is each named at its place?",
    "plan": "a whole plan over HTTP: time, memory, stages, growth; or against octoDNS",
    "rows": "a plan from a table, against a bare read of the same file",
    "diff": "the diff alone, against two dictionaries and DeepDiff",
    "apply": "line updates against N x L / C, bare sockets, httpx.AsyncClient, no journal; or its memory",
    "resume": "an apply of which half is done, from the start to the first request",
    "paging": "walking a list whose pages take their time",
    "spill": "a plan with a limit on its memory, against the same without",
    "export": "writing line states as YAML, against PyYAML's CSafeDumper",
    "invalid": "validating lines of which each is wrong, against valid ones",
    "kill": "applies that are killed and resumed",
    "faults": "accidents in an apply, and what became of each change",
}
"""Each a module of this name with `arguments` and `measure`; only the one that is called is loaded."""
FEWEST: Final = 3
"""With fewer runs no ratio is judged."""


def read(words: list[str]) -> Namespace:
    """Read a command line. Ends the process with 2 where it cannot."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.set_defaults(only=None)
    commands = parser.add_subparsers(required=True, metavar="NAME")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        if name not in words:
            continue
        measurement = import_module(f"bench.{name.replace('-', '_')}")
        command.description = measurement.__doc__
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        command.add_argument("--lenient", action="store_true", help="end with 0 also when a bar is over")
        command.add_argument("--note", type=Path, metavar="FILE", help="write JSON into a file as well")
        measurement.arguments(command)
        command.set_defaults(measure=measurement.measure, refuse=command.error)
    return parser.parse_args(words)


def measured(chosen: Namespace) -> Result:
    """Measure what was chosen and keep the bars that were asked for. Raises Unasked."""
    result: Result = chosen.measure(chosen)
    if chosen.only is not None:
        result = result.only(chosen.only)
    return result if getattr(chosen, "runs", FEWEST) >= FEWEST else result.unjudged()


def main(words: list[str]) -> None:
    """Run the measurement that is named."""
    chosen = read(words)
    try:
        result = measured(chosen)
    except Unasked as why:
        sys.exit(chosen.refuse(str(why)))
    if chosen.note is not None:
        chosen.note.write_text(as_json(result), "utf-8")
    sys.stdout.write(as_json(result) if chosen.json else as_text(result))
    sys.exit(0 if chosen.lenient else result.exit_code)


if __name__ == "__main__":
    main(sys.argv[1:])
