"""Declarative reconciliation of a retailer's Altcraft Market: YAML in Git, previewed, then applied.

For programs: `from reconciler import Project` (docs/python.md). The front room holds the version, and the
names for programs, which are loaded when they are first used: so importing it costs nothing and `reconciler
--version` answers at once. A reader starts at `reconciler.pipeline`, a user at the command line.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from reconciler.version import __version__

if TYPE_CHECKING:
    from reconciler.model.evidence import Evidence
    from reconciler.model.plan import OnMoved, Options
    from reconciler.model.settlement import Assume, Assumption
    from reconciler.project.guards import Trust
    from reconciler.project.leasing import Patience
    from reconciler.project.planning import Planned
    from reconciler.project.project import Project
    from reconciler.project.ran import Ran
    from reconciler.project.stop import Stop
    from reconciler.project.watch import Watch

__all__ = [
    "Assume",
    "Assumption",
    "Evidence",
    "OnMoved",
    "Options",
    "Patience",
    "Planned",
    "Project",
    "Ran",
    "Stop",
    "Trust",
    "Watch",
    "__version__",
]

_HOMES: Final = {
    "Assume": "model.settlement",
    "Assumption": "model.settlement",
    "Evidence": "model.evidence",
    "OnMoved": "model.plan",
    "Options": "model.plan",
    "Patience": "project.leasing",
    "Planned": "project.planning",
    "Project": "project.project",
    "Ran": "project.ran",
    "Stop": "project.stop",
    "Trust": "project.guards",
    "Watch": "project.watch",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
