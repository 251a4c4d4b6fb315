"""Kills: an apply that is killed at a chosen moment, then resumed, and what became of every line.

Used by the tests, and to kill many more times: `python -m bench kill --times 200`.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from reconciler.sandbox import Market
from tests.cli.shop import APPLIED, LONG_AGO, STATUSES, Shop, bare_order, states

LINES = 30
WRITES = LINES + 2
"""Line updates, one import of orders and one of definitions."""
MOMENTS = ("arrived", "carried out", "answered")
"""When the n-th write kills: before it is carried out, before its answer leaves, after it has left."""


@dataclass(frozen=True)
class Kill:
    """At which write to kill, and when; a number of seconds counts from the arrival of that write."""

    write: int
    when: str | float


@dataclass
class Told:
    """What became of one kill."""

    kill: Kill
    killed: bool
    lost: list[str] = field(default_factory=list)
    """What the first resume listed as lost, before anything was assumed."""
    assumed: int = 0
    fired: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Every breach of what has to hold."""


class Killer:
    """Stands before the server and kills the client when its time has come."""

    def __init__(self, app: Any, kill: Kill, counts: Callable[[bytes], bool] | None = None) -> None:
        self._app = app
        self._kill = kill
        self._counts = counts
        self._writes = 0
        self.victim: subprocess.Popen[Any] | None = None
        self.ready = Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on, with the kill before, in or after it."""
        when = None
        if scope["type"] == "http" and not scope["path"].endswith(("/list", "/get_status")):
            if self._counts is not None:
                body, receive = await _peeked(receive)
                self._writes += self._counts(body)
            else:
                self._writes += 1
            when = self._kill.when if self._writes == self._kill.write else None
        if isinstance(when, float):
            asyncio.get_running_loop().call_later(when, self._strike)
        if when == "arrived":
            self._strike()
            return

        async def sending(message: Any) -> None:
            if when == "carried out":
                self._strike()
            await send(message)

        await self._app(scope, receive, sending)
        if when == "answered":
            self._strike()

    def _strike(self) -> None:
        self.ready.wait(30)
        if self.victim is not None and self.victim.poll() is None:
            self.victim.send_signal(signal.SIGKILL)


async def _peeked(receive: Any) -> tuple[bytes, Any]:
    """Read a body, and give what reads it again."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    again = iter(messages)

    async def reread() -> Any:
        return next(again, None) or await receive()

    return b"".join(each.get("body", b"") for each in messages), reread


@contextmanager
def killing(
    path: Path, kill: Kill, counts: Callable[[bytes], bool] | None = None
) -> Iterator[tuple[str, Killer]]:
    """Serve a market whose n-th write is the end of the victim; `counts` tells by its body which count."""
    import uvicorn

    from reconciler.sandbox import create_app

    killer = Killer(create_app(path, cut="truncate"), kill, counts)
    config = uvicorn.Config(
        killer, port=0, lifespan="off", log_level="critical", access_log=False, date_header=False
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}", killer
    finally:
        killer.ready.set()
        server.should_exit = server.force_exit = True
        thread.join()


