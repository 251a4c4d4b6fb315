"""Sizes: amounts of memory on the command line."""

from __future__ import annotations

import click

from reconciler.cli.options import option
from reconciler.model.size import read_limit


class Limit(click.ParamType[int]):
    """An amount of memory such as 64MiB, as bytes."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        try:
            return read_limit(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


memory_limit = option(
    "--memory-limit",
    type=Limit(),
    metavar="SIZE",
    help="Keep what tables want, and what the target shows of it, in a temporary file; 64MiB, 1GiB.",
)
