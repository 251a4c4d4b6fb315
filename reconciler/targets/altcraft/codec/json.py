"""The JSON codec: the usual one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from reconciler.targets.altcraft.codec.depth import DEEPEST, is_too_deep
from reconciler.targets.altcraft.codec.words import Body, Codec, Garbled

MARK: Final = b"\xef\xbb\xbf"
"""A byte order mark, which some servers put in front and JSON forbids."""
_TOO_DEEP: Final = f"the answer was nested deeper than {DEEPEST} levels"
_BODIES: Final = msgspec.json.Decoder(Body)


class _Json:
    media_type: str = "application/json"

    def encode(self, request: Mapping[str, Any]) -> bytes:
        return msgspec.json.encode(request, enc_hook=_plain)

    def decode(self, body: bytes) -> Body:
        try:
            decoded = _BODIES.decode(body.removeprefix(MARK))
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Garbled(_reason(body)) from None
        except RecursionError:
            raise Garbled(_TOO_DEEP) from None
        if is_too_deep(body):
            raise Garbled(_TOO_DEEP)
        return decoded


JSON: Final[Codec] = _Json()
"""What the API speaks unless it is told otherwise."""


def _plain(value: object) -> object:
    """Turn a mapping of another type into one that JSON knows."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _reason(body: bytes) -> str:
    start = body.removeprefix(MARK).lstrip()[:1]
    if not start:
        return "the answer was empty"
    if start == b"<":
        return "the answer was a page of HTML"
    try:
        msgspec.json.decode(body)
    except RecursionError:
        return _TOO_DEEP
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "the answer was cut off" if start == b"{" else "the answer was no JSON"
    return "the answer held no `error`"
