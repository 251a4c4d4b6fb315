"""Commands: the help of every command, and which options are environment variables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import click

from reconciler.cli.root import COMMANDS, root

WIDTH = 96


def every_command() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Walk the commands in the order in which `--help` lists them, groups before their members."""
    top = _context(root, "reconciler", None)
    for name in COMMANDS:
        command = root.get_command(top, name)
        assert command is not None, f"{name} is listed and cannot be loaded"
        yield from _with_members(name, command, top)


def help_text() -> str:
    """Give the help of every command, each under a heading of its own."""
    parts = []
    for path, command, context in every_command():
        level = "##" if " " not in path else "###"
        text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
        parts.append(f"{level} {path}\n\n```text\n{text}\n```")
    return "\n\n".join(parts)


def command_table() -> str:
    """Give one line for each command."""
    rows = [f"| `{name}` | {summary} |" for name, summary in COMMANDS.items()]
    return "\n".join(["| command | does |", "|---|---|", *rows])


def variable_table() -> str:
    """Give every option that is also an environment variable, and the commands that take it."""
    takers: dict[tuple[str, str], list[str]] = defaultdict(list)
    members: dict[str, list[str]] = defaultdict(list)
    for path, command, _ in every_command():
        if not isinstance(command, click.Group):
            members[path.split()[0]].append(path)
        for option in command.params:
            if isinstance(option, click.Option) and isinstance(option.envvar, str):
                takers[option.envvar, option.opts[-1]].append(path)
    rows = [
        f"| `{variable}` | `{option}` | {', '.join(_together(paths, members))} |"
        for (variable, option), paths in sorted(takers.items())
    ]
    return "\n".join(["| variable | option | commands |", "|---|---|---|", *rows])


def _together(paths: list[str], members: Mapping[str, list[str]]) -> list[str]:
    """Name a group where all of its commands are meant."""
    named: dict[str, None] = {}
    for path in paths:
        group = path.split()[0]
        named[group if set(members[group]) <= set(paths) else path] = None
    return list(named)


def loosening() -> set[str]:
    """Name the options that no environment variable can give."""
    return {
        option.opts[-1]
        for _, command, _ in every_command()
        for option in command.params
        if isinstance(option, click.Option) and option.envvar is None
    }


def _with_members(
    path: str, command: click.Command, above: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = _context(command, path.rsplit(" ", 1)[-1], above)
    yield path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None
            yield from _with_members(f"{path} {name}", member, context)


def _context(command: click.Command, name: str, above: click.Context | None) -> click.Context:
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, info_name=name, parent=above, **settings)
