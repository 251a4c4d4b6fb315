"""Alike: orders of a table whose every line is shown as it is wanted, which is nearly all of a large one.

What the tables of decisions say of such a line is known beforehand: it is kept, observed. No wish becomes an
object for it. Wherever anything else could come in (a lost write, a memory that says otherwise, something to
take into the record, a part that was not asked for), the lines are decided one by one.
"""

from __future__ import annotations

from reconciler.model.address import EVERY_LINE
from reconciler.model.lines import table_of
from reconciler.model.observation import LiveOrder
from reconciler.model.plan import everything
from reconciler.model.record import Memory
from reconciler.stages.diff.sides import Sides


def alike(order: str, live: LiveOrder, sides: Sides) -> int:
    """Count the lines of an order that are surely kept as they are shown; 0 where each is to be looked at."""
    record = sides.record
    if sides.remembers or sides.selects is not everything or record.unsettled or live.lines is None:
        return 0
    table = table_of(sides.manifests.lines, order)
    if table is None or table.source.live or table.source.endpoint is not None:
        return 0
    wanted = table.statuses(order)
    if EVERY_LINE in wanted or not wanted.items() <= live.lines.items():
        return 0
    memories = record.lines.get(order)
    if memories and any(_says_otherwise(memories.get(line), status) for line, status in wanted.items()):
        return 0
    return len(wanted)


def _says_otherwise(memory: Memory | None, status: str) -> bool:
    """Tell whether a line is remembered with another status than the one that is wanted and shown."""
    return memory is not None and memory.spec != status
