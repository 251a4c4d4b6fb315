"""Options that several commands share.

Each is also an environment variable, but for those that loosen something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from reconciler.cli.completion import target_names
from reconciler.reports.shown.sizes import COMMENT, LEAST_COMMENT

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
PREFIX: Final = "RECONCILER_"


def option(*names: str, loosens: bool = False, **settings: Any) -> Callable[[CommandT], CommandT]:
    """Make an option that can also be given as RECONCILER_NAME, unless it loosens something."""
    if not loosens:
        long = next(name for name in names if name.startswith("--"))
        settings["envvar"] = PREFIX + long.split("/")[0].removeprefix("--").replace("-", "_").upper()
    return click.option(*names, **settings)


def together(*options: Callable[[CommandT], CommandT]) -> Callable[[CommandT], CommandT]:
    """Make one decorator of several options, listed in this order."""

    def decorate(command: CommandT) -> CommandT:
        for each in reversed(options):
            command = each(command)
        return command

    return decorate


directory = option("-C", "--directory", metavar="DIR", help="Work in this folder.")
target = option(
    "-t", "--target", metavar="NAME", shell_complete=target_names, help="The target that is meant."
)


def output(formats: Sequence[str]) -> Callable[[CommandT], CommandT]:
    """Make the option -o of a command that has these formats."""
    *others, last = formats
    return option(
        "-o",
        "--output",
        "outputs",
        metavar="FORMAT[=PATH]",
        multiple=True,
        help=f"{', '.join(others)} or {last}, to stdout or to a file; repeatable.",
    )


color = option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours on stdout and stderr.",
)
verbose = option("-v", "--verbose", count=True, help="List everything.")
quiet = option("-q", "--quiet", is_flag=True, help="No progress, no hints.")

PLAIN: Final = ("text", "json")
"""The formats that every command has."""
REPORTS: Final = (*PLAIN, "markdown", "html")
"""The formats of what is planned and of what became of it."""
FINDINGS: Final = (*PLAIN, "sarif", "github", "gitlab", "junit")
"""The formats of what is wrong with manifests, for the machines that show it beside their lines."""

markdown_limit = option(
    "--markdown-limit",
    type=click.IntRange(min=LEAST_COMMENT),
    metavar="BYTES",
    default=COMMENT,
    show_default=True,
    help="How long -o markdown may get; what is left out is counted.",
)

printing = together(output(PLAIN), color, verbose, quiet)
common = together(directory, target, printing)
reporting = together(directory, target, output(REPORTS), markdown_limit, color, verbose, quiet)
checking = together(directory, target, output(FINDINGS), color, verbose, quiet)

selection = together(
    option("--only", metavar="GLOB", multiple=True, help="Only addresses like this; repeatable."),
    option("--exclude", metavar="GLOB", multiple=True, help="Not addresses like this; repeatable."),
    option("--origin", metavar="GLOB", multiple=True, help="Only what these files declare; repeatable."),
    option(
        "--exclude-origin", metavar="GLOB", multiple=True, help="Not what these files declare; repeatable."
    ),
)

judging = together(
    option(
        "--require-evidence",
        type=click.Choice(["observed", "recorded"]),
        help="Refuse (exit 5) what is known by less.",
    ),
    option("--max-line-changes", type=click.IntRange(min=0), metavar="N", help="Instead of the limit."),
    option(
        "--allow-permanent",
        type=click.IntRange(min=0),
        metavar="N",
        loosens=True,
        help="Let N permanent definitions be made, instead of the limit.",
    ),
    option(
        "--skip-triggers",
        is_flag=True,
        help="Change lines only in imports that fire no trigger; withhold the others.",
    ),
    option(
        "--allow-reopen",
        is_flag=True,
        loosens=True,
        help="Let lines leave canceled and refunded statuses.",
    ),
    option(
        "--resend-stale",
        metavar="GLOB",
        multiple=True,
        loosens=True,
        help="Say these lines again although their record is stale; repeatable.",
    ),
    option("--strict", is_flag=True, help="A source whose API has ended is an error, not a warning."),
)

on_moved = option(
    "--on-moved",
    type=click.Choice(["stop", "skip"]),
    help="When an approved change is no longer the same: stop (exit 6), or leave it out.  [default: stop]",
)

source_cache = option(
    "--source-cache",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Keep what live sources answer in this folder, and use what is kept there.",
)