def furnish(shop: Shop) -> None:
    """Line updates, a definition that some of them need, and an order that is to be made."""
    shop.market.put_product("lamp", "Lamp")
    shop.market.put_all([bare_order(f"{order:02}", l1="new", l2="new") for order in range(LINES // 2)])
    wanted = "".join(
        states(
            f"{order:02}", "expires: 2099-01-01", l1="packed" if order % 3 else "delivered", l2="delivered"
        ).removeprefix("orders:\n")
        for order in range(LINES // 2)
    )
    made = json.dumps({**bare_order("made", l1="new"), "email": "a@example.com"})
    shop.declare(f"{STATUSES}orders:\n{wanted}  - {made}\n")


def run(shop: Shop, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run the program and read its document."""
    ended = shop.run(*arguments, "-o", "json")
    return ended.code, ended.json, ended.err


_TIMES = {
    "writes": ("intended_at", "outcome_at", "updated"),
    "baselines": ("seen", "before", "written"),
    "memories": ("at",),
}


def later(shop: Shop, seconds: int = 31) -> None:
    """Let all that happened have happened some time earlier, as if that time had gone by."""
    earlier, recent = timedelta(seconds=seconds), LONG_AGO + timedelta(days=1)
    with closing(sqlite3.connect(shop.root / ".reconciler/state.db")) as state, state:
        for table, columns in _TIMES.items():
            for column in columns:
                moments = state.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()  # noqa: S608
                for (at,) in sorted(each for each in moments if each[0] is not None):
                    moment = datetime.fromisoformat(at)
                    if moment > recent:
                        words = ((moment - earlier).isoformat(timespec="microseconds"), at)
                        state.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", words)  # noqa: S608
    for order in shop.market.orders():
        moment = datetime.fromisoformat(order["update_time"])
        if moment > recent:
            shop.market.put({**order, "update_time": (moment - earlier).isoformat()})


def survive(kill: Kill) -> Told:
    """Kill an apply of a saved plan, resume it, and look at what the market saw."""
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        root = Path(folder)
        market = Market(root / "market.db", now=lambda: LONG_AGO)
        try:
            shop = Shop(root, market)
            furnish(shop)
            with killing(root / "market.db", kill) as (url, killer):
                shop.settle_in(url, "limits: {max_order_share: 1}\n", concurrency=4)
                planned = shop.plan("-o", f"json={root / 'plan.json'}")
                assert planned.code == 0, planned.err
                killer.victim = shop.process("apply", str(root / "plan.json"))
                killer.ready.set()
                with killer.victim as victim:
                    victim.communicate(timeout=120)
                told = Told(kill, victim.returncode == -signal.SIGKILL)
                if told.killed:
                    _retold(shop, json.loads((root / "plan.json").read_text()), told)
                _resumed(shop, told)
            told.fired = Counter((each.order, each.line or "") for each in market.triggers())
            _judged(market, told)
            return told
        finally:
            market.close()


def _retold(shop: Shop, plan: dict[str, Any], told: Told) -> None:
    """Hold the report that is put together of the run that died against the plan and the market."""
    ended = shop.run("runs", "show", "1", "-o", "json")
    report = ended.json["report"]
    fates = {each["address"]: each["outcome"] for each in report["outcomes"]}
    if fates.keys() != {each["address"] for each in plan["changes"]}:
        told.wrong.append(f"the report of the run that died tells of {sorted(fates)}")
    if report["exit_code"] != (9 if "lost" in fates.values() else 3 if "skipped" in fates.values() else 0):
        told.wrong.append(f"the report of the run that died ends with {report['exit_code']}")
    fired = {f"order_line/{each.order}/{each.line}" for each in shop.market.triggers()}
    for where, fate in fates.items():
        if (
            where.startswith("order_line/")
            and fate in {"done", "skipped"}
            and (where in fired) != (fate == "done")
        ):
            told.wrong.append(f"the report of the run that died calls {where} {fate}")
    text = shop.run("runs", "show", "1")
    died = ended.json["run"]["ended_at"] is None
    if not APPLIED.fullmatch(text.last) or ("Running   no: run 1 died" in text.err) != died:
        told.wrong.append(f"the story of the run that died ends with {text.last} {text.err}")


def _resumed(shop: Shop, told: Told) -> None:
    """Resume without, then with an assumption; put down what is not as it has to be."""
    if told.killed:
        later(shop)
    code, document, err = run(shop, "resume", "--auto-approve")
    told.lost = [each["address"] for each in document["outcomes"] if each["outcome"] == "lost"]
    if code != (9 if told.lost else 0):
        told.wrong.append(f"the first resume ended with {code}: {document['outcomes']} {err}")
    if told.lost:
        later(shop)
        code, document, err = run(shop, "resume", "--auto-approve", "--assume", "likely", "*")
        left = [each["address"] for each in document["outcomes"] if each["outcome"] == "lost"]
        told.assumed = len(told.lost) - len(left)
        if left:  # nothing speaks for either: somebody looks, and says what is so
            known = {f"line_status/{each['external_id']}" for each in shop.market.statuses()}
            known |= {f"order_line/{each.order}/{each.line}" for each in shop.market.triggers()}
            words = [("--assume", "done" if each in known else "not-done", each) for each in left]
            code, document, err = run(
                shop, "resume", "--auto-approve", *(word for each in words for word in each)
            )
        if code:
            told.wrong.append(f"resume ended with {code}: {document['outcomes']} {err}")
    story = shop.run("runs", "show", "1", "-o", "json").json
    if not story["writes"]:
        told.wrong.append(f"the story of the run that died: {story['run']}")
    if shop.plan("--detailed-exitcode").code != 0:
        told.wrong.append(f"something is left to do: {shop.plan().out}")


def _judged(market: Market, told: Told) -> None:
    """Hold what the market saw against what was planned."""
    for order in range(LINES // 2):
        found = {line["external_id"]: line["status"] for line in market.order(f"{order:02}")["lines"]}
        wanted = {"l1": "packed" if order % 3 else "delivered", "l2": "delivered"}
        if found != wanted:
            told.wrong.append(f"order {order:02} is {found}")
        for line in wanted:
            times = told.fired[(f"{order:02}", line)]
            if times != 1 and f"order_line/{order:02}/{line}" not in told.lost:
                told.wrong.append(f"line {order:02}/{line} fired {times} times and was never called lost")
    if [each["external_id"] for each in market.statuses()] != ["packed"]:
        told.wrong.append(f"definitions: {market.statuses()}")
    if "made" not in {each["external_id"] for each in market.orders()}:
        told.wrong.append("the order was not made")


def boundaries(count: int) -> list[Kill]:
    """Spread kills over the writes and the moments of each."""
    every = [Kill(write, when) for write in range(1, WRITES + 1) for when in MOMENTS]
    step = max(1, len(every) // count)
    return every[::step][:count]


def in_between(count: int, seed: int = 0) -> list[Kill]:
    """Give kills at random times after the arrival of random writes."""
    dice = random.Random(seed)  # noqa: S311 -- moments, not secrets
    return [Kill(dice.randint(1, WRITES - 6), dice.uniform(0.0, 0.02)) for _ in range(count)]
