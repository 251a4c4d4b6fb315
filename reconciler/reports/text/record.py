"""What is remembered, as text: what nobody can vouch for first, then everything by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from reconciler.model.address import Address
from reconciler.model.adoption import Adoption
from reconciler.model.history import WriteRow
from reconciler.model.holding import Holding
from reconciler.model.plan import TargetName
from reconciler.model.record import Baseline, Memory
from reconciler.reports.shown.titles import TITLES
from reconciler.reports.shown.values import clean, moment, number, value
from reconciler.reports.text.runs import write_lines
from reconciler.reports.text.style import COLOURS, Paint, plain
from reconciler.reports.text.summary import target_line


def state_text(target: TargetName, held: Sequence[Holding], paint: Paint = plain, *, globs: bool) -> str:
    """List what is remembered; `globs` tells whether only a part was asked for."""
    lines = [f"State of {target_line(target)}", ""]
    unsettled = [each for each in held if each.unsettled is not None]
    if unsettled:
        lines.append(paint("Unsettled (sent and not confirmed; withheld until you settle it)", "bold"))
        for each in unsettled:
            lines += _unsettled(each, paint)
        lines.append("")
    settled = [each for each in held if each.unsettled is None]
    for kind, group in groupby(settled, key=lambda each: each.address.kind):
        lines += [paint(TITLES[kind], "bold"), *_table([_row(each) for each in group]), ""]
    if not held:
        lines += ["Nothing like that is remembered." if globs else "Nothing is remembered.", ""]
    return "\n".join([*lines, _count(held)]) + "\n"


def held_text(
    target: TargetName,
    holding: Holding,
    baseline: Baseline | None,
    writes: Sequence[WriteRow],
    paint: Paint = plain,
) -> str:
    """Show one address whole, with every write of it."""
    lines = [paint(clean(str(holding.address)), "bold"), f"  of {target_line(target)}", ""]
    if holding.memory is not None:
        lines += [*memory_lines(holding.memory)]
    else:
        lines.append("  nothing is remembered of what it is")
    if holding.finished is not None:
        lines.append(f"  done      {clean(holding.finished)} was said once and rests (`hold: once`)")
    if baseline is not None:
        lines.append(baseline_line(baseline))
    if holding.unsettled is not None:
        lines.append(f"  {paint('unsettled', COLOURS['lost'])} {clean(str(holding.unsettled))}")
    lines += ["", paint("Writes", "bold")]
    for each in writes:
        lines += write_lines(each, paint, with_run=True)
    if not writes:
        lines.append("  none")
    return "\n".join(lines) + "\n"


def adopted_text(adoption: Adoption, paint: Paint = plain) -> str:
    """Tell what was taken into the record and what was refused; ends with a line of fixed form."""
    lines = []
    for each in adoption.taken:
        said = _brief(each.memory.spec) if each.memory is not None else ""
        mark = "  (it was unsettled, and counts as done)" if each.address in adoption.settled else ""
        lines.append(f"  {paint('adopted', COLOURS['done'])}  {clean(str(each.address))}  {said}{mark}")
    lines += [f"  known    {clean(str(each))}" for each in adoption.known]
    lines += [f"  left out {number(count)}: {clean(reason)}" for reason, count in adoption.left_out.items()]
    lines += [
        f"  {paint('refused', COLOURS['failed'])}  {clean(each.named)}: {clean(each.reason)}"
        for each in adoption.refused
    ]
    left_out = sum(adoption.left_out.values())
    lines.append(
        f"Adopted: {len(adoption.taken)} adopted, {len(adoption.known)} known already, "
        f"{left_out} left out, {len(adoption.refused)} refused. Nothing was sent."
    )
    return "\n".join(lines) + "\n"


def forgotten_text(forgotten: Sequence[Address], left: Sequence[Address], paint: Paint = plain) -> str:
    """Tell what was forgotten; ends with a line of fixed form."""
    lines = [f"  {paint('forgotten', COLOURS['release'])} {clean(str(each))}" for each in forgotten]
    lines += [f"  {paint('left', COLOURS['withhold'])}      {clean(str(each))}" for each in left]
    lines.append(f"Forgotten: {len(forgotten)} forgotten, {len(left)} left alone. Nothing was sent.")
    return "\n".join(lines) + "\n"


# ------------------------------------------------------------------ parts


def _unsettled(each: Holding, paint: Paint) -> Iterator[str]:
    if each.unsettled is None:
        return
    wanted = _brief(each.unsettled.wanted)
    yield f"  {paint('unsettled', COLOURS['lost'])} {clean(str(each.address))}  {wanted}"
    yield f"            {clean(str(each.unsettled))}"
    if each.memory is not None:
        yield f"            before that: {'  '.join(cell for cell in _row(each)[1:] if cell)}"


def _row(each: Holding) -> tuple[str, ...]:
    memory, marks = each.memory, []
    if memory is not None and memory.released:
        marks.append("released")
    if memory is not None and memory.unmet:
        marks.append(f"shown otherwise: {', '.join(map(clean, memory.unmet))}")
    if each.finished is not None:
        marks.append(f"done once: {clean(each.finished)}")
    mark = f"[{'; '.join(marks)}]" if marks else ""
    where = clean(str(each.address))
    if memory is None:
        return where, "", "", "", "", mark
    return where, _brief(memory.spec), str(memory.how), moment(memory.at), _run(memory), mark


def _table(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """Set cells under each other; the last column may be of any length."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    for *cells, last in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield f"  {line}  {last}".rstrip()


