"""HTML for reviewers: one file that needs nothing else, to be opened, searched, filtered and printed.

It is written in pieces, so that a plan of any size takes little memory here. No template engine: what is not
data are a dozen lines that never change, and the data travel as JSON, which the page's own script puts into
the document as text and never as markup. The page's policy lets nothing else run: its script and its style
are named by their hashes, and there is no network.
"""

from __future__ import annotations

from reconciler.reports.html.applied import applied_page
from reconciler.reports.html.drifting import drifting_page
from reconciler.reports.html.plan import plan_page
from reconciler.reports.html.stopped import stopped_page

__all__ = ["applied_page", "drifting_page", "plan_page", "stopped_page"]
