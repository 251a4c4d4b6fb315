"""Settlement: what is found out about a write that was lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address
from reconciler.model.record import Unsettled

SAID: Final = "said by the user"
"""How a change is settled of which a person says what became of it, whatever a read shows."""


class Verdict(StrEnum):
    """Whether a lost write happened."""

    DONE = "done"
    NOT_DONE = "not-done"
    OPEN = "open"
    """Nobody can tell: it goes on blocking its own address, and only that."""


class Assume(StrEnum):
    """What a person says of lost writes that cannot be settled by reading."""

    DONE = "done"
    NOT_DONE = "not-done"
    LIKELY = "likely"
    """Accept the hint, where there is one."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A person's word about the addresses that a glob selects."""

    verdict: Assume
    pattern: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """One lost write, and what was found out about it."""

    address: Address
    lost: Unsettled
    verdict: Verdict
    how: str
    """What settled it, as people read it; for an open one what speaks for and against it."""
    hint: Verdict = Verdict.OPEN
    """What is likely, where nothing settles it."""
    vouched: bool = False
    """True: a person's word settled it, not a read."""
