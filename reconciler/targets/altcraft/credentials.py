"""Credentials: the token in use, and every token that ever was.

A token file may be renewed while a run lasts, so the provider is asked again when a token is refused. What
was used before stays a secret: a late answer may still quote it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Final

from reconciler.ports import Denied

LOOK: Final = "check token_env or token_file of this target"


class Credentials:
    """Gives the token, None where none is used. May be asked from many threads."""

    def __init__(self, provider: Callable[[], str | None]) -> None:
        """Take where the token comes from; it is asked for when it is first needed."""
        self._provider = provider
        self._used: list[str | None] = []
        self._asking = Lock()

    def __repr__(self) -> str:
        return "Credentials()"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every token so far."""
        return tuple(token for token in self._used if token)

    def token(self, *, again: bool = False) -> str | None:
        """Give the token in use, after asking for it `again` if so said.

        Raises Denied for one that neither a header nor a body can carry.
        """
        with self._asking:
            if again or not self._used:
                token = self._provider()
                if token is not None and not (token.isascii() and token.isprintable()):
                    raise Denied("the token holds a character that cannot be sent", exit_code=8, advice=LOOK)
                if not self._used or self._used[-1] != token:
                    self._used.append(token)
            return self._used[-1]
