"""Outcome: what became of one change.

`Lost` means sent without word of what happened. It is an outcome of its own, never rounded to done or failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model.address import Address


@dataclass(frozen=True, slots=True)
class _Fate:
    """What every outcome has.

    `after` is the value that was wanted, as shown to people, `seconds` the time of its request.
    """

    address: Address
    reason: str = ""
    after: Any = None
    seconds: float = 0.0


class Done(_Fate):
    """The target accepted it."""

    __slots__ = ()


class Failed(_Fate):
    """The target refused it: nothing happened."""

    __slots__ = ()


class Lost(_Fate):
    """It was sent, and nobody knows whether it happened."""

    __slots__ = ()


class Skipped(_Fate):
    """It was not sent: something it needs failed, or the run was stopped."""

    __slots__ = ()


class Moved(_Fate):
    """It was not sent: the target had changed since the plan was approved."""

    __slots__ = ()


Outcome = Done | Failed | Lost | Skipped | Moved

WORDS: Final[Mapping[type[Outcome], str]] = {
    Done: "done",
    Failed: "failed",
    Lost: "lost",
    Skipped: "skipped",
    Moved: "moved",
}
"""The contract's word for each outcome, in the order in which the closing line counts them."""


def word(outcome: Outcome) -> str:
    """Give the contract's word for an outcome."""
    return WORDS[type(outcome)]
