"""The runs, as text: who ran what and when, how it ended, and every write with its fate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.history import RunRow, RunStory, WriteRow
from reconciler.model.plan import TargetName
from reconciler.reports.shown.values import clean, moment, number, value
from reconciler.reports.text.style import COLOURS, Paint, plain
from reconciler.reports.text.summary import target_line

IN_FLIGHT = "no word"
"""Stands for the outcome of a write of which the journal holds no result."""

_SETTLED_BY = {
    "verify": "settled by reading it again",
    "read": "settled by `resume`, from what the target showed",
    "user": "settled by somebody's word in `resume`",
    "adopt": "settled by `state adopt`",
    "forget": "forgotten by `state forget`",
}


def runs_text(target: TargetName, runs: Sequence[RunRow], paint: Paint = plain) -> str:
    """List runs, the newest first."""
    lines = [f"Runs of {target_line(target)}", ""]
    for row in runs:
        lines += run_lines(row, paint)
    if not runs:
        lines.append("No runs yet.")
    return "\n".join(lines) + "\n"


def run_text(target: TargetName, story: RunStory, paint: Paint = plain) -> str:
    """Show one run with all its writes."""
    row, facts = story.row, story.row.facts
    known = {
        "target": row.target,
        "began": moment(row.started_at),
        "ended": moment(row.ended_at) if row.ended_at is not None else _NOT_ENDED,
        "exit": "" if row.exit_code is None else str(row.exit_code),
        "by": _by(row),
        "commit": facts.commit,
        "job": facts.ci_url,
        "shard": row.shard,
        "version": facts.tool_version,
        "counts": counts(row.summary),
        "closed": story.closed,
    }
    lines = [paint(f"Run {row.id}: {clean(row.command)}", "bold"), f"  of {target_line(target)}"]
    lines += [f"  {name:<8}  {clean(said)}" for name, said in known.items() if said]
    lines += ["", paint("Writes", "bold")]
    for each in story.writes:
        lines += write_lines(each, paint)
    if not story.writes:
        lines.append("  none")
    return "\n".join(lines) + "\n"


def write_lines(each: WriteRow, paint: Paint = plain, *, with_run: bool = False) -> Iterator[str]:
    """Show one write: what was said of what, its fate, and why."""
    word = each.outcome or IN_FLIGHT
    run = f"run {each.run}  " if with_run else ""
    seconds = f"  {each.seconds:.2f} s" if each.intended_at is not None and each.outcome else ""
    fate = paint(f"{word:<8}", COLOURS.get(word, "red"))
    yield f"  {run}{fate} {each.action or 'not sent':<8} {clean(str(each.address))}{_said(each)}{seconds}"
    if with_run and each.intended_at is not None:
        yield f"           sent {moment(each.intended_at)}"
    if each.reason:
        yield f"           {clean(each.reason)}"
    elif each.outcome is None and each.settled_by is None:
        yield "           the run ended before an answer was recorded, or it is still waiting for one"
    if each.settled_by is not None:
        yield f"           {_SETTLED_BY.get(each.settled_by, f'settled by {each.settled_by}')}"


def counts(summary: Mapping[str, int]) -> str:
    """Show the numbers of a run, those that are not 0."""
    return ", ".join(f"{number(count)} {name}" for name, count in summary.items() if count) or "nothing sent"


_NOT_ENDED = "not ended: it is still running, or it died"


def run_lines(row: RunRow, paint: Paint) -> Iterator[str]:
    """Show one run: when, how it ended, and who started it from what."""
    if row.ended_at is None:
        end = paint(_NOT_ENDED, COLOURS["lost"])
    else:
        colour = COLOURS["done" if row.exit_code == 0 else "failed"]
        end = f"{paint(f'exit {row.exit_code}', colour)}  {counts(row.summary)}"
    said = f"{row.command} {row.shard}".strip()
    yield f"  {row.id:>4}  {moment(row.started_at)}  {clean(said):<11}  {end}"
    facts = row.facts
    more = [f"by {_by(row)}", f"commit {facts.commit[:12]}" if facts.commit else "", facts.ci_url]
    yield f"        {clean('  '.join(word for word in more if word))}"


def _by(row: RunRow) -> str:
    who, host = row.facts.actor or "?", row.facts.host or "?"
    return f"{who} on {host}, process {row.facts.pid}"


def _said(each: WriteRow) -> str:
    if isinstance(each.wanted, str):
        before = "?" if each.before is None else value(each.before)
        return f"  {before} → {value(each.wanted)}"
    return f"  {_fields(each.wanted)}" if isinstance(each.wanted, Mapping) else ""


def _fields(wanted: Mapping[str, Any]) -> str:
    return f"{number(len(wanted))} fields"
