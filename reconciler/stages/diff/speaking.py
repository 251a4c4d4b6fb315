"""Speaking: what the import of an order will say of the status of each of its lines.

An import that says no status for a line may reset it (A15), so it says one for every line that is there: the
wanted one, else the observed, else the recorded. A recorded one may be old, so the plan names every line of
which the record is stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model import address
from reconciler.model.change import UpdateLine, Withhold
from reconciler.model.manifest import LineManifest, OrderManifest
from reconciler.model.observation import LiveOrder
from reconciler.stages.diff.sides import Sides

LineChanges = Mapping[str, UpdateLine | Withhold]

NAMED: Final = 3
"""How many lines a reason names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Said:
    """The status of each line, and what people have to know of where it comes from."""

    statuses: Mapping[str, str]
    stale: tuple[str, ...] = ()
    """Lines whose status is carried from a stale record."""

    @property
    def remark(self) -> str:
        """Name the lines whose status may be out of date, to be put after a reason."""
        if not self.stale:
            return ""
        named = ", ".join(f"{self.statuses[line]} for {line}" for line in self.stale[:NAMED])
        more = len(self.stale) - NAMED
        others = f" and {more} more" if more > 0 else ""
        return f"; says {named}{others} from a stale record"


def say_statuses(
    live: LiveOrder,
    manifest: OrderManifest,
    wishes: Mapping[str, LineManifest],
    changes: LineChanges,
    sides: Sides,
) -> Said | str:
    """Give what the import will say, or the reason why it must not be sent."""
    said: dict[str, str] = {}
    recorded: list[str] = []
    remembered = sides.record.lines.get(manifest.order, {})
    for line in manifest.fields.get("lines", {}):
        if address.order_line(manifest.order, line) in sides.record.unsettled:
            return f"an import says a status for every line, and that of {line} is not settled"
        wish, change = wishes.get(line), changes.get(line)
        if live.lines is None or line not in live.lines:
            if wish is not None and wish.dispute:
                return f"the import would say a status for {line}, and {wish.dispute}"
            if wish is not None:
                said[line] = wish.status
        elif isinstance(change, UpdateLine):
            said[line] = change.wanted.status
        elif (observed := live.lines[line]) is not None:
            said[line] = observed
        elif (memory := remembered.get(line)) is not None:
            said[line] = memory.spec
            recorded.append(line)
        else:
            fate = "is withheld" if isinstance(change, Withhold) else "is not wanted"
            return (
                f"an import says a status for every line, and that of {line} is not known, nor may it be "
                f"chosen: it {fate}"
            )
    touched = sides.record.touched(manifest.order, live.updated)
    return Said(said, tuple(recorded) if touched else ())
