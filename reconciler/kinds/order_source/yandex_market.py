"""Yandex Market: a source of order-line states that is asked anew each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reconciler.model.diagnostic import Origin
from reconciler.model.findings import Findings
from reconciler.model.manifest import BUILT_IN_STATUSES, Catalogue
from reconciler.model.source import Missing, SourceManifest
from reconciler.model.text import did_you_mean, listed, quoted
from reconciler.model.yandex_market import SKIP, UNIT, MarketEntry, nearest_key

__all__ = ["MarketEntry", "declare", "read_market"]

_FORMS: Final = "write STATUS, STATUS/SUBSTATUS or unit/STATUS, in the Market's own words"


def read_market(entry: MarketEntry, catalogue: Catalogue, findings: Findings) -> SourceManifest:
    """Turn an entry into a manifest, with what is wrong with it."""
    _question(entry, findings)
    _access(entry, findings)
    for key, status in (entry.statuses or {}).items():
        _key(entry, key, findings)
        if status != SKIP:
            _target(
                f"rule {quoted(key)} of source {entry.name}", status, catalogue, findings, "statuses", key
            )
    if entry.mixed is not None and entry.mixed != SKIP:
        _target(f"mixed of source {entry.name}", entry.mixed, catalogue, findings, "mixed")
    return declare(entry, findings.at())


def declare(entry: MarketEntry, origin: Origin) -> SourceManifest:
    """Say what all the wishes that follow from an entry have in common."""
    return SourceManifest(
        name=entry.name,
        type=entry.type,
        live=True,
        origin=origin,
        details=entry,
        priority=entry.priority or 0,
        once=entry.hold == "once",
        expires=entry.expires,
        max_line_changes=entry.max_line_changes,
        endpoint=entry.endpoint,
        missing=Missing(entry.missing or Missing.NOTE),
        asks_for=entry.orders == "declared",
    )


def _question(entry: MarketEntry, findings: Findings) -> None:
    """Check that it is said which orders are asked for, and that the chosen API can be asked so."""
    name = entry.name
    if entry.orders is not None and entry.updated_within is not None:
        findings.error(
            f"source {name} says both updated_within and orders",
            "orders",
            advice="updated_within asks for what changed lately, orders: declared for what the target shows",
            key=True,
        )
    if entry.orders is None and entry.updated_within is None:
        findings.dependent_error(
            f"source {name} does not say which orders it is asked for",
            advice="add updated_within, such as 14d, or orders: declared",
        )
    if entry.version == "v2" and entry.updated_within is not None:
        findings.error(
            f"source {name}: api v2 cannot be asked for what changed lately",
            "updated_within",
            advice="write orders: declared, or api: v1",
            key=True,
        )
    if entry.version == "v2" and entry.order_id == "externalOrderId":
        findings.error(
            f"source {name}: api v2 finds orders by orderId only", "order_id", advice="write api: v1"
        )
    if entry.orders is not None and entry.endpoint is None:
        findings.dependent_error(
            f"source {name} lacks endpoint: which of the target's orders it is asked for", "orders"
        )


def _access(entry: MarketEntry, findings: Findings) -> None:
    """Check that the ids that the chosen API needs are there, and that one place is named for the token."""
    name = entry.name
    if entry.version == "v1" and entry.business_id is None:
        findings.dependent_error(
            f"source {name} lacks business_id", advice="the cabinet's id; api v1 asks by cabinet"
        )
    if entry.version == "v2" and entry.campaign_ids is None:
        findings.dependent_error(
            f"source {name} lacks campaign_ids", advice="the stores' ids; api v2 asks store by store"
        )
    if entry.token_env is not None and entry.token_file is not None:
        findings.error(
            f"source {name} names both token_env and token_file", "token_file", advice="keep one", key=True
        )
    if not entry.is_sandbox and entry.token_env is None and entry.token_file is None:
        findings.dependent_error(
            f"source {name} does not say where its token is",
            advice="add token_env, such as YANDEX_MARKET_API_KEY, or token_file",
        )


def _key(entry: MarketEntry, key: str, findings: Findings) -> None:
    """Look at the words of a rule: unknown ones are a warning, for the Market adds some."""
    head, slash, tail = key.partition("/")
    subject = f"rule {quoted(key)} of source {entry.name}"
    if not head or (slash and not tail) or "/" in tail or (head == UNIT and not slash):
        findings.error(f"{subject} names no state", "statuses", key, advice=_FORMS, key=True)
        return
    meant = nearest_key(key)
    if meant is not None:
        findings.warning(
            f"{subject} names a state that the Market is not known to have",
            "statuses",
            key,
            advice=f"did you mean {quoted(meant)}?" if meant else _FORMS,
        )


def _target(subject: str, status: str, catalogue: Catalogue, findings: Findings, *steps: str) -> None:
    if catalogue.knows_status(status):
        return
    known: Iterable[str] = (*BUILT_IN_STATUSES, *catalogue.statuses, SKIP)
    findings.error(
        f"{subject} leads to {quoted(status)}, a line status that is neither built in nor declared",
        *steps,
        advice=did_you_mean(status, known)
        or f"known are {listed(known)}; others are declared in custom_line_statuses",
    )
