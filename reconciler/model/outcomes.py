"""Outcomes: what became of each step of a run, a million of them in a byte each.

An outcome is an object only while somebody looks at it; of which kind it is stands beside it, for most who
look want to count them, or to see those of one kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, overload

from reconciler.model.outcome import WORDS, Outcome, word

_KINDS: Final = {kind: number for number, kind in enumerate(WORDS)}


class Outcomes(Sequence[Outcome]):
    """Outcomes in the order of sending."""

    def __init__(self, size: int, made: Callable[[int], Outcome]) -> None:
        """Take what makes the outcome of each place. It must go on making the same."""
        self._made = made
        self._kinds = bytes(_KINDS[type(made(place))] for place in range(size))

    def counted(self) -> Mapping[str, int]:
        """Count them by the contract's word."""
        kinds = Counter(self._kinds)
        return {name: kinds[_KINDS[kind]] for kind, name in WORDS.items()}

    def of(self, kind: type[Outcome]) -> Iterator[Outcome]:
        """Give those of one kind."""
        number, place = _KINDS[kind], -1
        while (place := self._kinds.find(number, place + 1)) >= 0:
            yield self._made(place)

    @overload
    def __getitem__(self, place: int) -> Outcome: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Outcome]: ...
    def __getitem__(self, place: int | slice) -> Outcome | Sequence[Outcome]:
        """Make the outcome of a place, or some of them."""
        places = range(len(self))[place]
        return self._made(places) if isinstance(places, int) else [self._made(each) for each in places]

    def __len__(self) -> int:
        """Count them."""
        return len(self._kinds)


def count(outcomes: Iterable[Outcome]) -> Mapping[str, int]:
    """Count outcomes by the contract's word."""
    if isinstance(outcomes, Outcomes):
        return outcomes.counted()
    words = Counter(map(word, outcomes))
    return {name: words[name] for name in WORDS.values()}


def of_kind(outcomes: Iterable[Outcome], kind: type[Outcome]) -> Iterator[Outcome]:
    """Give the outcomes of one kind."""
    if isinstance(outcomes, Outcomes):
        return outcomes.of(kind)
    return (each for each in outcomes if isinstance(each, kind))
