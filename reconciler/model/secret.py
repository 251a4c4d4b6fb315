"""Secrets: what may be said of a value that must not be shown.

A digest lets two runs be compared without the value; it is salted with the account, so that the same value in
two accounts, addresses or fields gives unlike digests. It protects against reading, not against someone who
knows the salt and tries every likely value.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Final

MASK: Final = "•••"

_EMAIL: Final = re.compile(r"[^\s@,;|<>]+@[^\s@,;|<>]+")
_PHONE: Final = re.compile(r"\+\d[\d\s().-]{7,}\d")


def digest(salt: str, address: object, path: str, value: Any) -> str:
    """Give 16 hexadecimal characters that stand for a value (JSON data) at a path of an address."""
    key = hashlib.blake2b(salt.encode("utf-8", "surrogatepass"), digest_size=32).digest()
    said = json.dumps([str(address), path, value], ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(said.encode("ascii"), key=key, digest_size=8).hexdigest()


def veil(text: str, secrets: Iterable[str]) -> str:
    """Take every secret out of a text.

    One of less than four characters is taken out only where it stands alone: it may be a part of any word.
    """
    for secret in sorted({each for each in secrets if each}, key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret, MASK)
        else:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)
    return text


def masked(text: str) -> str:
    """Mask the e-mails and telephone numbers in a text of which nobody knows what it is.

    A number without a leading `+` may be anybody's order, and stays.
    """
    text = _EMAIL.sub(lambda found: mask_email(found[0]), text) if "@" in text else text
    return _PHONE.sub(lambda found: mask_phone(found[0]), text) if "+" in text else text


def mask(key: str, value: object) -> str:
    """Mask the value of a key that tells who somebody is, in the form that still helps to recognise it."""
    if key == "email":
        return mask_email(str(value))
    return mask_phone(str(value)) if key == "phone" else MASK


def mask_email(text: str) -> str:
    """Keep an e-mail's first letter and its domain: `j…@example.com`; of a single letter nothing."""
    name, at, domain = text.rpartition("@")
    return f"{name[:1] if len(name) > 1 else ''}…@{domain}" if at and name else MASK


def mask_phone(text: str) -> str:
    """Keep the last two digits of a telephone number."""
    digits = [character for character in text if character.isdigit()]
    return "…" + "".join(digits[-2:]) if len(digits) > 4 else MASK
