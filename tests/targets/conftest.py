"""A target whose far end is the sandbox, or a list of bodies where the sandbox has no such answer."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest

from reconciler.sandbox import Market, market_app
from reconciler.shelves import KINDS
from reconciler.targets.altcraft import Altcraft, Dialect
from reconciler.wire import Ambient, Wire

TOKEN = "canary-token-9f86d081"


@dataclass
class Stage:
    """A target with all that can be seen around it."""

    target: Altcraft
    market: Market
    waits: list[float] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    asked: list[httpx.Request] = field(default_factory=list)

    def bodies(self) -> list[dict[str, Any]]:
        """What was sent, request by request."""
        return [json.loads(request.read()) for request in self.asked]


def _target(wire, heard, dialect, tokens):
    given = iter(tokens)
    last = [TOKEN]

    def token():
        last[0] = next(given, last[0])
        return last[0]

    return Altcraft(wire, token=token, in_use=KINDS.order.fields_in_use, dialect=dialect, heard=heard.append)


@pytest.fixture
def order():
    """Make an order as the import takes it."""

    def made(external_id="o-1", *, lines=("l-1",), status="new", **values):
        line = {
            "product": "phone",
            "base_price_per_item": "900",
            "min_price_per_item": "0",
            "final_price_per_item": "900",
            "count": 1,
            "status": status,
        }
        return {
            "external_id": external_id,
            "matching": "email",
            "email": "john.canary@example.com",
            "endpoint": "site",
            "status": "new",
            "total_price": str(900 * len(lines)),
            "currency": "USD",
            "lines": [{"external_id": each, **line} for each in lines],
            **values,
        }

    return made


@pytest.fixture(params=["json", "xml"])
def wire_format(request):
    """What a target and its sandbox speak: what holds for one format has to hold for the other."""
    return request.param


@pytest.fixture
def play(tmp_path, wire_format):
    """Set a target before a sandbox with these switches, faults and token."""
    wires: list[Wire] = []

    def played(*, faults=(), token=None, dialect=None, tokens=(), **switches):
        market = Market(tmp_path / f"market-{len(wires)}.db", switches=switches)
        stage = Stage(target=None, market=market)  # type: ignore[arg-type]
        ambient = Ambient(sleep=stage.waits.append, random=lambda: 0.0)
        app = market_app(market, token=token, faults=faults)
        wire = Wire.in_process(app, ambient=ambient, heard=stage.heard.append)
        wires.append(wire)
        spoken = replace(dialect or Dialect(), wire_format=wire_format)
        stage.target = _target(wire, stage.heard, spoken, tokens)
        return stage

    yield played
    for wire in wires:
        wire.close()


@pytest.fixture
def speak(tmp_path):
    """Set a target before a far end that gives these answers in turn, the last one again and again.

    An answer is a body (JSON data or bytes), a response, or an exception.
    """
    wires: list[Wire] = []

    def spoken(*answers, dialect=None, tokens=()):
        stage = Stage(target=None, market=None)  # type: ignore[arg-type]

        def answer(request):
            stage.asked.append(request)
            said = answers[min(len(stage.asked), len(answers)) - 1]
            if isinstance(said, Exception):
                raise said
            if isinstance(said, httpx.Response):
                return httpx.Response(said.status_code, headers=said.headers, content=said.content)
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            return httpx.Response(200, content=content, headers={"Date": "Fri, 20 Nov 2026 08:00:00 GMT"})

        ambient = Ambient(sleep=stage.waits.append, random=lambda: 0.0)
        wire = Wire(
            "https://market.example",
            ambient=ambient,
            heard=stage.heard.append,
            transport=httpx.MockTransport(answer),
        )
        wires.append(wire)
        stage.target = _target(wire, stage.heard, dialect or Dialect(), tokens)
        return stage

    yield spoken
    for wire in wires:
        wire.close()
