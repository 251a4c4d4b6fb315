"""Targets that stand before another one: plain classes that answer as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.ports import Accepted, Answer, ImportAnswer, Onward, Page, Target, left_anywhere


@dataclass
class Before:
    """Passes everything on, but for what a test answers itself: a function that gives None passes it on."""

    on_import: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], ImportAnswer | None] = (
        lambda _sections, _orders: None
    )
    on_line: Callable[[str, str, str], Answer | None] = lambda _order, _line, _status: None
    target: Target | None = None
    imports: list[tuple[list[str], list[str]]] = field(default_factory=list)
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    walks: int = 0

    def walk(self, detailed: frozenset[str] | None, onward: Onward = left_anywhere) -> Iterator[Page]:
        self.walks += 1
        return self.behind.walk(detailed, onward)

    def walk_touchpoints(
        self, detailed: frozenset[str] | None, onward: Onward = left_anywhere
    ) -> Iterator[Page]:
        return self.behind.walk_touchpoints(detailed, onward)

    def status(self, order: str) -> Any:
        return self.behind.status(order)

    @property
    def behind(self) -> Target:
        assert self.target is not None
        return self.target

    @property
    def requests(self) -> int:
        return self.behind.requests

    def import_orders(
        self, definitions: Mapping[str, Sequence[Mapping[str, Any]]], orders: Sequence[Mapping[str, Any]]
    ) -> ImportAnswer:
        named = [str(each["external_id"]) for section in definitions.values() for each in section]
        self.imports.append((named, [str(each["external_id"]) for each in orders]))
        said = self.on_import(definitions, orders)
        return self.behind.import_orders(definitions, orders) if said is None else said

    async def update_line(self, order: str, line: str, status: str, *, repeatable: bool) -> Answer:
        self.lines.append((order, line, status))
        said = await asyncio.to_thread(self.on_line, order, line, status)  # a test may wait there for another
        if said is not None:
            return said
        return await self.behind.update_line(order, line, status, repeatable=repeatable)


def answered(whole: Answer, orders: Sequence[Mapping[str, Any]]) -> ImportAnswer:
    """The same answer to an import and to each of its orders."""
    return ImportAnswer(whole, {str(each["external_id"]): whole for each in orders})


ACCEPTED = Accepted()
