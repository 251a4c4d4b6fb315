"""Frame: the page around its rows, with the policy that lets its own script and style run and nothing else.

The script and the style are files beside this module, and are read as code is: a part of the program.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.reports.html.rows import Row, Table, inert, pieces
from reconciler.reports.shown.values import clean, number

_REMARKS: Final = 1_000
"""Diagnostics that a page lists."""
_FOLDED_FROM: Final = 10
_QUOTED: Final = re.compile("`([^`]+)`")
_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One way to filter: the label of a group of buttons, and each button with its count and its meaning."""

    key: str
    label: str
    counts: Mapping[str, int]
    meanings: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """What a value is called, where that is not the value itself."""

    def data(self) -> dict[str, Any]:
        """Give it as JSON data; a value is id, name, count and meaning."""
        values = [
            [each, self.names.get(each, each), count, self.meanings.get(each, "")]
            for each, count in self.counts.items()
        ]
        return {"key": self.key, "label": self.label, "values": values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that a page says beside its rows."""

    command: str
    title: str
    line: str
    """The fixed line."""
    facts: Mapping[str, str]
    """What the report is of: target, account, state, and when."""
    notices: Sequence[str] = ()
    """Sentences that must not be missed."""
    diagnostics: Sequence[Diagnostic] = ()
    facets: Sequence[Facet] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


def write(page: Page, rows: Iterable[Row], count: int) -> Iterator[str]:
    """Write a page in pieces; `count` is how many rows there are."""
    style, script = asset("page.css"), asset("page.js")
    yield _head(page, style, script)
    yield f'<header class="top">\n{_title(page)}</header>\n'
    yield _remarks(page.diagnostics)
    if count:
        yield asset("list.html")
        data = {"count": count, "facets": [each.data() for each in page.facets], **page.meta}
        yield f'<script type="application/json" id="meta">{inert(data)}</script>\n'
        table = Table()
        for piece in pieces(rows, table):
            yield f'<script type="application/json" class="rows">{piece}</script>\n'
        yield f'<script type="application/json" id="table">{inert(list(table.numbers))}</script>\n'
        yield f"<script>{script}</script>\n"
    yield "</body>\n</html>\n"


@cache
def asset(name: str) -> str:
    """Read a file that belongs to this package."""
    return files("reconciler.reports.html").joinpath("assets", name).read_text(encoding="utf-8")


def said(text: str) -> str:
    """Give a text from outside so that it can stand anywhere in the page."""
    return escape(clean(text))


def _head(page: Page, style: str, script: str) -> str:
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{said(page.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _title(page: Page) -> str:
    facts = "".join(
        f"<div><dt>{said(name)}</dt><dd>{said(fact)}</dd></div>" for name, fact in page.facts.items() if fact
    )
    notices = "".join(f'<p class="notice">{said(each)}</p>\n' for each in page.notices)
    return (
        f'<p class="eyebrow">reconciler {said(page.command)}</p>\n<h1>{said(page.title)}</h1>\n'
        f'<dl class="facts">{facts}</dl>\n<p class="fixed">{said(page.line)}</p>\n{notices}'
    )


def _remarks(diagnostics: Sequence[Diagnostic]) -> str:
    if not diagnostics:
        return ""
    ordered = sorted(diagnostics, key=lambda each: _RANK[each.severity])
    listed = "".join(map(_remark, ordered[:_REMARKS]))
    left = len(ordered) - _REMARKS
    more = f'<p class="more">{number(left)} more, not shown here.</p>' if left > 0 else ""
    folded = "" if len(ordered) > _FOLDED_FROM else " open"
    heading = f"<summary><h2>Remarks</h2> <span>{number(len(ordered))}</span></summary>"
    return f'<details class="remarks"{folded}>{heading}<ul>{listed}</ul>{more}</details>\n'


def _remark(each: Diagnostic) -> str:
    place = f" <code>{said(str(each.origin))}</code>" if each.origin is not None else ""
    also = "".join(f", also <code>{said(str(related))}</code>" for related in each.related)
    advice = f' <span class="advice">{_sentence(each.advice)}</span>' if each.advice else ""
    word = f'<b class="word {each.severity}">{each.severity}</b>'
    return f"<li>{word}{place}{also} <span>{_sentence(each.summary)}</span>{advice}</li>\n"


def _sentence(text: str) -> str:
    """Give one of our sentences: what stands between backticks is code."""
    return _QUOTED.sub(r"<code>\1</code>", said(text))
