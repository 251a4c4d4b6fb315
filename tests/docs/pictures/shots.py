"""Shots: which commands the pictures show, and what of their output is not the same tomorrow.

What is drawn is what was printed. Only times, durations, who and where are put in words of our own, because a
picture has to be the same wherever and whenever it is made.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.sandbox import Fault, Market
from tests.docs.pages import ROOT
from tests.docs.pictures.screen import lines_of
from tests.docs.pictures.svg import picture
from tests.examples.cases import copied
from tests.examples.shell import Shell

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 100
_SANDBOX = ".reconciler/sandbox.db"
_MASKS = (
    (re.compile(r"\bby \S+ on \S+, process \d+"), "by ann on laptop, process 4711"),
    (re.compile(r"\b\d+\.\d\d s\b"), "0.01 s"),
    (re.compile(r"\b\d+ ms\b"), "12 ms"),
    (re.compile(r"\b\d{4}-\d\d-corrections\b"), "2026-11-corrections"),
)
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d(?P<time>[ T]\d\d:\d\d:\d\dZ)?")


@dataclass(frozen=True)
class Shot:
    """One picture: commands that are typed and shown, after some that are not."""

    name: str
    said: str
    typed: tuple[str, ...]
    folder: str = "nothing"
    before: tuple[str, ...] = ()
    prepared: Callable[[Path], None] | None = None

    @property
    def path(self) -> Path:
        """The file that keeps the picture."""
        return PICTURES / f"{self.name}.svg"

    def drawn(self) -> str:
        """Type the commands in a fresh folder and draw what they print."""
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) if self.folder == "nothing" else copied(self.folder, Path(scratch))
            shell = Shell(folder, variables={"RECONCILER_COLOR": "always"})
            for command in self.before:
                shell.type(command)
            if self.prepared is not None:
                self.prepared(shell.folder)
            shown = "\n".join(_typed(shell, command) for command in self.typed)
        return picture(lines_of(_masked(shown), WIDTH), width=WIDTH, name=self.typed[0], said=self.said)


def _typed(shell: Shell, command: str) -> str:
    return f"\033[32m$\033[0m \033[1m{command}\033[0m\n{shell.type(command)}"


def _masked(text: str) -> str:
    for pattern, words in _MASKS:
        text = pattern.sub(words, text)
    now = datetime.now(UTC)
    near = {f"{now + timedelta(days=days):%Y-%m-%d}" for days in (-1, 0, 1)}

    def day(found: re.Match[str]) -> str:
        if found[0][:10] not in near:
            return found[0]
        return f"2026-11-20{found['time'][0]}09:00:00Z" if found["time"] else "2026-11-20"

    return _DAY.sub(day, text)


def _struck(folder: Path) -> None:
    """Let the answer to the first line update be lost."""
    market = Market(folder / _SANDBOX)
    market.set_faults([Fault("orders/update_order_line_status", 1, "reset_after")])
    market.close()


def _five_thousand(folder: Path) -> None:
    """Fill the sandbox with 2,500 orders of two lines, the table with their rows; let all of them change."""
    words = ("в пункте выдачи", "доставлено", "доставлено", "отменено")
    rows, orders = ["Заказ;Позиция;Статус"], []
    for number in range(2_500):
        order = str(3_000_000 + number)
        rows += [f"{order};{line};{words[(number + line) % 4]}" for line in (1, 2)]
        orders.append(_order(order))
    (folder / "data" / "corrections.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "sandbox.json").write_text(json.dumps({"data": orders}), "utf-8")
    with (folder / "reconciler.yaml").open("a", encoding="utf-8") as settings:
        settings.write("limits: {max_order_share: 1.0}\n")
    Shell(folder).type("reconciler sandbox reset")
    Shell(folder).type("reconciler sandbox seed sandbox.json")


def _order(order: str) -> dict[str, object]:
    line = {"product": "kettle", "count": 1, "status": "delivering"}
    prices = dict.fromkeys(("base_price_per_item", "min_price_per_item", "final_price_per_item"), "100.00")
    return {
        "external_id": order,
        "matching": "email",
        "email": f"{order}@example.com",
        "endpoint": "website",
        "status": "paid",
        "total_price": "200.00",
        "currency": "RUB",
        "create_time": "2026-01-15T10:30:00Z",
        "lines": [{"external_id": str(number), **line, **prices} for number in (1, 2)],
    }


_BAD = "echo 'custom_line_statuses: [{external_id: 7, name: Seven, typ: in_process}]' > manifests/more.yaml"
_ONE = "'order_line/1234000/*'"
_AGAIN = (
    """echo 'orders: [{external_id: "1234000", expires: 2099-12-31, line_status: delivered}]' """
    "> manifests/orders/2026-11-corrections.yaml"
)

SHOTS = (
    Shot(
        "first-plan",
        "The first plan of a new repository: two definitions, one line, and how each of them is known",
        ("reconciler plan",),
        before=("reconciler init shop && cd shop",),
    ),
    Shot(
        "validate",
        "validate names two mistakes at file, line and column, and suggests the key that was meant",
        ("reconciler validate",),
        folder="quickstart",
        before=(_BAD,),
    ),
    Shot(
        "lost",
        "An apply loses an answer and says so; resume tells what is known of it",
        (f"reconciler apply --auto-approve --only {_ONE}", "reconciler resume --settle-only"),
        folder="quickstart",
        before=("reconciler apply --auto-approve --only 'line_status/*'",),
        prepared=_struck,
    ),
    Shot(
        "moved",
        "An apply of a reviewed plan stops, because the target is no longer as it was",
        ("reconciler apply plan.json",),
        folder="quickstart",
        before=("reconciler plan -o json=plan.json", "reconciler sandbox reset"),
    ),
    Shot(
        "five-thousand",
        "The plan for a table of five thousand rows, by its moves",
        ("reconciler plan --quiet",),  # the time that it will take is another one each time
        folder="corrections",
        prepared=_five_thousand,
    ),
    Shot(
        "why",
        "why tells the story of one line: who wants it, what is on record, what is shown, what was sent",
        ("reconciler why order_line/1234000/line_02",),
        folder="quickstart",
        before=(f"reconciler apply --auto-approve --only {_ONE}", _AGAIN),
    ),
)
