"""Where the time of one plan goes: `python -m bench.split FOLDER` prints seconds by stage as JSON.

The real command runs, in a process of its own, with a clock around each of its stages. What is left is called
`rest`: reading the settings, opening the connection, and what the stages do not own.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

STAGES: Final = {
    "load": ("reconciler.pipeline.declared", "load"),
    "validate": ("reconciler.pipeline.declared", "validate"),
    "record": ("reconciler.project.opened.Opened", "record"),
    "derive": ("reconciler.pipeline.attended", "derive"),
    "observe": ("reconciler.pipeline.attended", "observe"),
    "diff": ("reconciler.pipeline.compared", "diff"),
    "fingerprint": ("reconciler.pipeline.drawn", "inputs_of"),
    "plan": ("reconciler.pipeline.drawn", "plan"),
    "limit": ("reconciler.pipeline.drawn", "_judged"),
    "report": ("reconciler.cli.commands.plan", "report_plan"),
}


def clocked(stage: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """Give the stage with a clock around it."""

    def timed(*words: Any, **named: Any) -> Any:
        started = perf_counter()
        try:
            return stage(*words, **named)
        finally:
            spent[name] += perf_counter() - started

    return timed


def main(folder: str) -> None:
    """Plan once and print where the time went."""
    spent: dict[str, float] = defaultdict(float)
    began = perf_counter()
    for place in ("reconciler.cli.commands.plan", "reconciler.settings.connect"):
        importlib.import_module(place)
    cli = importlib.import_module("reconciler.cli")
    spent["imports"] = perf_counter() - began
    for stage, (place, name) in STAGES.items():
        owner = _owner(place)
        setattr(owner, name, clocked(getattr(owner, name), stage, spent))
    with contextlib.redirect_stdout(io.StringIO()) as page:
        code = cli.run(["plan", "-C", folder])
    total = perf_counter() - began
    assert code == 0, page.getvalue()
    spent["rest"] = total - sum(spent.values())
    print(json.dumps({"total": total, "stages": spent, "summary": page.getvalue().splitlines()[-1]}))


def _owner(place: str) -> Any:
    """Find a module, or a class in one."""
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError:
        module, _, name = place.rpartition(".")
        return getattr(importlib.import_module(module), name)


if __name__ == "__main__":
    main(sys.argv[1])
