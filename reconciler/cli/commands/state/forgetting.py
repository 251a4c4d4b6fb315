"""Forgetting: memories leave the record, and what nobody knows the fate of stays unless it is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reconciler.cli.console import Console
from reconciler.cli.envelope import envelope
from reconciler.cli.watching import watched
from reconciler.model.address import Address
from reconciler.model.diagnostic import error, warning
from reconciler.model.holding import Holding, holdings
from reconciler.project import codes
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop
from reconciler.reports.json import forgotten_data
from reconciler.reports.text import diagnostics_text, forgotten_text

_NAME: Final = "state forget"


def forget_held(console: Console, opened: Opened, globs: Sequence[str], *, unsettled: bool) -> int:
    """Forget what is remembered like these globs; gives the exit code."""
    with opened.state() as store:
        every = holdings(store.load())
    held, idle = _like(every, globs), [glob for glob in dict.fromkeys(globs) if not _like(every, (glob,))]
    if not held:
        problem = error(
            f"nothing is remembered like {', '.join(globs)}",
            advice="`reconciler state list` lists what is remembered; addresses look like line_status/packed",
        )
        raise Stop(codes.ERROR, (problem,))
    asked = [each.address for each in held if (each.unsettled is not None) is unsettled]
    left = [each.address for each in held if (each.unsettled is not None) is not unsettled]
    forgotten: tuple[Address, ...] = ()
    if asked:
        with watched(console) as watch, opened.held(_NAME, watch) as store:
            forgotten = store.forget(asked, unsettled=unsettled)
    diagnostics = [
        warning(f"nothing is remembered like {glob}", advice="`reconciler state list` lists what is")
        for glob in idle
    ]
    exit_code = codes.ERROR
    if forgotten:
        exit_code = codes.IN_PART if idle or (left and not unsettled) else codes.DONE
    console.report(
        {
            "text": lambda to: forgotten_text(forgotten, left, to.paint),
            "json": lambda _: envelope(
                _NAME, exit_code, diagnostics, **forgotten_data(opened.target, forgotten, left)
            ),
        }
    )
    if diagnostics:
        console.warn(diagnostics_text(diagnostics, {}, console.paint_aside))
    _explain(console, forgotten, left, unsettled=unsettled)
    return exit_code


def _explain(
    console: Console, forgotten: Sequence[Address], left: Sequence[Address], *, unsettled: bool
) -> None:
    if unsettled and forgotten:
        console.warn(
            f"{len(forgotten)} forgotten as not done: the next plan says them again if they are still wanted."
        )
    if left and unsettled:
        console.say("What is settled was left alone; without --unsettled it is forgotten.")
    elif left:
        console.warn(
            f"{len(left)} left alone: sent and not confirmed. Look at them in the panel, then\n"
            "  `reconciler state adopt ADDRESS` if it happened, or\n"
            "  `reconciler state forget --unsettled ADDRESS` if it did not: the next plan says it again"
        )


def _like(held: Sequence[Holding], globs: Sequence[str]) -> list[Holding]:
    return [each for each in held if any(each.address.matches(pattern) for pattern in globs)]
