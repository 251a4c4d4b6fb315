"""retell: what the journal and an approval hold of a run becomes the report that it did not live to write.

Pure. What was intended and has no word is lost: the run died before it could hear, or before it could say.
What was approved and never intended was not sent, for no request leaves before its intent is on disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from reconciler.model.address import ORDER_LINE, Address
from reconciler.model.approval import Approval, Reviewed
from reconciler.model.history import RunStory, WriteRow
from reconciler.model.outcome import WORDS, Done, Failed, Lost, Moved, Outcome, Skipped

NO_WORD: Final = "the run died before an answer was recorded"
NOT_SENT: Final = "the run died before it was sent"

_FATES: Final[tuple[type[Outcome], ...]] = (Done, Failed, Lost, Skipped, Moved)
_BY_WORD: Final[Mapping[str, type[Outcome]]] = {WORDS[fate]: fate for fate in _FATES}


def retell(story: RunStory, approval: Approval | None, done: Collection[Address] = ()) -> tuple[Outcome, ...]:
    """Give the fate of everything that a run wrote or was to write, as it is known by now.

    `done` are addresses of the approval that earlier runs had done already.
    """
    fates = {write.address: _fate(write) for write in story.writes}
    if story.row.ended_at is not None:
        return tuple(fates.values())
    return (*fates.values(), *_never_sent(approval, {*fates, *done}))


def _fate(write: WriteRow) -> Outcome:
    kind = _BY_WORD.get(write.outcome or "", Lost)
    reason = write.reason or ("" if write.outcome else NO_WORD)
    return kind(write.address, reason, write.wanted, write.seconds)


def _never_sent(approval: Approval | None, known: Collection[Address]) -> Iterator[Outcome]:
    for address, change in approval.changes.items() if approval is not None else ():
        if address not in known:
            yield Skipped(address, NOT_SENT, _after(address, change))


def _after(address: Address, change: Reviewed) -> object:
    """Give what was wanted, as an outcome does: of a line its status, else the fields."""
    after = {path: wanted for path, _, wanted in change.fields}
    return after.get("status") if address.kind == ORDER_LINE else after
