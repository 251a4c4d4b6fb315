"""revert: a run that is over becomes the wishes that take its line statuses back.

Only what was known goes back. A status that was read before the write, or that the target had taken from us
and that nobody had touched since, is known; all else is named and left to somebody who can look. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunStory, WriteRow
from reconciler.model.reversal import Left, LeftOut, Restored, Reversal

_DONE: Final = "done"
_NOTHING_HAPPENED: Final = frozenset({"failed", "skipped", "moved"})
_KNOWN: Final = frozenset({Evidence.OBSERVED, Evidence.RECORDED, Evidence.DECLARED})


_STANDS_FOR: Final = timedelta(days=7)
"""How long a wish counts that cannot be one of `hold: once`."""


def revert(story: RunStory, finished: Mapping[Address, str], today: date) -> Reversal:
    """Sort what a run sent by whether it can be taken back.

    `finished` are the `hold: once` wishes that are done; the same wish once more would rest. `today` is the
    date in UTC.
    """
    sent: dict[Address, list[WriteRow]] = {}
    for each in story.writes:
        if each.intended_at is not None and each.outcome not in _NOTHING_HAPPENED:
            sent.setdefault(each.address, []).append(each)
    lines: list[Restored] = []
    left: list[LeftOut] = []
    for where in sorted(sent, key=lambda each: each.rank):
        match _way_back(where, sent[where]):
            case Restored() as restored:
                lines.append(restored)
            case LeftOut() as out:
                left.append(out)
            case None:
                pass
    resting = {each.address.parts[0] for each in lines if finished.get(each.address) == each.status}
    return Reversal(
        run=story.row,
        lines=tuple(lines),
        left=tuple(left),
        resting=frozenset(resting),
        until=today + _STANDS_FOR,
    )


def _way_back(where: Address, writes: Sequence[WriteRow]) -> Restored | LeftOut | None:
    """Judge one address; None where the run left it as it had been."""
    first, last = writes[0], writes[-1]
    if where.kind != ORDER_LINE:
        return LeftOut(address=where, why=Left.LASTING, action=first.action)
    said, before = str(last.wanted), first.before
    if any(each.outcome != _DONE for each in writes):
        return LeftOut(address=where, why=Left.UNSETTLED, said=said)
    if not isinstance(before, str):
        return LeftOut(address=where, why=Left.UNKNOWN, said=said)
    if first.evidence not in _KNOWN:
        return LeftOut(address=where, why=Left.DOUBTED, said=said, before=before)
    if before == said:
        return None
    return Restored(address=where, status=before, said=said, evidence=first.evidence)
