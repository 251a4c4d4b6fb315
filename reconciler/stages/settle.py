"""settle: what can be found out about writes whose answers were lost.

First by reading, where the target shows the thing itself. Then by the order's update_time: where it did not
move although confirmed writes of the same run and kind moved theirs, ours did not happen; where it moved,
somebody touched the order, and only a person can say who. A line that an import spoke for shares the fate of
that import. What follows from what stands in the tables of `reconciler.model.lost`; nothing is guessed: a
hint is a hint, and is taken only by somebody who says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.model import address as addresses
from reconciler.model.address import ORDER, ORDER_LINE, Address
from reconciler.model.evidence import Absent, Present
from reconciler.model.lost import (
    READS,
    SILENT,
    TIMES,
    Seen,
    Sight,
    Touch,
    Witness,
    Wrote,
    seen_of_line,
    seen_of_order,
    sent_at,
    status_path,
    touch_of,
)
from reconciler.model.observation import LiveOrder, World
from reconciler.model.record import Unsettled
from reconciler.model.settlement import SAID, Assume, Assumption, Settlement, Verdict

Shown = Callable[[LiveOrder], Sight | None]
"""Gives what the target shows of an order by dotted path; None where nothing tells how to read it."""

Lost = Mapping[Address, Unsettled]


def settle(
    unsettled: Lost,
    world: World,
    witnesses: Mapping[int, Witness],
    shown: Shown,
    assumptions: Sequence[Assumption] = (),
    answered: Mapping[Address, datetime] | None = None,
) -> tuple[Settlement, ...]:
    """Judge every lost write: definitions first, then orders, then lines.

    `witnesses` are what the confirmed writes tell, by run; `answered` tells when the last other write of the
    same order was confirmed, in that run or later.
    """
    found: dict[Address, Settlement] = {}
    for address in sorted(unsettled, key=lambda each: each.rank):
        lost = unsettled[address]
        judged = _by_reading(address, unsettled, world, shown)
        if judged is None:
            other = (answered or {}).get(address)
            witness = witnesses.get(lost.run, SILENT)
            judged = _carrier(address, lost, found) or _by_time(address, lost, world, witness, other)
        found[address] = _assumed(judged, assumptions) if judged.verdict is Verdict.OPEN else judged
    return tuple(found.values())


def _carrier(address: Address, lost: Unsettled, found: Mapping[Address, Settlement]) -> Settlement | None:
    """Give the fate of the import that spoke for a line; None for one that had a request of its own."""
    if address.kind != ORDER_LINE:
        return None
    carrier = found.get(addresses.order(address.parts[0]))
    if carrier is None or not _together(carrier.lost, lost):
        return None
    return replace(carrier, address=address, lost=lost, how=f"as the import of its order: {carrier.how}")


def _together(one: Unsettled, other: Unsettled) -> bool:
    """Tell whether two writes left in one request."""
    return (one.run, one.at) == (other.run, other.at)


# ------------------------------------------------------------------ by reading


def _by_reading(address: Address, unsettled: Lost, world: World, shown: Shown) -> Settlement | None:
    """Judge by what the target shows of the thing itself; None where it does not show enough of it."""
    lost = unsettled[address]
    if address.kind not in {ORDER, ORDER_LINE}:
        return _read_definition(address, lost, world)
    observed = world.of(address.parts[0])
    seen = _seen(address, unsettled, world, shown)
    verdict = READS[_wrote(address, lost), seen].resumed
    if isinstance(observed, Present):
        how = _HOW.get(seen, "") if address.kind == ORDER else _how_line(seen, observed.state, address)
        return None if verdict is Verdict.OPEN else Settlement(address, lost, verdict, how)
    if not isinstance(observed, Absent):
        return Settlement(address, lost, verdict, f"the order could not be read: {observed.reason}")
    how = "the whole list does not show the order"
    if verdict is Verdict.OPEN:
        how = "the target no longer shows the order"
    return Settlement(address, lost, verdict, how)


_HOW = {
    Seen.WANTED: "the target shows the order as wanted",
    Seen.BEFORE: "the target shows the order as it was",
}


def _how_line(seen: Seen, live: LiveOrder, address: Address) -> str:
    status = (live.lines or {}).get(address.parts[1])
    return f"the target shows the line as {'it was: ' if seen is Seen.BEFORE else ''}{status}"


def _read_definition(address: Address, lost: Unsettled, world: World) -> Settlement:
    if address in world.in_use:
        how = "it is in use in the target, which does not tell since when"
        return Settlement(address, lost, Verdict.OPEN, how, Verdict.DONE)
    return Settlement(address, lost, Verdict.OPEN, "a definition cannot be read back")


def _wrote(address: Address, lost: Unsettled) -> Wrote:
    if address.kind == ORDER_LINE:
        return Wrote.LINE
    return Wrote.CREATE if lost.action == "create" else Wrote.IMPORT


def _seen(address: Address, unsettled: Lost, world: World, shown: Shown) -> Seen:
    lost, observed = unsettled[address], world.of(address.parts[0])
    if isinstance(observed, Absent):
        return Seen.ABSENT
    if not isinstance(observed, Present):
        return Seen.UNREAD
    live = observed.state
    if address.kind == ORDER_LINE:
        return seen_of_line(lost.wanted, lost.before, (live.lines or {}).get(address.parts[1]))
    sight = shown(live)
    if sight is None or not isinstance(lost.wanted, Mapping):
        return Seen.HIDDEN
    carried = dict(_carried(address, lost, unsettled))
    before = lost.before if isinstance(lost.before, Mapping) else {}
    return seen_of_order(
        {**lost.wanted, **{path: line.wanted for path, line in carried.items()}},
        {**before, **{path: line.before for path, line in carried.items() if line.before is not None}},
        sight,
    )


def _carried(order: Address, lost: Unsettled, unsettled: Lost) -> Iterator[tuple[str, Unsettled]]:
    """Give the lines that an import spoke for, by the path under which it did."""
    for address, line in unsettled.items():
        if address.kind == ORDER_LINE and address.parts[0] == order.parts[0] and _together(line, lost):
            yield status_path(address.parts[1]), line


# ------------------------------------------------------------------ by the update_time of its order


def _by_time(
    address: Address, lost: Unsettled, world: World, witness: Witness, other: datetime | None
) -> Settlement:
    """Judge by the order's update_time: an order that was not touched at all was not touched by us."""
    observed = world.of(address.parts[0])
    updated = observed.state.updated if isinstance(observed, Present) else None
    touch = touch_of(lost, updated, other, witness)
    moves = address.kind in witness.moves
    likely = TIMES[touch, moves]
    how = _still(moves=moves) if touch is Touch.STILL else _TOUCHED[touch]
    if updated is not None and "{span}" in how:
        how = how.format(span=_span(sent_at(lost, witness), updated))
    return Settlement(address, lost, likely.verdict, how, likely.hint)


_TOUCHED = {
    Touch.UNKNOWN: "the order's update_time is not known",
    Touch.BLURRED: "the order had changed just before we sent, so its update_time tells nothing",
    Touch.SIBLING: "the order changed last when another of its lines was written",
    Touch.EARLIER: "the order changed last {span} before we sent",
    Touch.NEAR: "the order changed about when we sent, {span} before it if the clocks go alike",
    Touch.ECHO: "the order changed {span} after we sent",
    Touch.LATER: "the order changed last {span} after we sent",
}


def _still(*, moves: bool) -> str:
    if moves:
        return "the order was not touched, though confirmed writes of that run moved their update_time"
    return "the order was not touched; whether a write moves update_time here is not known"


def _span(sent: datetime, updated: datetime) -> str:
    seconds = abs(int((updated - sent.replace(microsecond=0)).total_seconds()))
    return "1 second" if seconds == 1 else f"{seconds} seconds"


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
