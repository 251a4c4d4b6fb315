"""A user's repository in a folder, the program run in it as a user runs it, and the market behind it.

In process the environment is given whole, so that nothing of the machine that runs the tests takes part.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from click.testing import CliRunner

from reconciler.cli import run
from reconciler.sandbox import Fault, Market

TOKEN = "canary-token-9f86d081"
EMAIL = "john.canary@example.com"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SUMMARY = re.compile(
    r"Plan: \d+ to create, \d+ to update, \d+ to ensure \(\d+ permanent\), \d+ to release, \d+ withheld\. "
    r"\d+ unchanged \(\d+ observed, \d+ recorded(?:, \d+ [a-z]+)*\)\. "
    r"\d+ requests, \d+ may fire triggers\."
)
APPLIED = re.compile(r"Applied: \d+ done, \d+ failed, \d+ lost, \d+ skipped, \d+ moved, \d+ withheld\.")
STATUSES = "custom_line_statuses:\n  - {external_id: packed, name: Packed, type: in_process}\n"


def corrections(form: str = "csv") -> str:
    """Write a source that is a table in this form."""
    return f"""order_sources:
  - name: corrections
    type: table
    path: ../data/corrections.{form}
    columns: {{order: order_id, line: line_id, status: status}}
    hold: once
"""


def states(order: str, rest: str = "hold: once", **lines: str) -> str:
    """Write an order entry that states line statuses."""
    written = ", ".join(f"{{external_id: {line}, status: {status}}}" for line, status in lines.items())
    return f'orders:\n  - {{external_id: "{order}", {rest}, lines: [{written}]}}\n'


@dataclass(frozen=True)
class Ended:
    """What a run of the program left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The whole of stdout, which has to be one JSON document."""
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def last(self) -> str:
        """The last line of stdout."""
        return self.out.splitlines()[-1]


@dataclass
class Shop:
    """One repository and one market."""

    root: Path
    market: Market
    environment: dict[str, str] = field(default_factory=dict)

    def settle_in(self, url: str = "sandbox:market.db", rest: str = "", **target: Any) -> None:
        """Write the settings: one target called shop; `rest` is more of the file."""
        words = "".join(f", {key}: {json.dumps(value)}" for key, value in target.items())
        text = f'version: 1\ntargets:\n  shop: {{url: "{url}"{words}}}\n{rest}'
        (self.root / "reconciler.yaml").write_text(text)

    def declare(self, text: str, name: str = "shop.yaml") -> None:
        """Write a manifest."""
        path = self.root / "manifests" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def stock(self, order: str, **lines: str) -> None:
        """Put an order into the market, with the status of each line."""
        self.market.put(bare_order(order, **lines))

    def stock_for_a_table(self) -> None:
        """Put three orders of two lines into the market, of which any share may change."""
        for order in ("1", "2", "00012"):
            self.stock(order, l1="new", l2="new")
        self.settle_in(rest="limits: {max_order_share: null}\n")

    def strike(self, *faults: tuple[str, int, str]) -> None:
        """Let these accidents happen: method, which request to it, what."""
        self.market.set_faults(Fault(*each) for each in faults)

    def updates(self) -> list[tuple[str, ...]]:
        """What was sent to the market about lines: order, line, status."""
        return [(*each.ids, each.status or "") for each in self.market.requests() if each.status]

    def writes(self) -> int:
        """How many writes reached the market."""
        writing = {"orders/import", "orders/update_order_line_status"}
        return sum(each.method in writing for each in self.market.requests())

    def run(self, *arguments: str, said: str = "", **environment: str) -> Ended:
        """Run the program in this process, with no terminal."""
        cleared = dict.fromkeys(os.environ, None)
        kept = {name: os.environ.get(name) for name in ("PATH", "HOME", "TMPDIR")}
        env: dict[str, str | None] = {**cleared, **kept, **self.environment, **environment}
        with CliRunner().isolation(said, env) as (out, err, _):
            code = run([*arguments, "-C", str(self.root)])
            return Ended(code, out.getvalue().decode(), err.getvalue().decode())

    def plan(self, *arguments: str, **environment: str) -> Ended:
        """Run plan."""
        return self.run("plan", *arguments, **environment)

    def apply(self, *arguments: str, **environment: str) -> Ended:
        """Run apply without a prompt."""
        return self.run("apply", "--auto-approve", *arguments, **environment)

    def process(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start the program in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "reconciler", *arguments, "-C", str(self.root)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.surroundings(**environment),
        )

    def surroundings(self, **environment: str) -> dict[str, str]:
        """Give the environment of a process of its own."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return {**kept, "TERM": "xterm", **self.environment, **environment}

    def everything(self) -> bytes:
        """Every byte that lies in the folder and is not the user's own file."""
        own = {"reconciler.yaml", "manifests"}
        files = [
            path
            for path in self.root.rglob("*")
            if path.is_file() and not own & {*path.relative_to(self.root).parts}
        ]
        return b"".join(path.read_bytes() for path in files)


def bare_order(order: str, **lines: str) -> dict[str, Any]:
    """Write an order as the import takes it."""
    return {
        "external_id": order,
        "matching": "email",
        "email": EMAIL,
        "endpoint": "site",
        "status": "new",
        "total_price": str(900 * len(lines)),
        "currency": "RUB",
        "create_time": "2026-01-01T00:00:00Z",
        "lines": [
            {
                "external_id": line,
                "status": status,
                "product": "lamp",
                "base_price_per_item": "900",
                "min_price_per_item": "0",
                "final_price_per_item": "900",
                "count": 1,
            }
            for line, status in lines.items()
        ],
    }


@contextmanager
def served(path: Path, token: str | None = None, api_key: str | None = None) -> Iterator[str]:
    """Serve the market over HTTP for as long as the block lasts; gives the address."""
    import uvicorn

    from reconciler.sandbox import create_app

    app = create_app(path, token=token, api_key=api_key, cut="truncate")
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, lifespan="off", log_level="critical", access_log=False, date_header=False)
    )
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join()


def listed(addresses: Sequence[Any]) -> list[str]:
    """Give the addresses of a document's entries."""
    return [each["address"] for each in addresses]
