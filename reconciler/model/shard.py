"""Shard: one of N shares of the work, so that N processes, wherever they run, do what one would.

Which share an order belongs to follows from its external id alone, and is the same on every machine and in
every version: the BLAKE2b digest of eight bytes of the id in UTF-8, as a big-endian number, modulo N, plus 1.
Its lines and its imports go with it. What belongs to no order, which is every definition, belongs to share 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Final, Self

from reconciler.model.address import ORDER, ORDER_LINE, Address

MOST: Final = 1000
"""How many shares there may be; each reads the whole list of orders."""

PATIENCE: Final = timedelta(minutes=5)
"""How long an apply waits for definitions that another shard writes."""

_SHAPE: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """Share `number` of `count`, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `K/N`; raises ValueError that says what is expected."""
        match = _SHAPE.fullmatch(text)
        number, count = (int(match[1]), int(match[2])) if match is not None else (0, 0)
        if not 1 <= number <= count <= MOST:
            raise ValueError(f"{text!r} is no shard: write K/N, such as 2/4, K from 1 to N, N at most {MOST}")
        return cls(number, count)

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @property
    def leads(self) -> bool:
        """Tell whether this is the share that definitions belong to."""
        return self.number == 1

    @property
    def first(self) -> Shard:
        """The share that definitions belong to."""
        return Shard(1, self.count)

    def owns(self, where: Address) -> bool:
        """Tell whether an address belongs to this share."""
        return self.owns_order(where.parts[0]) if where.kind in _OF_ORDERS else self.leads

    def owns_order(self, order: str) -> bool:
        """Tell whether an order, with its lines and its imports, belongs to this share."""
        return share_of(order, self.count) == self.number


_OF_ORDERS: Final = frozenset({ORDER, ORDER_LINE})


def share_of(order: str, count: int) -> int:
    """Give the number of the share that an order belongs to, from 1 to `count`."""
    digest = blake2b(order.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count + 1


def excludes(one: Shard | None, other: Shard | None) -> bool:
    """Tell whether two runs may not go on side by side; None is a run of everything.

    Shares of two divisions overlap, whichever they are.
    """
    if one is None or other is None or one.count != other.count:
        return True
    return one.number == other.number
