"""`python -m bench NAME`: one measurement, as a table or with --json as one JSON document.

Both sides of a ratio are measured in one command on one machine, one after the other in turns, each sample in
a fresh process; what is shown are medians. The machine should be otherwise idle.
"""

from __future__ import annotations

import argparse
import sys

from bench import apply, diff, faults, kill, paging, plan, rows, startup, yaml
from bench.table import Result, as_json, as_text


def main() -> None:
    """Run the measurement that is named."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    commands = parser.add_subparsers(required=True, metavar="NAME")
    for each in (startup, yaml, diff, plan, rows, apply, kill, faults, paging):
        command = commands.add_parser(
            each.__name__.removeprefix("bench."), help=(each.__doc__ or "").split("\n")[0]
        )
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        command.add_argument("--strict", action="store_true", help="end with 1 when a bar is not reached")
        each.arguments(command)
        command.set_defaults(measure=each.measure)
    chosen = parser.parse_args()
    result: Result = chosen.measure(chosen)
    sys.stdout.write(as_json(result) if chosen.json else as_text(result))
    sys.exit(chosen.strict and result.is_over)


if __name__ == "__main__":
    main()
