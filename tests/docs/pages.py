"""Pages: the project's Markdown files, and the parts of them that the code writes.

Such a part stands between `<!-- begin: NAME -->` and `<!-- end: NAME -->`; `make docs` writes it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.page import bars_markdown
from reconciler.kinds import EXPLAINED
from reconciler.kinds.custom_field import CustomFieldEntry
from reconciler.kinds.line_status import LineStatusEntry
from reconciler.kinds.order.shape import LineEntry, OrderEntry
from reconciler.model.table import Columns, TableEntry
from reconciler.model.yandex_market import MarketEntry
from reconciler.project.codes import MEANINGS
from reconciler.reports.json.events import events_markdown
from reconciler.reports.plan_schema import PLAN_SCHEMA
from reconciler.reports.report_schema import REPORT_SCHEMA
from reconciler.sandbox import FAULT_KINDS, switch_table_markdown
from reconciler.sandbox.switch_table import ALTCRAFT
from reconciler.sandbox.yandex.switches import YANDEX
from reconciler.settings.shape import AcknowledgeShape, LimitsShape, SettingsShape, TargetShape
from reconciler.sources.yandex_market import mapping_markdown, substatuses_markdown, units_markdown
from reconciler.wire import patience_markdown
from tests.docs.commands import command_table, help_text, variable_table
from tests.docs.keys import keys_table
from tests.docs.shapes import shapes_markdown

ROOT = Path(__file__).parents[2]
PAGES = tuple(
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *(ROOT / "examples").glob("*/*.md")])
)
_PART = re.compile(
    r"(?P<head><!-- begin: (?P<name>[a-z-]+) -->\n).*?(?P<tail>\n<!-- end: (?P=name) -->)", re.DOTALL
)


def exit_codes() -> str:
    """Give the table of exit codes."""
    rows = [f"| {code} | {meaning} |" for code, meaning in MEANINGS.items()]
    return "\n".join(["| code | meaning |", "|---|---|", *rows])


def faults() -> str:
    """Give the table of faults."""
    rows = [f"| `{kind}` | {meaning} |" for kind, meaning in FAULT_KINDS.items()]
    return "\n".join(["| fault | what happens |", "|---|---|", *rows])


def capabilities() -> str:
    """Give what the API can and cannot do with each kind."""
    rows = [
        f"| `{kind.name}` | {topic} | {sentence} |"
        for kind in EXPLAINED.values()
        for topic, sentence in kind.capabilities.items()
    ]
    return "\n".join(["| kind | | |", "|---|---|---|", *rows])


PARTS: Mapping[str, Callable[[], str]] = {
    "exit-codes": exit_codes,
    "commands": help_text,
    "command-table": command_table,
    "variables": variable_table,
    "capabilities": capabilities,
    "retries": patience_markdown,
    "events": events_markdown,
    "plan-json": lambda: shapes_markdown(PLAN_SCHEMA, "Plan"),
    "report-json": lambda: shapes_markdown(REPORT_SCHEMA, "Report"),
    "switches": lambda: switch_table_markdown(ALTCRAFT).strip(),
    "yandex-switches": lambda: switch_table_markdown(YANDEX).strip(),
    "faults": faults,
    "bars": bars_markdown,
    "custom-field-keys": lambda: keys_table(CustomFieldEntry),
    "line-status-keys": lambda: keys_table(LineStatusEntry),
    "order-keys": lambda: keys_table(OrderEntry),
    "line-keys": lambda: keys_table(LineEntry),
    "table-keys": lambda: keys_table(TableEntry),
    "column-keys": lambda: keys_table(Columns),
    "settings-keys": lambda: keys_table(SettingsShape),
    "target-keys": lambda: keys_table(TargetShape),
    "limits-keys": lambda: keys_table(LimitsShape),
    "acknowledge-keys": lambda: keys_table(AcknowledgeShape),
    "yandex-market-keys": lambda: keys_table(MarketEntry),
    "yandex-market-statuses": mapping_markdown,
    "yandex-market-units": units_markdown,
    "yandex-market-substatuses": substatuses_markdown,
}


def rewritten(page: str) -> str:
    """Give the text of a page with every part as the code says it now; KeyError for an unknown part."""
    return _PART.sub(lambda part: f"{part['head']}\n{PARTS[part['name']]()}\n{part['tail']}", page)


def parts_of(page: str) -> list[str]:
    """Name the parts of a page."""
    return [part["name"] for part in _PART.finditer(page)]
