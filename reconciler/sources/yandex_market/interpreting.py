"""Interpreting: an answer of the Market becomes wishes, and what there is to say about them.

Pure. Nothing is sent, read or kept here, so the same answer gives the same wishes each time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from reconciler.model.address import EVERY_LINE
from reconciler.model.diagnostic import Diagnostic, Origin
from reconciler.model.scalars import LONGEST_ID
from reconciler.model.shelf import Words
from reconciler.model.source import SourceManifest
from reconciler.model.text import visible
from reconciler.model.times import rfc3339
from reconciler.model.wishes import Wishes
from reconciler.model.yandex_market import MarketEntry
from reconciler.model.yandex_market.substatuses import contradicts
from reconciler.sources.yandex_market.fold import Folded, fold
from reconciler.sources.yandex_market.mapping import Rules, rules_of
from reconciler.sources.yandex_market.seen import Item, Order, Seen
from reconciler.sources.yandex_market.tally import About, Tally


def interpret(
    source: SourceManifest, entry: MarketEntry, seen: Seen
) -> tuple[Wishes, int, tuple[Diagnostic, ...]]:
    """Give the wishes that follow from an answer, how many orders it spoke of, and what to say about it."""
    tally = Tally(source.label, source.origin)
    if seen.repeated_tokens:
        tally.add(About.REPEATED, count=seen.repeated_tokens)
    left_out = [order for order in seen.orders if order.fake and not entry.fakes]
    for order in left_out:
        tally.add(About.FAKE, order.id)
    ours = _joined(entry, [order for order in seen.orders if not order.fake or entry.fakes], tally)
    if seen.asked is not None:
        ours = {name: orders for name, orders in ours.items() if name in seen.asked}
    _missed(seen, {*ours, *(_name(entry, order) for order in left_out)}, tally)
    wishes = Wishes(source)
    reader = _Reader(entry, rules_of(entry), wishes, tally)
    for name, orders in ours.items():
        reader.take(name, orders)
    return wishes, len(ours), tuple(tally.diagnostics())


def _joined(entry: MarketEntry, orders: Iterable[Order], tally: Tally) -> Mapping[str, list[Order]]:
    """Sort orders by the id that ours have."""
    ours: dict[str, list[Order]] = {}
    for order in orders:
        name = _name(entry, order)
        if name:
            ours.setdefault(name, []).append(order)
        else:
            tally.add(About.NO_EXTERNAL, order.id)
    return ours


def _name(entry: MarketEntry, order: Order) -> str:
    return order.external if entry.order_id == "externalOrderId" else order.id


def _missed(seen: Seen, ours: Collection[str], tally: Tally) -> None:
    """Count the ids that were asked for in vain: not found is never canceled."""
    if not seen.asked:
        return
    missed = [each for each in seen.asked if each not in ours]
    about = About.NONE_KNOWN if len(missed) == len(seen.asked) and not seen.orders else About.UNKNOWN_ID
    for each in missed:
        tally.add(about, each)


class _Reader:
    """Reads orders one by one into wishes."""

    def __init__(self, entry: MarketEntry, rules: Rules, wishes: Wishes, tally: Tally) -> None:
        self._by_item = entry.line_id == "id"
        self._rules = rules
        self._wishes = wishes
        self._tally = tally
        self._place = Origin(wishes.source.label)

    def take(self, name: str, orders: Sequence[Order]) -> None:
        """Read what the Market says of one of our orders."""
        dispute = ""
        if len(orders) > 1:
            self._tally.add(About.AMBIGUOUS_ORDER, name)
            both = " and ".join(sorted(each.id for each in orders)[:3])
            dispute = f"orders {both} of the Market have the same externalOrderId"
        for order in sorted(orders, key=lambda each: each.id):
            named = self._rules.of_order(order.status, order.substatus) is not None
            self._remark(order, named=named)
            if not named:
                self._tally.add(About.UNNAMED_STATUS, order.id, visible(order.status) or "none")
                continue
            for line, items in self._lines(order).items():
                self._wish(name, line, order, items, dispute)

    def _remark(self, order: Order, *, named: bool) -> None:
        if not order.items:
            self._tally.add(About.NO_ITEMS, order.id)
        if order.cancel_requested:
            self._tally.add(About.CANCEL_REQUESTED, order.id)
        if order.updated is None:
            self._tally.add(About.NO_TIME, order.id)
        if named and contradicts(order.status, order.substatus):
            self._tally.add(About.SUBSTATUS, order.id, visible(f"{order.status} / {order.substatus}"))

    def _lines(self, order: Order) -> Mapping[str, list[Item]]:
        lines: dict[str, list[Item]] = {}
        for item in order.items:
            line = item.id if self._by_item else item.offer
            if not line or line == EVERY_LINE or len(line) > LONGEST_ID or not line.isprintable():
                self._tally.add(About.UNJOINABLE, order.id, "id" if self._by_item else "offerId")
            else:
                lines.setdefault(line, []).append(item)
        return lines

    def _wish(self, name: str, line: str, order: Order, items: Sequence[Item], dispute: str) -> None:
        """Add the wish that follows from the items of one line, of which there should be one."""
        example = f"{order.id} / {line}"
        if len(items) > 1:
            word = "id" if self._by_item else "offerId"
            self._tally.add(About.AMBIGUOUS_LINE, example, word)
            dispute = dispute or f"order {order.id} holds {len(items)} items with this {word}"
        wanted = None
        for item in items:
            folded = fold(order.status, order.substatus, item, self._rules)
            self._remark_item(folded, example)
            if folded.status is not None and wanted is None:
                wanted = folded
        if wanted is not None and wanted.status is not None:
            words = Words(wanted.status, _said(order, wanted), dispute=dispute)
            self._wishes.add(name, line, words, self._place, order.updated)

    def _remark_item(self, folded: Folded, example: str) -> None:
        for contradiction in folded.contradictions:
            self._tally.add(About.CONTRADICTION, example, contradiction)
        if folded.unnamed:
            self._tally.add(About.UNNAMED_UNIT, example, visible(folded.unnamed))
        if folded.undecided:
            self._tally.add(About.UNDECIDED, example)
        if folded.mixed:
            self._tally.add(About.MIXED, f"{example} ({folded.ledger})")


def _said(order: Order, folded: Folded) -> str:
    """Give the Market's own words, as plans show them."""
    state = " / ".join(visible(each) for each in (order.status, order.substatus) if each)
    units = f", {folded.ledger}" if folded.ledger else ""
    updated = f", updated {rfc3339(order.updated)}" if order.updated is not None else ""
    return f"{state}{units}{updated}"
