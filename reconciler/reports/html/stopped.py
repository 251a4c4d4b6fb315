"""A command that was stopped before it had a result, as a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import TargetName
from reconciler.reports.html.frame import Page, write
from reconciler.reports.html.plan import target_facts


def stopped_page(
    command: str,
    target: TargetName | None,
    diagnostics: Sequence[Diagnostic],
    *,
    exit_code: int,
    tool_version: str,
) -> Iterator[str]:
    """Write that there is no result and why; `target` None where none could be chosen."""
    page = Page(
        command=command,
        title=f"No {command}",
        line=f"No {command}: stopped with exit code {exit_code}.",
        facts={**(target_facts(target) if target is not None else {}), "Version": tool_version},
        diagnostics=diagnostics,
    )
    return write(page, (), 0)
