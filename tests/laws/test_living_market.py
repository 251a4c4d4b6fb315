"""A follower that runs every quarter of an hour stays green and quiet, and says each thing once.

A market lives for a day and a night: orders progress there, people and scenarios touch them in the target,
new ones appear, and reads are stale on both sides. What is sent is compared with what happened.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from reconciler.model.outcome import Done
from tests.laws.world import Ran, Shop, plan_texts, shop

ROUNDS, FEWER, CORRECTIONS = 100, 30, 16
PAUSE = 900.0
"""Seconds between two runs."""
LINES = ("kettle", "lamp")
FIRST = 900_001_001
WORDS = {
    "PROCESSING": "processing",
    "SHIPPED": "delivering",
    "DELIVERY": "delivering",
    "PICKUP": "at_pickup_point",
    "DELIVERED": "delivered",
    "CANCELLED": "canceled",
    "RETURNED": "refunded",
}
PATHS: Sequence[Sequence[str]] = (
    ("PROCESSING", "SHIPPED", "DELIVERY", "DELIVERED"),
    ("PROCESSING", "SHIPPED", "DELIVERY", "PICKUP", "DELIVERED", "RETURNED"),
    ("PROCESSING", "SHIPPED", "DELIVERY", "PICKUP", "CANCELLED"),
    ("PROCESSING", "CANCELLED"),
)
MANIFEST: Mapping[str, Any] = {
    "custom_line_statuses": [{"external_id": "at_pickup_point", "name": "Arrived", "type": "in_process"}],
    "order_sources": [
        {
            "name": "market",
            "type": "yandex_market",
            "url": "sandbox:market.db",
            "business_id": 777,
            "endpoint": "yandex",
            "statuses": {"PICKUP": "at_pickup_point"},
        }
    ],
}


@dataclass
class Life:
    """What happens to the orders of a shop, by chance alone."""

    shop: Shop
    chance: Random
    left: dict[int, list[str]] = field(default_factory=dict)
    """The states that an order has still to go through."""
    now: dict[int, str] = field(default_factory=dict)
    history: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What each order's lines should have been, one after another."""

    def appear(self, *, known: bool = True) -> None:
        """Let an order be made at the market, and in the target where it is `known` there."""
        number = FIRST + len(self.left)
        first, *rest = self.chance.choice(PATHS)
        self.left[number], self.now[number] = rest, first
        items = [{"id": place, "offerId": each, "count": 2} for place, each in enumerate(LINES, 1)]
        self.shop.market.yandex.put({"orderId": number, "status": first, "items": items})
        if known:
            self.history[number].append(WORDS[first])
            self.shop.market.put(_order(str(number)))

    def progress(self) -> None:
        """Let an order go one step on its way."""
        number = self.chance.choice([each for each, steps in self.left.items() if steps] or [0])
        if not number:
            return
        step = self.left[number].pop(0)
        self.now[number] = step
        if number in self.history:
            self.history[number].append(WORDS[step])
        status, substatus = ("PROCESSING", "SHIPPED") if step == "SHIPPED" else (step, None)
        units = {"DELIVERED": "DELIVERED_TO_BUYER", "RETURNED": "RETURNED"}.get(step)
        self.shop.market.yandex.progress(number, status, substatus, units=units)

    def touch(self) -> None:
        """Let somebody change an order in the target, and none of its lines."""
        order = str(self.chance.choice(list(self.history)))
        self.shop.market.touch(order, region=self.chance.choice(["north", "south", "west"]))

    def happen(self) -> bool:
        """Let a quarter of an hour go by; True when something was new at the market."""
        self.shop.time.sleep(PAUSE)
        before = {number: len(each) for number, each in self.history.items()}
        for deed, odds in ((self.progress, 0.6), (self.progress, 0.3), (self.touch, 0.5), (self.appear, 0.1)):
            if self.chance.random() < odds:
                deed()
        if self.chance.random() < 0.05:
            self.appear(known=False)
        return before != {number: len(each) for number, each in self.history.items()}

    def wanted(self) -> dict[tuple[str, str], str]:
        """What each line of each order should be."""
        return {
            (str(number), line): WORDS[state]
            for number, state in self.now.items()
            if number in self.history
            for line in LINES
        }


def _order(order: str) -> dict[str, Any]:
    return {
        "external_id": order,
        "matching": "profile_id",
        "profile_id": f"p-{order}",
        "endpoint": "yandex",
        "status": "paid",
        "delivery_cost": "0",
        "total_price": "200",
        "currency": "RUB",
        "create_time": "2026-11-20T08:00:00Z",
        "lines": [
            {
                "external_id": line,
                "status": "new",
                "product": line,
                "base_price_per_item": "50",
                "min_price_per_item": "50",
                "final_price_per_item": "50",
                "count": 2,
            }
            for line in LINES
        ],
    }


