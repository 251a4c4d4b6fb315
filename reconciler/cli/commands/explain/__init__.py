"""explain: tell all about one kind of resource, its keys and what the API can do with it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import click

from reconciler.cli import options
from reconciler.cli.commands.explain.anatomy import SECTIONS, Key, forms_of, named, section_of
from reconciler.cli.completion import kind_names
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded
from reconciler.kinds import EXPLAINED
from reconciler.model.text import did_you_mean, listed
from reconciler.project import codes
from reconciler.settings import Misused

_WIDTH: Final = 100


@click.command(name="explain")
@click.argument("kind", required=False, shell_complete=kind_names)
@options.printing
def command(kind: str | None, **printing: Any) -> int:
    """Tell all about a kind of resource: its keys, and what the API can and cannot do with it.

    \b
    Examples:
      reconciler explain                 the kinds there are
      reconciler explain order
      reconciler explain custom_fields   a section of a manifest will do
      reconciler explain order_line -o json
    """
    console = open_console(printing["outputs"], printing["color"], printing["verbose"], printing["quiet"])
    return guarded(
        console,
        lambda: _explain(console, kind),
        lambda stop: envelope("explain", stop.exit_code, stop.diagnostics, kinds=[]),
    )


def _explain(console: Console, word: str | None) -> int:
    if word is None:
        names = list(EXPLAINED)
    else:
        name = named(word)
        if name is None:
            known = [*EXPLAINED, *SECTIONS]
            raise Misused(
                f"there is no kind {word}", did_you_mean(word, known) or f"there are {listed(EXPLAINED)}"
            )
        names = [name]
    facts = [_facts(each, full=word is not None) for each in names]
    console.report(
        {
            "text": lambda to: _kind_text(names[0], to) if word else _kinds_text(names, to),
            "json": lambda _: envelope("explain", codes.DONE, kinds=facts),
        }
    )
    return codes.DONE


def _facts(name: str, *, full: bool) -> Mapping[str, Any]:
    """Give what JSON says of a kind; without `full` only what the list shows."""
    kind = EXPLAINED[name]
    brief = {"name": name, "section": section_of(name), "summary": kind.summary}
    if not full:
        return brief
    fields = [
        {
            "name": key.name,
            "type": key.type,
            "required": key.required,
            "default": key.default,
            "values": key.values,
            "description": key.description,
            **({"of_type": form} if form else {}),
        }
        for form, keys in forms_of(name).items()
        for key in keys
    ]
    return {**brief, "fields": fields, "capabilities": dict(kind.capabilities)}


def _kinds_text(names: Sequence[str], to: Console) -> str:
    widest = max(map(len, names))
    lines = [f"{to.paint(name.ljust(widest), 'bold')}  {EXPLAINED[name].summary}" for name in names]
    return "\n".join([*lines, "", "reconciler explain KIND tells all about one of them.", ""])


def _kind_text(name: str, to: Console) -> str:
    kind = EXPLAINED[name]
    lines = [
        f"{to.paint(name, 'bold')}: {kind.summary}",
        f"Declared under `{section_of(name)}`{' of an order' if name == 'order_line' else ''}.",
        "",
        *(line for form, keys in forms_of(name).items() for line in _form_lines(form, keys, to)),
        to.paint("What the API can do with it", "bold"),
    ]
    widest = max(map(len, kind.capabilities))
    lines += [f"  {topic.ljust(widest)}  {sentence}" for topic, sentence in kind.capabilities.items()]
    return "\n".join(lines) + "\n"


def _form_lines(form: str, keys: Sequence[Key], to: Console) -> Iterator[str]:
    yield to.paint(f"Keys of type: {form}" if form else "Keys", "bold")
    for key in keys:
        yield from _key_lines(key, to)


def _key_lines(key: Key, to: Console) -> Iterator[str]:
    required = f"  required {key.required}".replace("required always", "required") if key.required else ""
    yield f"  {to.paint(key.name, 'bold')}  {key.type}{required}"
    facts = [key.description]
    if key.values:
        facts.append(f"One of {', '.join(key.values)}.")
    if key.default is not None:
        facts.append(f"{key.default} when left out.")
    for fact in facts:
        yield from textwrap.wrap(
            fact, _WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6, break_on_hyphens=False
        )
    yield ""
