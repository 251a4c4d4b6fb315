"""Guards: what forbids a move that the table would make.

They only withhold; where they cannot judge, they forbid.
"""

from __future__ import annotations

from typing import NamedTuple

from reconciler.model.change import Why
from reconciler.model.manifest import Catalogue, LineManifest, StatusType
from reconciler.model.rules import FINAL_ORDER_STATUSES, FINAL_TYPES, NOT_KNOWN, Rules


class Present(NamedTuple):
    """What can be said of a line's present status when a move is judged."""

    known: str | None
    """The status shown, or recorded while nobody touched the order since; None when it cannot be known."""
    recorded: str | None
    order_status: str | None


class Objection(NamedTuple):
    """Why a move is not made."""

    why: Why
    reason: str


def object_to(wish: LineManifest, present: Present, catalogue: Catalogue, rules: Rules) -> Objection | None:
    """Give the first objection to moving a line to what is wanted, None when there is none."""
    return (
        _moved_on(wish, present)
        or (None if rules.allow_reopen else _reopens(wish, present, catalogue))
        or (_forbidden(wish, present, rules) if rules.transitions else None)
    )


def _moved_on(wish: LineManifest, present: Present) -> Objection | None:
    if wish.allowed_from is None or present.known in wish.allowed_from:
        return None
    expected = ", ".join(sorted(wish.allowed_from))
    if present.known is None:
        reason = f"`from` asks for {expected}, and the present status cannot be known"
        return Objection(Why.IMPOSSIBLE, reason)
    return Objection(Why.MOVED_ON, f"`from` asks for {expected}, and the line is {present.known}")


def _reopens(wish: LineManifest, present: Present, catalogue: Catalogue) -> Objection | None:
    wanted = catalogue.type_of(wish.status)
    for said, status in (("is", present.known), ("was recorded as", present.recorded)):
        kind: StatusType | None = catalogue.type_of(status) if status else None
        if kind in FINAL_TYPES and kind is not wanted:
            reason = f"the line {said} {status}, a {kind} status; --allow-reopen would move it out"
            return Objection(Why.FORBIDDEN, reason)
    closed = FINAL_ORDER_STATUSES.get(present.order_status or "")
    if closed is not None and closed is not wanted:
        reason = f"the order itself is {present.order_status}; --allow-reopen would move its line out"
        return Objection(Why.FORBIDDEN, reason)
    return None


def _forbidden(wish: LineManifest, present: Present, rules: Rules) -> Objection | None:
    before = present.known if present.known is not None else NOT_KNOWN
    allowed = rules.transitions.get(before)
    if allowed is not None and wish.status in allowed:
        return None
    if before == NOT_KNOWN and allowed is None:
        reason = 'line_transitions cannot judge a move from "?": its present status cannot be known'
    else:
        listed = ", ".join(sorted(allowed or ())) or "nothing"
        reason = f"line_transitions allows from {before} to {listed}, not to {wish.status}"
    return Objection(Why.FORBIDDEN, reason)
