"""The story of one address, as text: what is wanted, remembered and shown, and everything that was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from reconciler.model.change import action
from reconciler.model.history import RunRow, WriteRow
from reconciler.model.manifest import DefinitionManifest, LineManifest
from reconciler.model.plan import TargetName
from reconciler.model.story import Story
from reconciler.reports.shown.sources import because
from reconciler.reports.shown.values import clean, moment, value
from reconciler.reports.text.record import baseline_line, memory_lines
from reconciler.reports.text.runs import run_lines, write_lines
from reconciler.reports.text.style import COLOURS, Paint, plain
from reconciler.reports.text.summary import target_line


def story_text(target: TargetName, story: Story, paint: Paint = plain) -> str:
    """Tell everything; ends with a line of fixed form."""
    lines = [paint(clean(str(story.address)), "bold"), f"  of {target_line(target)}", ""]
    for head, part in (
        ("Wanted", _wanted(story)),
        ("Recorded", _recorded(story, paint)),
        ("Shown", _shown(story)),
        ("Planned", _planned(story)),
        ("Sent", _sent(story, paint)),
    ):
        told = list(part)
        if told:
            lines += [paint(head, "bold"), *told, ""]
    return "\n".join([*lines, _last(story.writes)]) + "\n"


def _wanted(story: Story) -> Iterator[str]:
    wish = story.wanted
    if wish is None:
        yield f"  {clean(story.unasked) or 'nothing: no manifest and no source speaks of it now'}"
        return
    if isinstance(wish, LineManifest):
        said = f"  ({clean(wish.said)})" if wish.said else ""
        marks = [word for word, holds in (("hold: once", wish.once),) if holds]
        if wish.expires is not None:
            marks.append(f"expires: {wish.expires}")
        marked = f"  [{', '.join(marks)}]" if marks else ""
        yield f"  {value(wish.status)}{said}{marked}  {clean(str(wish.origin))}"
    else:
        what = f"{len(wish.fields)} keys" if not isinstance(wish, DefinitionManifest) else str(wish.mode)
        yield f"  declared ({what})  {clean(str(wish.origin))}"
    if story.resting:
        yield f"  nothing is done about it now: {clean(story.resting)}"
    if story.unasked:
        yield f"  {clean(story.unasked)}"


def _recorded(story: Story, paint: Paint) -> Iterator[str]:
    holding = story.holding
    if holding is None:
        yield "  nothing is remembered of it"
        return
    if holding.memory is not None:
        yield from memory_lines(holding.memory)
    if holding.finished is not None:
        yield f"  done      {clean(holding.finished)} was said once and rests (`hold: once`)"
    if story.baseline is not None:
        yield baseline_line(story.baseline)
    if holding.unsettled is not None:
        yield f"  {paint('unsettled', COLOURS['lost'])} {clean(str(holding.unsettled))}"


def _shown(story: Story) -> Iterator[str]:
    if story.seen is not None:
        yield f"  {clean(story.seen.words)}"


def _planned(story: Story) -> Iterator[str]:
    if story.change is not None:
        yield f"  {action(story.change)}: {because(story.change)}"
    elif story.planned:
        yield "  nothing would be done"


def _sent(story: Story, paint: Paint) -> Iterator[str]:
    if not story.writes:
        yield "  nothing was ever sent"
    for row, writes in story.by_run():
        yield from _run(row, writes, paint)


def _run(row: RunRow | None, writes: tuple[WriteRow, ...], paint: Paint) -> Iterator[str]:
    if row is None:
        yield f"  run {writes[0].run}"
    else:
        yield from run_lines(row, paint)
    for each in writes:
        yield from (f"      {line}" for line in write_lines(each, paint))
        if each.intended_at is not None:
            yield f"                 sent {moment(each.intended_at)}"


def _last(writes: tuple[WriteRow, ...]) -> str:
    sent = [each for each in writes if each.intended_at is not None]
    count = Counter(each.outcome or "lost" for each in sent)
    runs = len({each.run for each in sent})
    return (
        f"Sent: {len(sent)} times in {runs} runs, "
        f"{count['done']} done, {count['failed']} failed, {count['lost']} lost."
    )
