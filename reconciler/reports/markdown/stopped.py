"""A command that was stopped before it had a result, as Markdown: a comment must not be green by accident."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.model.diagnostic import Diagnostic
from reconciler.model.plan import TargetName
from reconciler.reports.markdown.fitting import fit
from reconciler.reports.markdown.opening import opening
from reconciler.reports.markdown.remarks import remarks


def stopped_markdown(
    command: str, target: TargetName | None, diagnostics: Sequence[Diagnostic], *, exit_code: int, limit: int
) -> str:
    """Say that there is no result and why; `target` None where none could be chosen."""
    begin = opening(f"No {command}: stopped with exit code {exit_code}.", command, target)
    text = fit(begin, remarks(diagnostics), limit, "The output of the command shows all of them.")
    return text.rstrip("\n") + "\n"
