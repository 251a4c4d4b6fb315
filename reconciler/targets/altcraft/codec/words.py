"""The words of every codec: the envelope of an answer, what can go wrong, and the protocol itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec

MISSING: Final = msgspec.Raw()
"""Stands for a key that an answer does not have."""


class Body(msgspec.Struct, frozen=True):
    """The envelope of an answer, its parts undecoded."""

    error: msgspec.Raw = MISSING
    error_text: msgspec.Raw = MISSING
    result: msgspec.Raw = MISSING
    next_from_id: msgspec.Raw = MISSING


class Garbled(Exception):
    """An answer that is none; `reason` tells why without quoting it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsendable(Exception):
    """A request that its format has no way to write; `reason` names the key and never the value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Codec(Protocol):
    """One format."""

    @property
    def media_type(self) -> str:
        """What `Content-Type` and `Accept` say."""
        ...

    def encode(self, request: Mapping[str, Any]) -> bytes:
        """Write a request. Raises Unsendable."""
        ...

    def decode(self, body: bytes) -> Body:
        """Read an answer; one that is none raises Garbled, and nothing raises anything else."""
        ...
