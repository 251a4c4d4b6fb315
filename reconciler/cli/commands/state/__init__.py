"""state: what is remembered of our own words, and how people correct it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.commands.state.moving import export_state, import_state
from reconciler.cli.commands.state.unlocking import unlock_state
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.model.address import ORDER, ORDER_LINE, Address, parse
from reconciler.model.adoption import Adoption
from reconciler.model.diagnostic import error
from reconciler.model.holding import Holding, holdings
from reconciler.model.plan import TargetName
from reconciler.model.text import did_you_mean
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop
from reconciler.reports.json import adopted_data, forgotten_data, held_data, state_data
from reconciler.reports.text import held_text, state_text
from reconciler.settings import Misused

Data = Callable[[TargetName | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands of this group have in common: how to print, and which target is meant."""

    name: str
    console: Console
    directory: str | None
    target: str | None
    _named: list[TargetName] = field(default_factory=list)

    def open(self) -> Opened:
        """Choose the target, or stop."""
        opened = open_target(self.directory, self.target)
        self._named.append(opened.target)
        return opened

    def run(self, work: Callable[[Desk], int], empty: Data) -> int:
        """Do the work; what stops it still gives a document with the same keys."""

        def failed(stop: Stop) -> str:
            body = empty(self._named[0] if self._named else None)
            return envelope(self.name, stop.exit_code, stop.diagnostics, **body)

        return guarded(self.console, lambda: work(self), failed)


def _desk(name: str, directory: str | None, target: str | None, printing: dict[str, Any]) -> Desk:
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    return Desk(f"state {name}", console, directory, target)


@click.group(name="state")
def command() -> None:
    """Show and correct what is remembered.

    \b
    Examples:
      reconciler state list
      reconciler state list 'order_line/1234000/*'
      reconciler state show order_line/1234000/line_01
      reconciler state adopt 'line_status/*'
      reconciler state forget --unsettled order_line/1234000/line_01
      reconciler state export > record.json
      reconciler state unlock             when the holder is known to be dead

    Most of what the program writes can never be read back, so it remembers what the
    target accepted. Nothing in this group sends a write.
    """


@command.command(name="list")
@click.argument("globs", nargs=-1, metavar="[GLOB]...")
@options.common
def list_state(directory: str | None, target: str | None, globs: tuple[str, ...], **printing: Any) -> int:
    """List what is remembered, what is unsettled first.

    \b
    Examples:
      reconciler state list
      reconciler state list 'custom_field/*' 'line_status/*' -o json
    """

    def work(desk: Desk) -> int:
        opened = desk.open()
        held = _like(_held(opened), globs) if globs else _held(opened)
        desk.console.report(
            {
                "text": lambda to: state_text(opened.target, held, to.paint, globs=bool(globs)),
                "json": lambda _: envelope(desk.name, codes.DONE, **state_data(opened.target, held)),
            }
        )
        return codes.DONE

    return _desk("list", directory, target, printing).run(work, state_data)


@command.command(name="show")
@click.argument("address")
@options.common
def show_state(directory: str | None, target: str | None, address: str, **printing: Any) -> int:
    """Show one item whole, with every write of it.

    \b
    Examples:
      reconciler state show order_line/1234000/line_01
      reconciler state show custom_field/order/delivery_slot -o json
    """
    return _desk("show", directory, target, printing).run(lambda desk: _show(desk, _read(address)), held_data)


def _show(desk: Desk, where: Address) -> int:
    opened = desk.open()
    with opened.state() as store:
        record, writes = store.load(), store.writes(where)
    found = holdings(record)
    holding = next((each for each in found if each.address == where), None)
    if holding is None and not writes:
        hint = did_you_mean(str(where), [str(each.address) for each in found])
        advice = hint or "`reconciler state list` lists what is remembered"
        raise Stop(codes.ERROR, (error(f"nothing is remembered of {where}", advice=advice),))
    holding = holding or Holding(where)
    baseline = record.baselines.get(where.parts[0]) if where.kind in {ORDER, ORDER_LINE} else None
    desk.console.report(
        {
            "text": lambda to: held_text(opened.target, holding, baseline, writes, to.paint),
            "json": lambda _: envelope(
                desk.name, codes.DONE, **held_data(opened.target, holding, baseline, writes)
            ),
        }
    )
    return codes.DONE


@command.command(name="adopt")
@click.argument("globs", nargs=-1, required=True, metavar="ADDRESS...")
@options.common
@options.option(
    "--exclude-origin",
    metavar="GLOB",
    multiple=True,
    help="Not what comes from files or sources like this; repeatable.",
)
def adopt_state(
    directory: str | None,
    target: str | None,
    globs: tuple[str, ...],
    exclude_origin: tuple[str, ...],
    **printing: Any,
) -> int:
    """Record what the manifests say as a fact that you vouch for. Sends no write.

    \b
    Examples:
      reconciler state adopt 'line_status/*' 'custom_field/*'
      reconciler state adopt order_line/1234000/line_01     it happened after all
      reconciler state adopt 'order_line/*'                 first run on a server that hides line statuses

    The target is read first: an order that it does not show, a line that the order does
    not have and a line that it shows with another status are refused by name. Sources
    that answer anew each time are asked where a line may be meant. Exit 3 when something
    was refused and something adopted, 1 when nothing could be adopted.
    """
    from reconciler.cli.commands.state.adopting import adopt_declared

    def work(desk: Desk) -> int:
        return adopt_declared(desk.console, desk.open(), globs, exclude_origin)

    return _desk("adopt", directory, target, printing).run(
        work, lambda named: adopted_data(named, Adoption())
    )


@command.command(name="forget")
@click.argument("globs", nargs=-1, required=True, metavar="ADDRESS...")
@options.common
@options.option(
    "--unsettled", is_flag=True, loosens=True, help="Only what is unsettled: it did not happen, say it again."
)
def forget_state(
    directory: str | None, target: str | None, globs: tuple[str, ...], unsettled: bool, **printing: Any
) -> int:
    """Drop memories, as if nothing had ever been said. Sends no write.

    \b
    Examples:
      reconciler state forget 'custom_field/order/*'
      reconciler state forget --unsettled order_line/1234000/line_01    it did not happen

    What is unsettled is left alone unless --unsettled is given; then only what is
    unsettled is forgotten, and the next plan says it again. A pattern that means nothing
    is named. Exit 3 when something was forgotten and something was left alone or meant
    nothing, 1 when nothing was forgotten.
    """
    from reconciler.cli.commands.state.forgetting import forget_held

    def work(desk: Desk) -> int:
        return forget_held(desk.console, desk.open(), globs, unsettled=unsettled)

    return _desk("forget", directory, target, printing).run(work, forgotten_data)


def _held(opened: Opened) -> Sequence[Holding]:
    return holdings(opened.record())


def _like(held: Sequence[Holding], globs: Sequence[str]) -> list[Holding]:
    return [each for each in held if any(each.address.matches(pattern) for pattern in globs)]


def _read(text: str) -> Address:
    try:
        return parse(text)
    except ValueError as wrong:
        raise Misused(str(wrong), "`reconciler state list` lists what is remembered") from None


command.add_command(export_state)
command.add_command(import_state)
command.add_command(unlock_state)
