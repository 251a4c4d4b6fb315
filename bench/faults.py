"""Accidents of every kind in an apply, and what became of each change: its outcome against the truth.

Nothing may be called done that was not, nothing failed that was, and no line may be sent twice. The waits
between attempts are not really waited for.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from bench.table import Result, Row
from reconciler.model.outcome import Done, Failed, Lost, Moved, Skipped
from reconciler.sandbox import Fault
from tests.laws.world import LAVISH, Ran, Shop, shop
from tests.laws.worlds import a_line, an_order

UPDATE: Final = "orders/update_order_line_status"
IMPORT: Final = "orders/import"
TIMEOUT: Final = 0.2
"""Seconds for one request; the only wait that is real."""

ACCIDENTS: Final = {
    "none": "",
    "connection cut, not carried out": "reset_before",
    "connection cut, carried out": "reset_after",
    "time-out, carried out": f"slow_after:{2 * TIMEOUT}",
    "HTTP 429": "http_429",
    "HTTP 503, try later": "http_503_retry",
    "HTTP 503": "http_503",
    "HTTP 500, carried out": "http_500_after",
    "HTML page, not carried out": "http_502_html_before",
    "HTML page, carried out": "http_502_html_after",
    "empty body, carried out": "empty_after",
    "cut body, carried out": "truncated_after",
    "error 400": "error_400",
    "error 404": "error_404",
    "error 500": "error_500",
    "error 403": "error_403",
}
"""What happens, and the sandbox's word for it."""

ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    "errors item by item": {},
    "only what was accepted is named": {"import_result": "only_ok"},
    "items missing, all of them": {"import_result": "none"},
    "items in another order": {"import_result": "shuffled"},
    "error of the whole, accepted in part": {"import_result": "top_error_partial"},
    "refused as a whole for one bad order": {
        "malformed_order": "request_error",
        "atomicity": "all_or_nothing",
    },
}
"""Ways to answer an import of which every tenth order is bad, and the sandbox's switches for it."""


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--lines", type=int, default=300, help="line updates in each apply")
    parser.add_argument("--orders", type=int, default=200, help="orders imported in each apply")
    parser.add_argument("--every", type=int, default=10, help="how many requests there are to one accident")


def measure(chosen: Namespace) -> Result:
    """Let each accident happen to line updates and to imports."""
    rows: list[Row] = []
    for name, kind in ACCIDENTS.items():
        rows.append(_row(f"update: {name}", *_updated(chosen, kind)))
    for name, kind in ACCIDENTS.items():
        rows.append(_row(f"import: {name}", *_imported(chosen, kind)))
    for name, switches in ANSWERS.items():
        rows.append(_row(f"import: {name}", *_imported(chosen, "", switches, bad=10)))
    figures = [name for name, value in rows[0].items() if isinstance(value, int)]
    rows.append({"accident": "all", **{name: sum(row[name] for row in rows) for name in figures}})
    settings = {name: getattr(chosen, name) for name in ("lines", "orders", "every")}
    return Result("faults", settings, rows)


Truth = Callable[[str], bool]
"""Tells whether the change of an address has really happened."""


def _updated(chosen: Namespace, kind: str) -> tuple[Ran, Truth, int, int]:
    """Apply line updates; every so manieth request meets with an accident."""
    faults = [Fault(UPDATE, nth, kind) for nth in _struck(chosen.lines, chosen.every) if kind]
    with shop(rules=LAVISH, timeout=TIMEOUT) as opened:
        ids = [f"o{number:04}" for number in range(chosen.lines)]
        opened.market.put_all([an_order(each, [a_line("l")]) for each in ids])
        opened.want(orders=[{"external_id": each, "line_status": "delivered"} for each in ids])
        ran = opened.apply(faults=faults)
        statuses = opened.statuses()
        twice = sum(times > 1 for times in _fired(opened).values())
    return ran, lambda address: statuses[address.split("/")[1], "l"] == "delivered", len(faults), twice


def _imported(
    chosen: Namespace, kind: str, switches: Mapping[str, str] | None = None, *, bad: int = 0
) -> tuple[Ran, Truth, int, int]:
    """Apply imports of orders that are not there yet, of which every so manieth is bad."""
    size = max(1, chosen.orders // 20)
    faults = [Fault(IMPORT, nth, kind) for nth in _struck(20, max(2, chosen.every // 2)) if kind]
    with shop(switches, rules=replace(LAVISH, batch_size=size), timeout=TIMEOUT) as opened:
        opened.want(
            orders=[
                an_order(
                    f"o{number:04}", [a_line("l")], currency="XXX" if bad and number % bad == 3 else "USD"
                )
                for number in range(chosen.orders)
            ]
        )
        ran = opened.apply(faults=faults)
        there = {str(order["external_id"]) for order in opened.market.orders()}
        twice = sum(times > 1 for times in _fired(opened).values())
    struck = len(faults) or (chosen.orders // bad if bad else 0)
    return ran, lambda address: address.split("/")[1] in there, struck, twice


def _struck(requests: int, every: int) -> Iterator[int]:
    return iter(range(every // 2 or 1, requests + 1, every))


def _fired(opened: Shop) -> Counter[Any]:
    """Count what customers may have heard, by line."""
    return Counter((each.order, each.line) for each in opened.market.triggers())


def _row(name: str, ran: Ran, happened: Truth, struck: int, twice: int) -> Row:
    fates = {str(where): fate for where, fate in ran.outcomes.items()}
    words = {
        kind.__name__.lower(): sum(isinstance(fate, kind) for fate in fates.values())
        for kind in (Done, Failed, Lost, Skipped, Moved)
    }
    return {
        "accident": name,
        "struck": struck,
        **words,
        "called done and was not": sum(
            isinstance(fate, Done) and not happened(where) for where, fate in fates.items()
        ),
        "called undone and was": sum(
            isinstance(fate, Failed | Skipped | Moved) and happened(where) for where, fate in fates.items()
        ),
        "sent twice": twice,
    }
