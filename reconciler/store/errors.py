"""StoreError: the state cannot be read or written, in words for the person who has to repair it.

    StoreError
    └── LeaseLost       somebody else holds the account now, so this run must not write any more

There is one thing to do about all of them: send nothing more and show the message with its advice. No fault
of the database library leaves this package as itself.
"""

from __future__ import annotations


class StoreError(Exception):
    """What is the matter with the state, and in `advice` what to do about it."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class LeaseLost(StoreError):
    """This run no longer holds the account: its lease expired and was taken over, or was taken away."""
