"""Intents: those of many requests that are about to leave go to disk with one commit.

Each request waits for its own intent and for nothing else. While one group is written the next one gathers:
what is answered meanwhile is read afterwards, and all that wants to leave then stands here.
"""

from __future__ import annotations

import asyncio
from typing import Final

from reconciler.model.change import Pending
from reconciler.stages.apply.ledger import Ledger

CROWD: Final = 3
"""How many must stand here for others to be waited for, one turn of the loop: where so many answers came at
once more are coming, and a commit costs as much as several requests."""


class Intents:
    """Puts steps on disk, those of one turn of the loop together."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Pending, asyncio.Future[None]]] = []

    async def put(self, step: Pending) -> None:
        """Return when the intent of this step is on disk. Raises what keeps it from getting there."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._gather)
        written = loop.create_future()
        self._waiting.append((step, written))
        await written

    def _gather(self) -> None:
        if len(self._waiting) < CROWD:
            self._write()
        else:
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            self._ledger.intend([step for step, _ in waiting], apart=True)
        except Exception as fault:  # noqa: BLE001  handed to those who wait
            for _, written in waiting:
                written.set_exception(fault)
        else:
            for _, written in waiting:
                written.set_result(None)
