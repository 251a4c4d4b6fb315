"""From a file's bytes to text that a YAML parser may see, or the reason why not.

Beyond what is not UTF-8 this refuses what YAML calls unprintable, and the line breaks that only YAML 1.1 knew
(U+0085, U+2028, U+2029): the parser underneath still honours them, so that one of them inside a comment would
end it, and its rest would be read as an entry that no reviewer saw.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from reconciler.model.diagnostic import Diagnostic, Origin, error

_BAD_BYTES: Final = bytes({*range(32), 127} - {*b"\t\n\r"})
_BAD_CHARACTERS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_OTHER_ENCODINGS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_RESAVE: Final = "save the file as UTF-8"


def decode(source: bytes, file: str, *, size: int) -> tuple[str, Diagnostic | None]:
    """Give the text of a file without its byte order mark, and why it cannot be parsed, if so.

    Refused are more than `size` bytes. Along with an error comes as much of the text as can be shown.
    """
    if len(source) > size:
        found = f"the file has more than {size:,} bytes"
        return "", error(found, Origin(file), "split it into several: that is the limit")
    if source.startswith(_OTHER_ENCODINGS) or b"\0\0" in {source[0:4:2], source[1:4:2]}:
        return "", error("the file is in UTF-16 or UTF-32, not in UTF-8", Origin(file, 1, 1), _RESAVE)
    source = source.removeprefix(codecs.BOM_UTF8)
    try:
        text = source.decode()
    except UnicodeDecodeError as fault:
        before = source[: fault.start].decode()
        advice = f"{_RESAVE}; byte 0x{source[fault.start]:02x} means nothing there"
        return source.decode(errors="replace"), error(
            "the file is not in UTF-8", place_after(before, file), advice
        )
    return text, _unprintable(source, text, file)


def place_after(before: str, file: str) -> Origin:
    """Give the place of the character that follows `before`, the beginning of the file's text."""
    lines = re.split("\r\n|\r|\n", before)
    return Origin(file, len(lines), len(lines[-1]) + 1)


def _unprintable(source: bytes, text: str, file: str) -> Diagnostic | None:
    if text.isascii() and len(source.translate(None, _BAD_BYTES)) == len(source):
        return None
    found = _BAD_CHARACTERS.search(text)
    if found is None:
        return None
    code = ord(found[0])
    escape = f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    return error(
        f"the character U+{code:04X} cannot stand in YAML",
        place_after(text[: found.start()], file),
        f'remove it, or write it as "{escape}" in double quotes',
    )
