"""Which fields of two unequal things differ. Equality has decided before; this only names the places.

Lists are never compared here: the kinds give mappings by natural key and sets, because a comparison by
position would pair the wrong lines, and one that guesses pairs would be slow and wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.model.change import ABSENT, FieldChange


def explain(shown_before: Mapping[str, Any], shown_after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Name every path at which two things differ, with the values as people see them.

    Both are flat, by dotted path. What comes out is never less than what equality saw, for the kinds show
    unlike values unlike.
    """
    from deepdiff import DeepDiff  # noqa: PLC0415  only a plan with changed orders pays for it

    paths = set()
    # A threshold of 0: otherwise two things with little in common count as one that was replaced, unnamed.
    tree = DeepDiff(shown_before, shown_after, view="tree", threshold_to_diff_deeper=0)
    for levels in tree.values():
        for level in levels:
            paths.add(level.path(output_format="list")[0])
    return tuple(
        FieldChange(path, shown_before.get(path, ABSENT), shown_after.get(path, ABSENT))
        for path in sorted(paths)
        if shown_before.get(path, ABSENT) != shown_after.get(path, ABSENT)  # 1 and 1.0 are alike
    )
