"""Unlocking: somebody's hold on an account is taken away, or they are asked to let go of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.cli.sharing import shard_option
from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.lease import Holder
from reconciler.model.shard import Shard
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop
from reconciler.reports.json.lease import holder_data
from reconciler.reports.text.lease import holder_line, holder_text
from reconciler.settings import Misused
from reconciler.store import is_alive


@click.command(name="unlock")
@options.common
@shard_option
@options.option("--auto-approve", is_flag=True, loosens=True, help="Do not ask. For pipelines.")
def unlock_state(
    directory: str | None, target: str | None, shard: Shard | None, auto_approve: bool, **printing: Any
) -> int:
    """Show who holds the account and take it away from them, after a prompt.

    \b
    Examples:
      reconciler state unlock                   asks for the literal word yes
      reconciler state unlock --auto-approve
      reconciler state unlock --shard 2/4       one of several that are held

    A holder that has died on this machine, or was silent for a minute, is taken over
    without this. A holder whose process runs on this machine is left alone (exit 7):
    `reconciler runs stop RUN` asks it to end. One that lives elsewhere can write no
    more once its hold is taken away; what it had just sent stays in doubt.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    return guarded(
        console,
        lambda: _unlock(console, open_target(directory, target), shard, approved=auto_approve),
        lambda stop: _unlocked(None, stop.exit_code, stop.diagnostics),
    )


def _unlock(console: Console, opened: Opened, shard: Shard | None, *, approved: bool) -> int:
    with opened.state() as record:
        holder = _meant(record.holders(), shard)
    if holder is None:
        console.report(
            {
                "text": lambda _: f"Nobody holds {opened.target.account}.\n",
                "json": lambda _: _unlocked(None, codes.DONE),
            }
        )
        return codes.DONE
    alive = is_alive(holder)
    console.warn(f"{opened.target.account} is held:")
    console.warn(holder_text(holder, alive=alive, expired=datetime.now(UTC) >= holder.expires_at))
    if alive:
        raise Stop(codes.HELD, (_living(holder, opened),))
    if not approved:
        _ask(opened)
    with opened.shared(holder.claim.shard).writable() as store:
        if not store.release(holder.fence):
            problem = error("the holder has changed meanwhile; nothing was taken away", advice="run it again")
            raise Stop(codes.HELD, (problem,))
    console.report(
        {
            "text": lambda _: f"Unlocked: {opened.target.account} was held by {holder_line(holder)}\n",
            "json": lambda _: _unlocked(holder, codes.DONE),
        }
    )
    return codes.DONE


def _meant(holders: Sequence[Holder], shard: Shard | None) -> Holder | None:
    """Choose the holder that is meant; which of several, the caller has to say. Raises `Misused`."""
    if shard is not None:
        return next((each for each in holders if each.claim.shard == shard), None)
    if len(holders) > 1:
        held = ", ".join(str(each.claim.shard) for each in holders)
        raise Misused(f"several shards are held: {held}", "name one with --shard")
    return next(iter(holders), None)


def _living(holder: Holder, opened: Opened) -> Diagnostic:
    pid = holder.claim.process.pid
    stop = (
        f"`reconciler runs stop {holder.run} -t {opened.target.name}` asks it to end"
        if holder.run is not None
        else f"end process {pid} first"
    )
    return error(f"the holder is alive: process {pid} on this machine", advice=stop)


def _ask(opened: Opened) -> None:
    if not sys.stdin.isatty():
        raise Misused("unlock asks first, and there is no terminal to ask on", "add --auto-approve")
    click.echo(
        f"If it is still running it can write no more, and what it sends just now stays in doubt.\n"
        f"Type yes to take {opened.target.account} away from it: ",
        nl=False,
        err=True,
    )
    if sys.stdin.readline().strip() != "yes":
        raise Stop(codes.ERROR, (error("not approved; nothing was taken away"),))


def _unlocked(holder: Holder | None, exit_code: int, diagnostics: tuple[Diagnostic, ...] = ()) -> str:
    return envelope(
        "state unlock",
        exit_code,
        diagnostics,
        unlocked=holder is not None,
        holder=holder_data(holder),
    )


@click.command(name="stop")
@click.argument("run", type=click.IntRange(min=1))
@options.common
def stop_run(directory: str | None, target: str | None, run: int, **printing: Any) -> int:
    """Ask a run that goes on to end cleanly: what is in flight is finished, the rest is skipped.

    \b
    Examples:
      reconciler runs stop 41
      reconciler runs stop 41 -t production

    It hears of it at its next sign of life, within ten seconds, wherever it runs.
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    return guarded(
        console,
        lambda: _stop(console, open_target(directory, target), run),
        lambda stop: _asked(None, stop.exit_code, stop.diagnostics),
    )


def _stop(console: Console, opened: Opened, run: int) -> int:
    with opened.state() as record:
        holder = next((each for each in record.holders() if each.run == run), None)
        story = record.run(run)
    if holder is None:
        if story is None:
            problem = error(f"there is no run {run}", advice="`reconciler runs list` lists them")
        elif story.row.ended_at is None:
            problem = error(f"run {run} does not go on: it died", advice=f"see `reconciler runs show {run}`")
        else:
            problem = error(f"run {run} has ended already, with exit code {story.row.exit_code}")
        raise Stop(codes.ERROR, (problem,))
    with opened.writable() as store:
        asked = store.ask_to_stop(run)
    console.report(
        {
            "text": lambda _: f"Asked: {holder_line(holder)}\n" if asked else f"Run {run} has just ended.\n",
            "json": lambda _: _asked(holder if asked else None, codes.DONE),
        }
    )
    console.say(f"It ends within a minute; see `reconciler runs show {run} -t {opened.target.name}`.")
    return codes.DONE


def _asked(holder: Holder | None, exit_code: int, diagnostics: tuple[Diagnostic, ...] = ()) -> str:
    return envelope("runs stop", exit_code, diagnostics, asked=holder is not None, holder=holder_data(holder))
