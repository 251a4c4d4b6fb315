"""Plan files on the command line: how old one may be, and which options it has settled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import click

from reconciler.cli.options import option
from reconciler.settings import Misused

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Age(click.ParamType[timedelta]):
    """A length of time such as 24h, 90m or 7d."""

    name = "AGE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it."""
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d+)([smhd])", str(value))
        if match is None:
            self.fail(f"{value} is not a length of time: write 24h, 90m or 7d", param, ctx)
        return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


max_age = option(
    "--max-age",
    type=Age(),
    default="24h",
    show_default=True,
    help="How old a saved plan may be: 24h, 90m, 7d.",
)


def refuse_settled(options: Mapping[str, Any], done: str) -> None:
    """Refuse options that a saved plan has settled; `done` says what is done with the plan."""
    chosen = [f"--{name.replace('_', '-')}" for name in _OF_THE_PLAN if _is_given(options[name])]
    if chosen:
        raise Misused(
            f"{', '.join(chosen)} cannot be changed when a saved plan is {done}", "plan again with it"
        )


def _is_given(value: object) -> bool:
    """Tell an option that was given from one that was not; a limit of 0 was."""
    return value is not None and value is not False and value != ()


_OF_THE_PLAN: Final = (
    "only",
    "exclude",
    "origin",
    "exclude_origin",
    "allow_reopen",
    "resend_stale",
    "require_evidence",
    "max_line_changes",
    "allow_permanent",
    "skip_triggers",
)
"""Options that a saved plan has settled."""
