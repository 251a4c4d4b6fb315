"""The root command: which commands there are, and how every run of the program ends."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from reconciler.cli.printing import aside, finished
from reconciler.project import codes
from reconciler.version import __version__

COMMANDS: Final = {
    "init": "make a repository that plans at once",
    "doctor": "check settings, tokens, the target, the state, the sources",
    "validate": "check settings and manifests; no network, no token",
    "plan": "show what would be done; writes nothing",
    "apply": "do what the plan says, after a prompt",
    "resume": "settle what was lost, finish what was approved",
    "drift": "show what was changed outside, from the record alone",
    "why": "tell the story of one item: wanted, shown, sent by whom",
    "rehearse": "carry a plan out in a copy of what it is about, and plan again",
    "pull": "write down what the target has in use, as manifests",
    "state": "show and correct what is remembered",
    "runs": "show what earlier applies sent",
    "sandbox": "serve, seed or reset the embedded sandbox",
    "schema": "print the JSON Schema of manifests, settings, plans or reports",
    "explain": "tell all about one kind of resource",
    "fmt": "lay files out in one way, comments kept",
}

EXAMPLES: Final = """\b
Examples:
  reconciler init shop && cd shop     make a repository with an embedded sandbox
  reconciler plan                     see what would be done
  reconciler apply                    do it, after a prompt
  reconciler plan -t production -o json=plan.json --detailed-exitcode
  reconciler explain order            all keys of an order, and what the API can do with it

Market resources of the Altcraft Platform as code: YAML manifests in Git, a plan
that says how it knows, an apply that sends nothing that was not shown.
"""


class Commands(click.Group):
    """Loads a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"reconciler.cli.commands.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands without loading them, then what any command offers."""
        offered = [
            CompletionItem(name, help=summary)
            for name, summary in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*offered, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant, with a suggestion when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {close[0]}?" if close else f" There are {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx) from error


@click.group(
    cls=Commands,
    help=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option("-C", "--directory", metavar="DIR", envvar="RECONCILER_DIRECTORY", help="Work in this folder.")
@click.version_option(__version__, "--version", message="reconciler %(version)s")
@click.pass_context
def root(ctx: click.Context, directory: str | None) -> None:
    """Keep what -C says for the command that follows, and wake the collector where `main` put it to sleep.

    The command is loaded by now; what was loaded is never garbage, so it is not looked through again.
    """
    ctx.obj = {"directory": directory}
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit code and never raises but for what is a bug."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(list(arguments))
    except BrokenPipeError:  # click, in the middle of a help text
        code = codes.ERROR
    return finished(code)


def _run(arguments: list[str]) -> int:
    try:
        result: Any = root.main(arguments, prog_name="reconciler", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except SystemExit as answered:  # click's way to end after it has answered a shell's question
        return answered.code if isinstance(answered.code, int) else codes.DONE
    except click.UsageError as misuse:
        return _misused(misuse, arguments)
    except click.ClickException as error:
        error.show()
        return codes.ERROR
    except (click.Abort, KeyboardInterrupt):
        aside("interrupted; nothing was sent")
        return codes.INTERRUPTED
    return result if isinstance(result, int) else codes.DONE


def _misused(misuse: click.UsageError, arguments: list[str]) -> int:
    """Say what was wrong with the arguments; as JSON when JSON was asked for."""
    if isinstance(misuse, click.exceptions.NoArgsIsHelpError):
        misuse.show()
        return codes.USAGE
    from reconciler.cli.misuse import wants_json

    if wants_json(arguments):
        from reconciler.cli.misuse import misuse_document

        click.echo(misuse_document(misuse.format_message(), arguments), nl=False)
    if misuse.ctx is not None:
        command = misuse.ctx.command_path
        click.echo(f"error: {misuse.format_message()}\nTry '{command} --help'.", err=True)
    else:
        click.echo(f"error: {misuse.format_message()}", err=True)
    return codes.USAGE
