"""settle: what can be found out about writes whose answers were lost.

First by reading, where the target shows the thing itself. Then by the order's update_time: where it did not
move although confirmed writes of the same run and kind moved theirs, ours did not happen; where it moved,
somebody touched the order, and only a person can say who. A line that an import spoke for shares the fate of
that import. Nothing is guessed: a hint is a hint, and is taken only by somebody who says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from reconciler.model import address as addresses
from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.evidence import Absent, Present
from reconciler.model.manifest import IDENTITY_KEYS
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import OURS_WITHIN, Unsettled
from reconciler.model.settlement import SAID, Assume, Assumption, Settlement, Verdict

Shown = Callable[[LiveOrder], Mapping[str, Any] | None]
"""Flattens what the target shows of an order to dotted paths; None where nothing tells how to read it."""


Moving = frozenset[tuple[int, str]]
"""Runs and kinds of address of which the confirmed writes moved their order's update_time.

By kind, because there are servers on which an import moves it and a line update does not.
"""

TICK: Final = timedelta(seconds=2)
"""An order that changed this shortly before a write may show the same update_time after it: times are whole
seconds.
"""


def settle(
    unsettled: Mapping[Address, Unsettled],
    world: World,
    moving: Moving,
    shown: Shown,
    assumptions: Sequence[Assumption] = (),
    answered: Mapping[Address, datetime] | None = None,
) -> tuple[Settlement, ...]:
    """Judge every lost write: definitions first, then orders, then lines.

    `answered` tells when the last other write of the same order was confirmed, in that run or later.
    """
    found: dict[Address, Settlement] = {}
    for address in sorted(unsettled, key=lambda each: each.rank):
        lost = unsettled[address]
        judged = _by_reading(address, lost, world, shown)
        if judged is None:
            carrier = _carrier(address, lost, found)
            other = (answered or {}).get(address)
            judged = carrier or _by_time(
                address, lost, world, moves=(lost.run, address.kind) in moving, other=other
            )
        found[address] = _assumed(judged, assumptions) if judged.verdict is Verdict.OPEN else judged
    return tuple(found.values())


def _carrier(address: Address, lost: Unsettled, found: Mapping[Address, Settlement]) -> Settlement | None:
    """Give the fate of the import that spoke for a line; None for one that had a request of its own."""
    if address.kind != ORDER_LINE:
        return None
    carrier = found.get(addresses.order(address.parts[0]))
    if carrier is None or (carrier.lost.run, carrier.lost.at) != (lost.run, lost.at):
        return None
    return replace(carrier, address=address, lost=lost, how=f"as the import of its order: {carrier.how}")


def _by_reading(address: Address, lost: Unsettled, world: World, shown: Shown) -> Settlement | None:
    """Judge by what the target shows of the thing itself; None where it does not show enough of it."""
    if address.kind not in {ORDER, ORDER_LINE}:
        if address in world.in_use:
            how = "it is in use in the target, which does not tell since when"
            return Settlement(address, lost, Verdict.OPEN, how, Verdict.DONE)
        return Settlement(address, lost, Verdict.OPEN, "a definition cannot be read back")
    observed = world.of(address.parts[0])
    if isinstance(observed, Absent):
        return _judge_absent(address, lost)
    if not isinstance(observed, Present):
        return Settlement(address, lost, Verdict.OPEN, f"the order could not be read: {observed.reason}")
    live = observed.state
    found = _read_line(address, lost, live) if address.kind == ORDER_LINE else _read_order(lost, shown(live))
    return None if found is None else Settlement(address, lost, *found)


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
    paths = [path for path in lost.wanted if _is_readable(path)]
    if paths and all(shown.get(path) == lost.wanted[path] for path in paths):
        return Verdict.DONE, "the target shows the order as wanted"
    before = lost.before if isinstance(lost.before, Mapping) else {}
    as_before = all(path in before and shown.get(path) == before[path] for path in paths)
    if paths and lost.action == "update" and as_before:
        return Verdict.NOT_DONE, "the target shows the order as it was"
    return None


def _is_readable(path: str) -> bool:
    """Tell whether a field of an order can be read back: the buyer and the statuses of lines cannot."""
    return path not in IDENTITY_KEYS and (path == "status" or not path.endswith(".status"))


def _by_time(
    address: Address, lost: Unsettled, world: World, *, moves: bool, other: datetime | None
) -> Settlement:
    """Judge by the order's update_time: an order that was not touched at all was not touched by us."""
    observed = world.of(address.parts[0])
    updated = observed.state.updated if isinstance(observed, Present) else None
    if lost.updated is None or updated is None:
        return Settlement(address, lost, Verdict.OPEN, "the order's update_time is not known")
    if updated > lost.updated:
        how, hint = _touched(lost, updated, other)
        return Settlement(address, lost, Verdict.OPEN, how, hint)
    if lost.updated > lost.at - TICK:
        how = "the order had changed just before we sent, so its update_time tells nothing"
        return Settlement(address, lost, Verdict.OPEN, how)
    if moves:
        how = "the order was not touched, though confirmed writes of that run moved their update_time"
        return Settlement(address, lost, Verdict.NOT_DONE, how)
    how = "the order was not touched; whether a write moves update_time here is not known"
    return Settlement(address, lost, Verdict.OPEN, how, Verdict.NOT_DONE)


def _touched(lost: Unsettled, updated: datetime, other: datetime | None) -> tuple[str, Verdict]:
    """Say when an order changed, seen from when we sent, and what that speaks for."""
    sent = lost.at.replace(microsecond=0)
    seconds = abs(int((updated - sent).total_seconds()))
    span = "1 second" if seconds == 1 else f"{seconds} seconds"
    if other is not None and updated <= other and updated > sent - TICK:
        return "the order changed last when another of its lines was written", Verdict.OPEN
    if updated < sent:
        return f"the order changed last {span} before we sent", Verdict.NOT_DONE
    if updated <= lost.at + OURS_WITHIN:
        return f"the order changed {span} after we sent", Verdict.DONE
    return f"the order changed last {span} after we sent", Verdict.OPEN


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
        return replace(judged, verdict=verdict, how=SAID, vouched=True)
    return judged
