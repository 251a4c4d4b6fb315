"""Fates: what became of each step so far, in a few bytes for each that went as most do.

A run of a million updates ends with a million of these words: done, without more to say, after so many
seconds. They are kept in columns by the numbers of their intents; all others as they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from reconciler.model.address import Address
from reconciler.model.outcome import Done, Outcome

_MOST: Final = 255
"""How many words a byte can name; no word is 0."""


class Fates(Mapping[Address, Outcome]):
    """Outcomes by address. Written to by one thread at a time."""

    def __init__(self, numbers: Mapping[Address, int]) -> None:
        """Take the numbers of intents, which may grow; those of one run begin with 1."""
        self._numbers = numbers
        self._words: list[str] = []
        self._said = bytearray()
        self._seconds = array("d")
        self._others: dict[Address, Outcome] = {}

    def note(self, outcomes: Iterable[Outcome]) -> None:
        """Take outcomes, each in the place of an earlier one of its address."""
        for outcome in outcomes:
            self.keep(self._numbers.get(outcome.address), outcome)

    def keep(self, number: int | None, outcome: Outcome) -> None:
        """Take the outcome of the intent of this number; None: there was none."""
        word = self._word(outcome) if number is not None else 0
        if number is None or not word:
            self._forget(number)
            self._others[outcome.address] = outcome
            return
        if number >= len(self._said):
            more = number + 1 - len(self._said)
            self._said.extend(bytes(more))
            self._seconds.frombytes(bytes(more * self._seconds.itemsize))
        self._said[number], self._seconds[number] = word, outcome.seconds
        self._others.pop(outcome.address, None)

    @property
    def odd(self) -> Mapping[Address, Outcome]:
        """Those of which there is more to say than that it is done."""
        return self._others

    def __getitem__(self, address: Address) -> Outcome:
        found = self._others.get(address)
        if found is not None:
            return found
        number = self._numbers[address]
        word = self._said[number] if number < len(self._said) else 0
        if not word:
            raise KeyError(address)
        return Done(address, "", self._words[word - 1], self._seconds[number])

    def __contains__(self, address: object) -> bool:
        if address in self._others:
            return True
        if not isinstance(address, Address) or address not in self._numbers:
            return False
        number = self._numbers[address]
        return number < len(self._said) and self._said[number] > 0

    def __iter__(self) -> Iterator[Address]:
        said = self._said
        yield from (where for where, number in self._numbers.items() if number < len(said) and said[number])
        yield from self._others

    def __len__(self) -> int:
        return len(self._others) + len(self._said) - self._said.count(0)

    def _forget(self, number: int | None) -> None:
        if number is not None and number < len(self._said):
            self._said[number] = 0

    def _word(self, outcome: Outcome) -> int:
        """Give the number of what was wanted, 0 for an outcome that has more to say than that it is done."""
        after = outcome.after
        if type(outcome) is not Done or outcome.reason or type(after) is not str:
            return 0
        if after in self._words:
            return self._words.index(after) + 1
        if len(self._words) == _MOST:
            return 0
        self._words.append(after)
        return len(self._words)
