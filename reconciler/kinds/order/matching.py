"""Matching: how the platform finds the buyer of an order, and what may be said of it (reference, 4.4).

What identifies a person is sent and never shown, not even in a diagnostic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reconciler.kinds.order.shape import OrderEntry
from reconciler.model.document import Document
from reconciler.model.findings import Findings
from reconciler.model.text import listed

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("email",),
    "email_profile": ("email",),
    "email_sub": ("email",),
    "phone": ("phone",),
    "phone_sub": ("phone",),
    "profile_id": ("profile_id",),
    "push_sub": ("provider", "subscription_id"),
    "custom": ("field_name", "field_value"),
    "custom_sub": ("field_name", "field_value"),
    "email_phone": ("email", "phone"),
    "email_phone_sub": ("email", "phone"),
}
_EVERY: Final = tuple(dict.fromkeys(key for keys in _KEYS.values() for key in keys))
_DEFAULT: Final = "email"


def read_identity(entry: OrderEntry, findings: Findings) -> Mapping[str, Any]:
    """Give the matching mode and its values, empty when none is declared: then the order is never created."""
    given = {key: value for key in _EVERY if (value := getattr(entry, key)) is not None}
    if not given and entry.matching is None:
        return {}
    mode = entry.matching or (_DEFAULT if "email" in given else None)
    if mode is None:
        modes = listed(each for each, keys in _KEYS.items() if set(given) <= set(keys))
        first = next(iter(given))
        findings.dependent_error(
            f"{first} of order {entry.external_id} needs a matching",
            first,
            key=True,
            advice=f"name it: {modes}" if modes else "",
        )
        return {}
    _check(mode, given, entry, findings)
    return {"matching": mode, **given}


def _check(mode: str, given: Mapping[str, Any], entry: OrderEntry, findings: Findings) -> None:
    keys = _KEYS[mode]
    said = f"matching {mode}" if entry.matching else f"matching {mode}, which is taken when none is named,"
    for key in given:
        if key not in keys:
            findings.error(
                f"{key} of order {entry.external_id} does not belong to {said}",
                key,
                key=True,
                advice=f"{mode} takes {listed(keys)}",
            )
    either = mode.startswith("email_phone")
    missing = [key for key in keys if key not in given]
    if missing and not (either and len(missing) < len(keys)):
        needed = " or ".join(keys) if either else listed(missing)
        findings.dependent_error(f"{said} of order {entry.external_id} lacks {needed}", "matching", key=True)


def warn_of_literal_email(
    entry: OrderEntry, document: Document, data: Mapping[str, Any], findings: Findings
) -> None:
    """Warn of an e-mail that stands in the file itself: what is in Git stays there."""
    if entry.email is None or any(at is data and key == "email" for at, key, _ in document.variables):
        return
    findings.warning(
        f"a literal e-mail in Git, in order {entry.external_id}",
        "email",
        advice="use a variable, or another matching",
    )
