"""What has drifted from the record, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.drifting import Drifted, Drifting, Verdict
from reconciler.model.plan import TargetName
from reconciler.reports.markdown.fitting import Block, Item, fit
from reconciler.reports.markdown.opening import opening
from reconciler.reports.markdown.quoting import code, prose
from reconciler.reports.markdown.remarks import remarks
from reconciler.reports.shown.drifting import by_reason, drifting_line
from reconciler.reports.shown.values import number, value

FIELDS = 40
"""How many fields of one order are listed."""
SAMPLES = 3
"""How many addresses stand for all that cannot be told for one reason."""
_WHOLE = "`reconciler drift -v` or `-o html=FILE` shows all of them."


def drifting_markdown(
    target: TargetName,
    drifting: Drifting,
    accepted: Sequence[Address] = (),
    diagnostics: Sequence[Diagnostic] = (),
    *,
    limit: int,
) -> str:
    """Give what has drifted as Markdown of at most `limit` bytes; it begins with the fixed line."""
    begin = opening(drifting_line(drifting), "drift", target)
    if drifting.is_clear and drifting.complete:
        begin += "No drift, as far as can be told.\n\n"
    if not drifting.complete:
        begin += "**This is not complete**: a read broke off, and what it did not reach cannot be told.\n\n"
    blocks = [*_blocks(drifting, accepted), *remarks(diagnostics), *_details(drifting)]
    return fit(begin, blocks, limit, _WHOLE).rstrip("\n") + "\n"


def _blocks(drifting: Drifting, accepted: Sequence[Address]) -> Iterator[Block]:
    for verdict, title in (
        (Verdict.CHANGED, "changed outside"),
        (Verdict.GONE, "gone: the target was read to its end and does not show them"),
    ):
        found = _of(drifting, verdict)
        if found:
            head = f"### {number(len(found))} {title}\n\n"
            yield Block(head, map(_item, found), len(found), dangerous=True, tail="\n")
    if accepted:
        head = f"### {number(len(accepted))} accepted into the record; nothing was sent\n\n"
        items = (Item(f"- {code(str(each))}\n") for each in accepted)
        yield Block(head, items, len(accepted), tail="\n")
    untold = _of(drifting, Verdict.UNTOLD)
    if untold:
        head = f"### {number(len(untold))} cannot be told: that is no sign of a change\n\n"
        yield Block(head, _summed(untold), len(untold), tail="\n")


def _details(drifting: Drifting) -> Iterator[Block]:
    untold = _of(drifting, Verdict.UNTOLD)
    if len(untold) > SAMPLES:
        head = f"<details>\n<summary>Cannot be told: {number(len(untold))}</summary>\n\n"
        yield Block(head, map(_item, untold), len(untold), tail="\n</details>\n\n")


def _of(drifting: Drifting, verdict: Verdict) -> list[Drifted]:
    return [each for each in drifting.found if each.verdict is verdict]


def _summed(found: Iterable[Drifted]) -> Iterator[Item]:
    for reason, group in by_reason(found):
        named = ", ".join(code(str(each.address)) for each in group[:SAMPLES])
        rest = len(group) - SAMPLES
        more = f" and {number(rest)} more" if rest > 0 else ""
        yield Item(f"- **{number(len(group))}** {named}{more}<br>{prose(reason)}\n", len(group))


def _item(each: Drifted) -> Item:
    lines = [f"- {code(str(each.address))}{_said(each)}<br>{prose(each.reason)}"]
    if isinstance(each.recorded, dict) and isinstance(each.observed, dict):
        paths = list(each.recorded)
        lines += [
            f"  - {code(path)}: {_moved(each.recorded[path], each.observed.get(path))}"
            for path in paths[:FIELDS]
        ]
        if len(paths) > FIELDS:
            lines.append(f"  - {number(len(paths) - FIELDS)} more fields")
    return Item("".join(f"{line}\n" for line in lines))


def _said(each: Drifted) -> str:
    if isinstance(each.recorded, dict) or each.recorded is None:
        return ""
    if each.verdict is Verdict.CHANGED:
        return f" {_moved(each.recorded, each.observed)}"
    return f" {code(value(each.recorded))}"


def _moved(before: object, after: object) -> str:
    return f"{code(value(before))} → {code(value(after))}"
