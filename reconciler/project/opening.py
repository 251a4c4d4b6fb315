"""Opening: from a folder to settings, a target and manifests; everything that is wrong with them stops it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.model.diagnostic import has_errors
from reconciler.model.room import MEMORY, Room
from reconciler.pipeline import Declared, Place, declare, emptiness
from reconciler.project import codes
from reconciler.project.stop import Stop
from reconciler.reports.text.masking import veiled
from reconciler.settings import FILE, Chosen, Settings, choose, read
from reconciler.settings.shape import SettingsShape
from reconciler.shelves import KINDS, READERS
from reconciler.stages.hear import Ear

MANIFEST_SCHEMA: Final = ".reconciler/manifest.schema.json"
"""Where the schema of manifests lies for editors, beside the settings."""


def settings_in(folder: Path) -> tuple[Settings, SettingsShape]:
    """Read the settings found from this folder upwards, or stop with everything that is wrong with them."""
    settings = read(folder)
    if settings.shape is None:
        raise Stop(codes.INVALID, settings.diagnostics, {FILE: settings.text})
    return settings, settings.shape


def target_in(folder: Path, target: str | None, environment: Mapping[str, str]) -> Chosen:
    """Read the settings and choose a target, or stop. Raises `Misused` when it is not clear which."""
    settings, shape = settings_in(folder)
    return choose(shape, settings.root, target, environment, settings.document)


def manifests_of(chosen: Chosen, room: Room = MEMORY) -> Declared:
    """Read and check the manifests of a target, or stop with everything that is wrong with them.

    What tables say is kept in `room`.
    """
    place = place_of(chosen, room)
    declared = declare(place)
    problems = (*declared.diagnostics, *emptiness(declared, place))
    if has_errors(problems):
        raise Stop(codes.INVALID, problems, excerpts_of(declared))
    return declared


def excerpts_of(declared: Declared) -> Mapping[str, str]:
    """Give the files to quote from, with the values of sensitive fields hidden."""
    fields = declared.manifests.catalogue.fields
    return veiled(declared.sources, {where.parts[1] for where, facts in fields.items() if facts.sensitive})


def place_of(chosen: Chosen, room: Room = MEMORY) -> Place:
    """Tell where the manifests of a target are."""
    return Place(
        root=chosen.root,
        patterns=chosen.patterns,
        variables=chosen.variables,
        target=chosen.target.name,
        targets=chosen.targets,
        kinds=KINDS,
        terms=chosen.terms,
        transitions=chosen.transitions,
        ear=Ear(READERS, chosen.root, utc_now, room),
    )


def utc_now() -> datetime:
    """The present moment, in UTC at whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