def memory_lines(memory: Memory) -> Iterator[str]:
    """Show all that is remembered of one address."""
    if isinstance(memory.spec, Mapping):
        yield "  said"
        yield from (f"    {clean(str(path))}: {value(said)}" for path, said in memory.spec.items())
    else:
        yield f"  said      {value(memory.spec)}"
    run = f" in {_run(memory)}" if memory.run else ""
    yield f"  known     {memory.how}{run} on {moment(memory.at)}"
    if memory.released:
        yield "  released  no longer declared; it stays in the target, for the API cannot delete it"
    for path, shown in memory.unmet.items():
        yield f"  shown     {clean(path)}: {value(shown)}, although the target had accepted our words"


def baseline_line(baseline: Baseline) -> str:
    """Show from which update_time on an order counts as touched by others."""
    return f"  order     {_explained(baseline)}"


def _explained(baseline: Baseline) -> str:
    written = f"our last write of a line of it was at {moment(baseline.written)}"
    if baseline.seen is None:
        return f"{written}; the update_time that it causes was not read yet"
    return f"{written}; an update_time after {moment(baseline.seen)} is a touch by others"


def _brief(spec: Any) -> str:
    """Show what was said in a few words."""
    if not isinstance(spec, Mapping):
        return value(spec)
    words = [value(spec[key]) for key in ("name", "value_type", "type") if key in spec]
    return ", ".join(words) if words else f"{number(len(spec))} fields"


def _run(memory: Memory) -> str:
    return f"run {memory.run}" if memory.run else ""


def _count(held: Sequence[Holding]) -> str:
    known = [each.memory for each in held if each.memory is not None]
    by_how = dict.fromkeys(("recorded", "declared", "observed"), 0)
    for memory in known:
        by_how[str(memory.how)] = by_how.get(str(memory.how), 0) + 1
    released = sum(memory.released for memory in known)
    unsettled = sum(each.unsettled is not None for each in held)
    done = sum(each.finished is not None for each in held)
    counts = ", ".join(f"{count} {how}" for how, count in by_how.items())
    return (
        f"Remembered: {len(known)} ({counts}), of which {released} released. "
        f"{done} done once, {unsettled} unsettled."
    )
