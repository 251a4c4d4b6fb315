"""Tally: how many requests were sent, and how long their answers took."""

from __future__ import annotations

from threading import Lock


class Tally:
    """Counts for many threads at once."""

    def __init__(self) -> None:
        """Begin with none."""
        self.sent = 0
        """Requests, repeated ones included."""
        self._answered, self._spent = 0, 0.0
        self._lock = Lock()

    def send(self) -> None:
        """Count a request that leaves."""
        with self._lock:
            self.sent += 1

    def answer(self, seconds: float) -> None:
        """Count an answer that took so long."""
        with self._lock:
            self._answered += 1
            self._spent += seconds

    @property
    def latency(self) -> float | None:
        """How many seconds an answer took on average so far; None before the first."""
        return self._spent / self._answered if self._answered else None
