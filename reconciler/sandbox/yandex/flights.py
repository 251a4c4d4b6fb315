"""How many requests are under way at a time, for each cabinet or store; kept by one application."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Flights:
    """Counts the requests under way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def aboard(self, entity: str) -> Iterator[int]:
        """Count one request for as long as the block lasts; gives how many are under way, it included."""
        with self._lock:
            self._under_way[entity] += 1
            number = self._under_way[entity]
        try:
            yield number
        finally:
            with self._lock:
                self._under_way[entity] -= 1