def _sent(opened: Shop) -> dict[tuple[str, str], list[str]]:
    """Every status that was said of a line, in order."""
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in opened.market.requests():
        if each.method == "orders/update_order_line_status" and each.status:
            order, line = each.ids
            said[order, line].append(each.status)
    return said


def _is_part_of(said: Sequence[str], history: Sequence[str]) -> bool:
    rest = iter(history)
    return all(any(each == status for each in rest) for status in said)


def _green(ran: Ran) -> bool:
    return all(isinstance(each, Done) for each in ran.outcomes.values()) and not ran.plan.withheld


QUESTIONS = pytest.mark.parametrize(
    "question", [{"orders": "declared"}, {"updated_within": "14d"}], ids=["declared", "updated_within"]
)


@QUESTIONS
@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"yandex_read_lag": "3", "line_status": "shown"},
        {"yandex_read_lag": "alternating", "yandex_page_order": "repeats", "yandex_dates": "fractions"},
        {"read_lag": "3", "yandex_arrays": "null", "yandex_wrapper": "result"},
        {"read_lag": "3", "line_status": "shown"},
    ],
    ids=["as documented", "late and shown", "now so, now so", "late target", "late target, shown"],
)
def test_nothing_is_said_twice_and_no_round_without_news_says_anything(
    switches: Mapping[str, str], question: Mapping[str, str]
) -> None:
    with shop(switches) as opened:
        (source,) = MANIFEST["order_sources"]
        opened.want(**{**MANIFEST, "order_sources": [{**source, **question}]})
        life = Life(opened, Random(f"{sorted(switches)}"))  # noqa: S311  any life will do
        for _ in range(6):
            life.appear()
        quiet = 0
        rounds = FEWER if switches else ROUNDS
        for _ in range(rounds):
            news = life.happen()
            ran = opened.apply()
            assert _green(ran), (ran.words(), plan_texts(ran.plan))
            if not switches and not news:
                quiet += 1
                assert ran.plan.empty, plan_texts(ran.plan)
        assert quiet > ROUNDS / 8 or switches
        for _ in range(4):  # reads catch up
            opened.time.sleep(PAUSE)
            opened.apply()
        opened.time.sleep(PAUSE)
        last = opened.apply()
        assert last.plan.empty, plan_texts(last.plan)
        assert not last.plan.drift
        for (order, line), said in _sent(opened).items():
            history = life.history[int(order)]
            assert all(one != next_ for one, next_ in pairwise(said)), (order, line, said)
            assert _is_part_of(said, history), (order, line, said, history)
        assert {where: status for where, status in opened.statuses().items() if where in life.wanted()} == (
            life.wanted()
        )


UNDER_WAY = ("PROCESSING", "SHIPPED", "DELIVERY", "PICKUP")


@pytest.mark.parametrize("shown", ["hidden", "shown"])
def test_a_correction_is_said_once_and_counts_until_the_market_has_news(shown: str) -> None:
    with shop({"line_status": shown}) as opened:
        chance = Random(f"corrections {shown}")  # noqa: S311  any corrections will do
        life = Life(opened, chance)
        (source,) = MANIFEST["order_sources"]
        wanting = {**MANIFEST, "order_sources": [{**source, "orders": "declared"}]}
        opened.want(**wanting)
        for _ in range(6):
            life.appear()
        opened.apply()
        corrected: dict[int, str] = {}
        made: dict[int, str] = {}
        for _ in range(CORRECTIONS):
            before = {number: len(each) for number, each in life.history.items()}
            life.happen()
            for number, each in life.history.items():
                if len(each) != before.get(number):
                    corrected.pop(number, None)
            assert _green(opened.apply())
            open_ones = [each for each, state in life.now.items() if state in UNDER_WAY and each not in made]
            if open_ones and chance.random() < 0.3:
                number = chance.choice([each for each in open_ones if each in life.history] or [0])
                if number:
                    status = chance.choice(["processing", "at_pickup_point", "new"])
                    made[number] = corrected[number] = status
                    opened.want(**wanting, orders=[_entry(*each) for each in made.items()])
                    assert _green(opened.apply())
        opened.time.sleep(PAUSE)
        opened.apply()
        last = opened.apply()
        assert last.plan.empty, plan_texts(last.plan)
        assert made
        wanted = {
            (order, line): corrected.get(int(order), status)
            for (order, line), status in life.wanted().items()
        }
        assert {where: status for where, status in opened.statuses().items() if where in wanted} == wanted
        for said in _sent(opened).values():
            assert all(one != next_ for one, next_ in pairwise(said)), said


def _entry(number: int, status: str) -> dict[str, Any]:
    lines = [{"external_id": line, "status": status} for line in LINES]
    return {"external_id": str(number), "hold": "once", "lines": lines}
