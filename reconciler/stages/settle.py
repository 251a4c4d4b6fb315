"""settle: what can be found out about writes whose answers were lost.

First by reading, where the target shows the thing itself. Then by the order's update_time: where it did not
move although confirmed writes of the same run moved theirs, ours did not happen; where it moved, somebody
touched the order, and only a person can say who. Nothing is guessed: a hint is a hint, and is taken only by
somebody who says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.evidence import Absent, Present
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import OURS_WITHIN, Unsettled
from reconciler.model.settlement import Assume, Assumption, Settlement, Verdict

Shown = Callable[[LiveOrder], Mapping[str, Any] | None]
"""Flattens what the target shows of an order to dotted paths; None where nothing tells how to read it."""


def settle(
    unsettled: Mapping[Address, Unsettled],
    world: World,
    moving: frozenset[int],
    shown: Shown,
    assumptions: Sequence[Assumption] = (),
) -> tuple[Settlement, ...]:
    """Judge every lost write. `moving` names the runs of which a confirmed write moved an update_time."""
    found = []
    for address in sorted(unsettled, key=lambda each: each.rank):
        lost = unsettled[address]
        judged = _judge(address, lost, world, moving, shown)
        found.append(_assumed(judged, assumptions) if judged.verdict is Verdict.OPEN else judged)
    return tuple(found)


def _judge(
    address: Address, lost: Unsettled, world: World, moving: frozenset[int], shown: Shown
) -> Settlement:
    if address.kind not in {ORDER, ORDER_LINE}:
        if address in world.in_use:
            return Settlement(address, lost, Verdict.DONE, "seen in use in the target")
        return Settlement(address, lost, Verdict.OPEN, "a definition cannot be read back")
    observed = world.of(address.parts[0])
    if isinstance(observed, Absent):
        return _judge_absent(address, lost)
    if not isinstance(observed, Present):
        return Settlement(address, lost, Verdict.OPEN, f"the order could not be read: {observed.reason}")
    live = observed.state
    by_reading = (
        _read_line(address, lost, live) if address.kind == ORDER_LINE else _read_order(lost, shown(live))
    )
    if by_reading is not None:
        verdict, how = by_reading
        return Settlement(address, lost, verdict, how)
    return _by_time(address, lost, live, moves=lost.run in moving)


def _judge_absent(address: Address, lost: Unsettled) -> Settlement:
    if lost.action == "create":
        return Settlement(address, lost, Verdict.NOT_DONE, "the whole list does not show the order")
    return Settlement(address, lost, Verdict.OPEN, "the target no longer shows the order")


def _read_line(address: Address, lost: Unsettled, live: LiveOrder) -> tuple[Verdict, str] | None:
    status = live.lines.get(address.parts[1]) if live.lines is not None else None
    if status is None:
        return None
    if status == lost.wanted:
        return Verdict.DONE, f"the target shows the line as {status}"
    if lost.before is not None and status == lost.before:
        return Verdict.NOT_DONE, f"the target shows the line as it was: {status}"
    return None


def _read_order(lost: Unsettled, shown: Mapping[str, Any] | None) -> tuple[Verdict, str] | None:
    """Compare the fields that the import was to change; line statuses among them cannot be read."""
    if shown is None or not isinstance(lost.wanted, Mapping):
        return None
    paths = [path for path in lost.wanted if not path.endswith(".status") or path == "status"]
    if paths and all(shown.get(path) == lost.wanted[path] for path in paths):
        return Verdict.DONE, "the target shows the order as wanted"
    before = lost.before if isinstance(lost.before, Mapping) else {}
    as_before = all(path in before and shown.get(path) == before[path] for path in paths)
    if paths and lost.action == "update" and as_before:
        return Verdict.NOT_DONE, "the target shows the order as it was"
    return None


def _by_time(address: Address, lost: Unsettled, live: LiveOrder, *, moves: bool) -> Settlement:
    """Judge by the order's update_time: an order that was not touched at all was not touched by us."""
    if lost.updated is None or live.updated is None:
        return Settlement(address, lost, Verdict.OPEN, "the order's update_time is not known")
    if live.updated <= lost.updated:
        if moves:
            how = "the order was not touched, though confirmed writes of that run moved their update_time"
            return Settlement(address, lost, Verdict.NOT_DONE, how)
        how = "the order was not touched; whether a write moves update_time here is not known"
        return Settlement(address, lost, Verdict.OPEN, how, Verdict.NOT_DONE)
    after = int((live.updated - lost.at).total_seconds())
    if live.updated <= lost.at + OURS_WITHIN:
        how = f"the order changed {max(after, 0)} seconds after we sent"
        return Settlement(address, lost, Verdict.OPEN, how, Verdict.DONE)
    return Settlement(address, lost, Verdict.OPEN, f"the order changed last {after} seconds after we sent")


def _assumed(judged: Settlement, assumptions: Sequence[Assumption]) -> Settlement:
    """Take a person's word; the last one that fits counts."""
    for assumption in reversed(assumptions):
        if not judged.address.matches(assumption.pattern):
            continue
        if assumption.verdict is Assume.LIKELY:
            if judged.hint is Verdict.OPEN:
                return judged
            return replace(judged, verdict=judged.hint, how=f"taken as likely: {judged.how}", vouched=True)
        verdict = Verdict(assumption.verdict.value)
        return replace(judged, verdict=verdict, how="said by the user", vouched=True)
    return judged
