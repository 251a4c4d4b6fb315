"""Random faults in manifests, each of which has to be named where another parser finds its node.

The other parser is ruamel's in pure Python, its `compose`: neither ours nor libyaml. Every error has
to stand at the fault, line and column; one elsewhere is counted as wrong, and so is a fault not found.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from random import Random
from typing import Any

from ruamel.yaml import YAML

from bench.bars import count
from bench.scribble import Fault, manifest, spoilt, written
from bench.table import Result, Row
from reconciler.model.diagnostic import Severity
from reconciler.shelves import KINDS
from reconciler.stages.load import parse
from reconciler.stages.validate import validate
from tests.kinds.manifests import TERMS

Place = tuple[int, int]
"""Line and column, from 1."""


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--faults", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)


def measure(chosen: Namespace) -> Result:
    """Make faults, read them in both ways and compare."""
    made: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    first = ""
    for number in range(chosen.faults):
        random = Random(f"{chosen.seed} {number}")
        data = manifest(random)
        fault = spoilt(data, random)
        text = written(data, random)
        made[fault.kind] += 1
        named, (there, beside) = _named(text), _places_of(text, fault)
        if there not in named or not named <= {there, beside}:
            wrong[fault.kind] += 1
            first = first or f"{fault}: at {there}, named at {sorted(named)}, in\n{text}"
    rows: list[Row] = [
        {"fault": kind, "made": times, "named elsewhere": wrong[kind]} for kind, times in sorted(made.items())
    ]
    rows.append({"fault": "all", "made": made.total(), "named elsewhere": wrong.total()})
    bar = count("4", wrong.total(), whole=chosen.faults >= 1_000)
    settings = {"faults": chosen.faults, "seed": chosen.seed}
    return Result("yaml-lines", settings, rows, {"the first": first} if first else {}, (bar,))


def _named(text: str) -> set[Place]:
    """Name the places of all errors."""
    parsed = parse(text.encode(), "m.yaml")
    _, found = validate(parsed.documents, KINDS, TERMS)
    every = (*parsed.diagnostics, *found)
    return {
        (each.origin.line, each.origin.column) if each.origin is not None else (0, 0)
        for each in every
        if each.severity is Severity.ERROR
    }


def _places_of(text: str, fault: Fault) -> tuple[Place, Place]:
    """Find the node of a fault in the graph of the other parser, and the value where that node is a key.

    A key that is not known may be taken for the one that it resembles, and then its value may be wrong too.
    """
    node: Any = YAML(typ="safe", pure=True).compose(text)
    mark = node.start_mark
    for step in fault.path:
        if isinstance(step, int):
            node = node.value[step]
            mark = node.start_mark
        else:
            key, node = next(pair for pair in node.value if pair[0].value == step)
            mark = (key if fault.part == "key" else node).start_mark
    return _place(mark), _place(node.start_mark)


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1
