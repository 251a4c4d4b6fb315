"""Completion: what a shell offers for a word that stands half written.

It is asked at every press of a key, so it loads little, and it never fails: what cannot be found out offers
nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_SETTINGS = "reconciler.yaml"


def target_names(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Offer the targets of the settings that hold in the folder that -C names, else here.

    The settings are read, and not checked: half of them may be wrong, and the names still be of use.
    """
    targets = _targets(_folder(ctx))
    return [name for name in targets if isinstance(name, str) and name.startswith(incomplete)]


def switch_words(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Offer the sandbox's switches as NAME=VALUE."""
    from reconciler.sandbox import SWITCHES

    words = (f"{switch.name}={value}" for switch in SWITCHES for value in switch.values)
    return [word for word in words if word.startswith(incomplete)]


def kind_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Offer the kinds that `explain` knows."""
    from reconciler.kinds import EXPLAINED

    return [name for name in EXPLAINED if name.startswith(incomplete)]


def _folder(ctx: click.Context) -> Path:
    each: click.Context | None = ctx
    while each is not None:
        if each.params.get("directory"):
            return Path(each.params["directory"])
        each = each.parent
    return Path()


def _targets(start: Path) -> dict[Any, Any]:
    from reconciler.stages.load import ParserMissing, parse

    try:
        folders = (start.absolute(), *start.absolute().parents)
        path = next(each / _SETTINGS for each in folders if (each / _SETTINGS).is_file())
        documents = parse(path.read_bytes(), _SETTINGS).documents
    except (OSError, StopIteration, ParserMissing):
        return {}
    data = documents[0].data if documents else None
    targets = data.get("targets") if isinstance(data, dict) else None
    return targets if isinstance(targets, dict) else {}
