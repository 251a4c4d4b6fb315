"""Codecs: the two formats in which the API documents every method, behind one small protocol.

words     the protocol, the envelope of an answer, what can go wrong
json      the usual one
depth     how deep its answers may be nested
xml       for installations behind gateways that speak nothing else
elements  the parser of XML, and what it refuses to read

What an answer says stays undecoded until somebody needs it, as pieces of JSON whatever it came as. So
everything behind a codec reads one form only, and the two formats cannot come to mean different things.
"""

from __future__ import annotations

from typing import Literal

from reconciler.targets.altcraft.codec.json import JSON
from reconciler.targets.altcraft.codec.words import MISSING, Body, Codec, Garbled, Unsendable

__all__ = ["JSON", "MISSING", "Body", "Codec", "Format", "Garbled", "Unsendable", "codec_of"]

Format = Literal["json", "xml"]


def codec_of(wire_format: Format) -> Codec:
    """Give the codec of a format; the parser of XML is loaded for XML only."""
    if wire_format == "json":
        return JSON
    from reconciler.targets.altcraft.codec.xml import XML  # noqa: PLC0415 - see above

    return XML
