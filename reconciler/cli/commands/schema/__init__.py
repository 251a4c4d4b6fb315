"""schema: print the JSON Schema of a format, for editors and for whoever reads what we write."""

from __future__ import annotations

import click

from reconciler.cli.commands.schema.schemas import SCHEMAS, schema_text
from reconciler.cli.printing import result
from reconciler.project import codes


@click.command(name="schema")
@click.argument("format", type=click.Choice(list(SCHEMAS)))
def command(format: str) -> int:
    """Print the JSON Schema (draft 2020-12) of manifests, settings, plans or reports.

    \b
    Examples:
      reconciler schema manifest > .reconciler/manifest.schema.json
      reconciler schema settings
      reconciler schema plan           what `plan -o json` writes
      reconciler schema report         what `apply -o json` and `resume -o json` write

    An editor finds a manifest's schema by the first line of the file:
    # yaml-language-server: $schema=../.reconciler/manifest.schema.json
    """
    return codes.DONE if result(schema_text(format)) is None else codes.ERROR
