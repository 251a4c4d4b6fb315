"""Audience: how a person takes part in what is about to be sent. By itself nobody does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.outcome import Outcome
from reconciler.model.settlement import Settlement
from reconciler.pipeline import Drawn
from reconciler.project.settling import Settled


def _nothing(*_: object) -> None:
    """Nobody is told."""


def _open(settled: Settled) -> Settled:
    """Nobody is asked: what is open stays open."""
    return settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who is shown, told and asked what. Each of these may raise `Stop` to end the work."""

    show: Callable[[Drawn, float | None], None] = _nothing
    """Shown a plan before anything is judged, with the seconds that a reading request took."""
    confirm: Callable[[Drawn], None] = _nothing
    """Asked whether a plan is to be sent; raises `Stop` where it is not."""
    ask: Callable[[Settled], Settled] = _open
    """Asked what cannot be settled by reading; gives the answers as verdicts."""
    settled: Callable[[Sequence[Settlement]], None] = _nothing
    """Told what became of each lost change, before anything is sent."""
    known: Callable[[Sequence[Outcome]], None] = _nothing
    """Told what is lost as far as it is known: whoever is stopped afterwards lists it all the same."""


NOBODY: Final = Audience()
"""For what was approved before, and for programs."""
