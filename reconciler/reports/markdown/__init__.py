"""Markdown for a pull request: the fixed line, what is dangerous, then all the rest folded away.

It is posted as one comment, so it never grows beyond a number of bytes; what is left out is counted.
Whatever comes from outside stands in code spans, where GitHub and GitLab find no markup, no mention, no
reference to an issue and no link.
"""

from __future__ import annotations

from reconciler.reports.markdown.applied import applied_markdown
from reconciler.reports.markdown.drifting import drifting_markdown
from reconciler.reports.markdown.plan import plan_markdown
from reconciler.reports.markdown.stopped import stopped_markdown

__all__ = ["applied_markdown", "drifting_markdown", "plan_markdown", "stopped_markdown"]
