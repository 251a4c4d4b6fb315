"""doctor: look at everything that a plan or an apply needs, and say in plain words what is wrong.

Each thing is looked at by itself, and one failure hides no other. Only reads: no lock, no record, no write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.cli.watching import watched
from reconciler.model.checkup import Check, exit_code
from reconciler.project.examining import examine
from reconciler.project.stop import Stop
from reconciler.reports.text.checkup import checkup_text


@click.command(name="doctor")
@options.common
def command(directory: str | None, target: str | None, **printing: Any) -> int:
    """Check settings, manifests, tokens, the target, the state and the sources.

    \b
    Examples:
      reconciler doctor                 of the default target
      reconciler doctor -t production
      reconciler doctor -o json

    Sends a few reading requests and writes nothing. Ends with 0 when a plan can be
    drawn and applied, else with the code that plan or apply would end with.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    return guarded(console, lambda: _examine(console, directory, target), _failed)


def _examine(console: Console, directory: str | None, target: str | None) -> int:
    opened = open_target(directory, target)
    with watched(console) as watch:
        checks = tuple(examine(opened, watch))
    code = exit_code(checks)
    console.report(
        {
            "text": lambda to: checkup_text(opened.target, checks, to.paint),
            "json": lambda _: envelope("doctor", code, checks=list(_data(checks)), target=opened.target.name),
        }
    )
    return code


def _data(checks: tuple[Check, ...]) -> Iterator[dict[str, str]]:
    for check in checks:
        said = {"name": check.name, "verdict": str(check.verdict), "summary": check.said}
        yield said | ({"advice": check.advice} if check.advice else {})


def _failed(stop: Stop) -> str:
    return envelope("doctor", stop.exit_code, stop.diagnostics, checks=[], target=None)
