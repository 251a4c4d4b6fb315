"""pull: what the target has in use, as manifests. Reads the target, and writes nothing but files."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded
from reconciler.model.landing import Landing
from reconciler.model.plan import TargetName
from reconciler.project.stop import Stop
from reconciler.reports.json.pulling import pulling_data


@click.command(name="pull")
@options.common
@options.option(
    "--into",
    metavar="FILE",
    help="The file that takes new entries; it has to be one that a plan reads.  "
    "[default: pulled.yaml where the manifests are]",
)
@options.option(
    "--orders",
    "globs",
    metavar="GLOB",
    multiple=True,
    help="Also the orders with ids like this, as full declarations; repeatable.",
)
@options.option(
    "--personal",
    is_flag=True,
    loosens=True,
    help="With --orders: also who the buyer is, sensitive values, and what looks like an e-mail or a "
    "telephone number.",
)
@options.option("--check", is_flag=True, help="Write nothing; exit 1 when a file would change.")
@options.option("--diff", is_flag=True, help="Write nothing; show what would change.")
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Write down what the target has in use and no manifest declares.

    \b
    Examples:
      reconciler pull                       custom fields and line statuses
      reconciler pull --diff                show it and write nothing
      reconciler pull --orders '1234*'      these orders as well, as they are shown
      reconciler pull --into manifests/fields.yaml

    Walks all orders. A field or a status in use becomes an entry with external: true, its
    type inferred from every value seen; what cannot be read is a comment that says where to
    look. A plan made then finds nothing to do. Existing files keep every other byte.
    """
    from reconciler.cli.commands.pull.pulling import pull_into

    console = open_console(chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
    named: list[TargetName] = []

    def failed(stop: Stop) -> str:
        nothing = pulling_data(named[0] if named else None, Landing(complete=False))
        return envelope("pull", stop.exit_code, stop.diagnostics, **nothing)

    return guarded(console, lambda: pull_into(console, directory, target, chosen, named), failed)
