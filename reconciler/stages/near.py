"""near: what live sources say of orders at their own endpoint is parted from what they say of others.

A source that names an `endpoint` speaks only of the orders there. Its word about another order must not win
over, nor dispute, what somebody else wants of that order: so it is taken away before wishes are laid over one
another. Where an order is, the target tells, and of one that is to be made its declaration. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.evidence import Absent, Present
from reconciler.model.fewer import Fewer
from reconciler.model.lines import Part
from reconciler.model.manifest import LineManifest, OrderManifest
from reconciler.model.observation import World
from reconciler.model.report import Report

Layer = Mapping[str, Mapping[str, LineManifest]]


def near(
    reports: Iterable[Report], world: World, orders: Mapping[str, OrderManifest]
) -> tuple[tuple[Report, ...], tuple[Layer, ...]]:
    """Give the reports without the orders elsewhere, and what they say of those.

    `orders` are the full declarations. An order of which nobody knows where it is counts as near.
    """
    heard: list[Report] = []
    elsewhere: list[Layer] = []
    for report in reports:
        endpoint = report.source.endpoint
        far = frozenset(
            order
            for order in report.wishes
            if endpoint is not None and _endpoint(order, world, orders, endpoint) != endpoint
        )
        if far:
            elsewhere.append(Part(report.wishes, _all, Fewer.of(report.wishes.keys() - far)))
            report = replace(report, wishes=Part(report.wishes, _all, Fewer.of(far)))  # noqa: PLW2901
        heard.append(report)
    return tuple(heard), tuple(elsewhere)


def _endpoint(order: str, world: World, orders: Mapping[str, OrderManifest], unknown: str) -> str | None:
    match world.of(order):
        case Present(live):
            return live.endpoint
        case Absent() if order in orders:
            endpoint: str | None = orders[order].fields.get("endpoint")
            return endpoint
    return unknown


def _all(_: LineManifest) -> bool:
    return True
