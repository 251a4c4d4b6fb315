"""Closing: what a run was approved for and did not send is given up, with the reason kept.

What is lost stays lost: giving up on the rest says nothing about what may have happened.
"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.cli.watching import watched
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.history import RunStory
from reconciler.model.shard import Shard
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop


@click.command(name="close")
@click.argument("run", type=click.IntRange(min=1))
@options.common
@options.option("--reason", required=True, metavar="TEXT", help="Why; `runs show` keeps it.")
def close_run(directory: str | None, target: str | None, run: int, reason: str, **printing: Any) -> int:
    """Give up on what a run was approved for and did not send: `resume` will not go on with it.

    \b
    Examples:
      reconciler runs close 41 --reason 'replaced by the plan of tonight'

    What is lost stays lost, and blocks its address until it is settled.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    return guarded(
        console,
        lambda: _close(console, open_target(directory, target), run, reason),
        lambda stop: envelope("runs close", stop.exit_code, stop.diagnostics, run=run, closed=False),
    )


def _close(console: Console, opened: Opened, run: int, reason: str) -> int:
    share = opened.shared(_shard_of(run, opened))
    with watched(console) as watch, share.held("runs close", watch) as store:
        if not store.end_approval(run, reason):
            raise Stop(codes.ERROR, (_why_not(run, store.run(run)),))
    console.report(
        {
            "text": lambda _: f"Closed: nothing more of what run {run} was approved for will be sent.\n",
            "json": lambda _: envelope("runs close", codes.DONE, run=run, closed=True),
        }
    )
    return codes.DONE


def _shard_of(run: int, opened: Opened) -> Shard | None:
    """Tell of which share a run was, for the others need not wait for this."""
    with opened.state() as record:
        row = record.rows([run]).get(run)
    return Shard.parse(row.shard) if row is not None and row.shard else None


def _why_not(run: int, story: RunStory | None) -> Diagnostic:
    if story is None:
        return error(f"there is no run {run}", advice="`reconciler runs list` lists them")
    why = f"it is closed already: {story.closed}" if story.closed else "it was approved for nothing"
    return error(f"run {run} has nothing left to give up: {why}")
