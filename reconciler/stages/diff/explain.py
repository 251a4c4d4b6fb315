"""Which fields of two unequal things differ. Equality has decided before; this only names the places.

Lists are never compared here: the kinds give mappings by natural key and sets, because a comparison by
position would pair the wrong lines, and one that guesses pairs would be slow and wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.model.change import ABSENT, FieldChange


def explain(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    shown_before: Mapping[str, Any],
    shown_after: Mapping[str, Any],
) -> tuple[FieldChange, ...]:
    """Name every path at which two comparable things differ, with the values as people see them.

    `before` and `after` are nested plain data; the `shown` ones are the same flattened to dotted paths.
    """
    from deepdiff import DeepDiff  # noqa: PLC0415  only a plan with changed orders pays for it

    prefixes = set()
    tree = DeepDiff(before, after, view="tree", ignore_numeric_type_changes=True)
    for levels in tree.values():
        for level in levels:
            steps = level.path(output_format="list")  # a set's member has no step of its own: None
            prefixes.add(".".join(str(step) for step in steps if step is not None))
    paths = sorted(
        path
        for path in {*shown_before, *shown_after}
        if any(path == prefix or path.startswith(f"{prefix}.") for prefix in prefixes)
    )
    return tuple(
        FieldChange(path, shown_before.get(path, ABSENT), shown_after.get(path, ABSENT))
        for path in paths
        if shown_before.get(path, ABSENT) != shown_after.get(path, ABSENT)
    )
