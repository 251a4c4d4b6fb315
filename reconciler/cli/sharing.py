"""Sharing: the options of commands that can do one share of the work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from reconciler.cli.options import option, together
from reconciler.model.shard import PATIENCE, Shard


class Share(click.ParamType[Shard]):
    """A share of the work, such as 2/4."""

    name = "K/N"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """Read it."""
        if isinstance(value, Shard):
            return value
        try:
            return Shard.parse(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


shard_option = option(
    "--shard", type=Share(), metavar="K/N", help="Only share K of N; N processes together do it all."
)

shard_options = together(
    shard_option,
    option(
        "--shard-timeout",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        default=PATIENCE.total_seconds(),
        show_default="300",
        help="With --shard: how long to wait for definitions that shard 1 writes.",
    ),
)


def definitions_within(options: dict[str, Any]) -> timedelta:
    """Read how long to wait for definitions of another shard."""
    return timedelta(seconds=options["shard_timeout"])
