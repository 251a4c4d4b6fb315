"""why: the story of one item, for whoever asks why a customer got a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from glob import escape
from typing import Any, Final

import click

from reconciler.cli import options
from reconciler.cli.console import Console, open_console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import guarded, open_target
from reconciler.cli.watching import watched
from reconciler.model.address import (
    CUSTOM_FIELD,
    EVERY_LINE,
    LINE_STATUS,
    ORDER,
    ORDER_LINE,
    Address,
    order,
    parse,
)
from reconciler.model.change import Change
from reconciler.model.diagnostic import error, has_errors, warning
from reconciler.model.evidence import Absent, Present, Unknown
from reconciler.model.holding import holdings
from reconciler.model.manifest import DefinitionManifest, LineManifest, Manifests
from reconciler.model.observation import LiveOrder, World
from reconciler.model.plan import Selection, TargetName
from reconciler.model.record import Record
from reconciler.model.story import Seen, Story, Wanted
from reconciler.model.text import did_you_mean, listed
from reconciler.pipeline import Declared, Question, declare, draw
from reconciler.ports import Unheard
from reconciler.project import codes
from reconciler.project.asking import Asking, question_of
from reconciler.project.opened import Opened
from reconciler.project.opening import place_of
from reconciler.project.stop import Stop
from reconciler.reports.json.story import story_data
from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.reports.text.story import story_text
from reconciler.settings import Misused
from reconciler.shelves import KINDS
from reconciler.stages.derive import derive, selects
from reconciler.stages.drift import held
from reconciler.stages.observe import observe

_IN_USE: Final = "it is in use on some order; how it is defined can never be read"
_UNREAD: Final = "a definition can never be read, and none of the orders that were looked at uses it"
NOT_SHOWN: Final = "the target does not show this order (it may not exist, or the token may not see it)"


@click.command(name="why")
@click.argument("address")
@options.common
@options.option("--offline", is_flag=True, help="Do not ask the target, nor a source over the network.")
def command(directory: str | None, target: str | None, address: str, **chosen: Any) -> int:
    """Tell the story of one item: wanted, recorded, shown, planned, and everything that was sent.

    \b
    Examples:
      reconciler why order_line/1234000/line_01
      reconciler why line_status/at_pickup_point --offline
      reconciler why order_line/1234000/line_01 -o json

    It answers why a customer got a message: each write with its time, its run, the
    commit, who started it and the job in CI. Of a line the imports of its order are
    told too, for they may have spoken for it. Sends nothing.
    """
    console = open_console(chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
    named: list[TargetName] = []

    def failed(stop: Stop) -> str:
        return envelope(
            "why", stop.exit_code, stop.diagnostics, **story_data(named[0] if named else None, None)
        )

    def work() -> int:
        where = _read(address)
        opened = open_target(directory, target)
        named.append(opened.target)
        story = _told(where, opened, console, offline=chosen["offline"])
        console.report(
            {
                "text": lambda to: story_text(opened.target, story, to.paint),
                "json": lambda _: envelope(
                    "why", codes.DONE, story.diagnostics, **story_data(opened.target, story)
                ),
            }
        )
        if story.diagnostics:
            console.warn(diagnostics_text(story.diagnostics, {}, console.paint_aside))
        return codes.DONE

    return guarded(console, work, failed)


def _read(text: str) -> Address:
    try:
        return parse(text)
    except ValueError as wrong:
        raise Misused(str(wrong), "`reconciler state list` lists what is remembered") from None


def _told(where: Address, opened: Opened, console: Console, *, offline: bool) -> Story:
    """Put the story together; stops where nothing is known of the address."""
    with opened.state() as store:
        record = store.load()
        writes = [
            *store.writes(where),
            *(store.writes(order(where.parts[0])) if where.kind == ORDER_LINE else ()),
        ]
        runs = store.rows({each.run for each in writes})
    declared = declare(place_of(opened.chosen))
    found = holdings(record)
    story = Story(
        address=where,
        holding=next((each for each in found if each.address == where), None),
        baseline=record.baselines.get(where.parts[0]) if where.kind in {ORDER, ORDER_LINE} else None,
        writes=tuple(sorted(writes, key=lambda each: (each.run, each.number))),
        runs=runs,
    )
    if has_errors(declared.diagnostics):
        said = "the manifests have errors, so what is wanted is not known"
        found_wrong = warning(said, advice="`reconciler validate` lists them")
        story = replace(story, unasked=said, diagnostics=(found_wrong,))
    elif offline:
        today = datetime.now(UTC).date()
        in_force = derive(declared.manifests, record.finished, Selection(), today).manifests
        live = [each.label for each in in_force.sources.values() if where.kind == ORDER_LINE]
        unasked = f"not known: {listed(live)} was not asked (--offline)" if live else ""
        story = _wished(replace(story, unasked=unasked), in_force, declared.manifests, record)
    if not offline:
        story = _looked_at(story, opened, declared, record, console)
    if story.is_empty and (not story.unasked or has_errors(declared.diagnostics)):
        known = {str(each.address) for each in found}
        known |= {str(each.address) for each in declared.manifests.every()}
        advice = did_you_mean(str(where), sorted(known)) or "`reconciler state list` lists what is remembered"
        raise Stop(codes.ERROR, (error(f"nothing is known of {where}", advice=advice),))
    return story


def _looked_at(story: Story, opened: Opened, declared: Declared, record: Record, console: Console) -> Story:
    """Ask the target what it shows, and what a plan of this address alone would do."""
    where = story.address
    asking = Asking(selection=Selection(only=(escape(str(where)),)))
    with watched(console) as watch, opened.reading(watch) as source:
        question = replace(question_of(opened, asking, watch), remembers=False)

        def look(wanted: Manifests) -> World:
            return observe(source, wanted, record, question.how, datetime.now(UTC), watch.read)

        if story.diagnostics:
            return replace(story, seen=_seen(where, look(_subject(where, record, question))))
        try:
            drawn = draw(declared, question, source, record)
        except Unheard as fault:
            deaf = warning(str(fault), advice="what follows is told without it")
            in_force = derive(declared.manifests, record.finished, Selection(), datetime.now(UTC).date())
            story = replace(story, unasked=f"not known: {fault}", diagnostics=(deaf,))
            story = _wished(story, in_force.manifests, declared.manifests, record)
            return replace(story, seen=_seen(where, look(_subject(where, record, question))))
        story = replace(
            _wished(story, drawn.manifests, drawn.laid, record),
            change=_change(where, (*drawn.plan.steps, *drawn.plan.withheld)),
            planned=True,
        )
        world = drawn.world
        if where.kind in {ORDER, ORDER_LINE} and where.parts[0] not in world.orders and not world.whole:
            world = look(_subject(where, record, question))
    return replace(story, seen=_seen(where, world))


def _subject(where: Address, record: Record, question: Question) -> Manifests:
    """Give what has to be read to see an address, whoever wants something of it."""
    if where.kind in {ORDER, ORDER_LINE}:
        return Manifests(lines={where.parts[0]: {}})
    return held(record, KINDS, selects(question.selection))


def _wished(story: Story, in_force: Manifests, laid: Manifests, record: Record) -> Story:
    """Tell what is wanted now, else what is declared and rests, and why it does."""
    wish = _wanted(story.address, in_force)
    if wish is not None:
        return replace(story, wanted=wish)
    wish = _wanted(story.address, laid)
    if wish is None or isinstance(wish, DefinitionManifest):
        return story
    over = wish.expires is not None and wish.expires < datetime.now(UTC).date()
    if over:
        return replace(story, wanted=wish, resting=f"its time is over since {wish.expires}")
    done = isinstance(wish, LineManifest) and record.is_finished(story.address, wish)
    return replace(story, wanted=wish, resting="it is done (`hold: once`)") if done else story


def _change(where: Address, changes: tuple[Change, ...]) -> Change | None:
    return next((each for each in changes if each.address == where), None)


def _wanted(where: Address, manifests: Manifests) -> Wanted | None:
    if where.kind in {CUSTOM_FIELD, LINE_STATUS}:
        return manifests.definitions.get(where)
    if where.kind == ORDER:
        return manifests.orders.get(where.parts[0])
    wishes = manifests.lines.get(where.parts[0], {})
    return wishes.get(where.parts[1]) or wishes.get(EVERY_LINE)


def _seen(where: Address, world: World) -> Seen:
    if where.kind in {CUSTOM_FIELD, LINE_STATUS}:
        used = where in world.in_use
        return Seen(
            words="it is in use on some order; how it is defined can never be read" if used else _UNREAD
        )
    match world.of(where.parts[0]):
        case Unknown(reason):
            return Seen(words=f"the order could not be read: {reason}")
        case Absent():
            return Seen(words=NOT_SHOWN)
        case Present(live):
            return _live(where, live)


def _live(where: Address, live: LiveOrder) -> Seen:
    since = f", last changed {live.updated:%Y-%m-%d %H:%M:%SZ}" if live.updated is not None else ""
    of_order = f"the order has status {live.status} at {live.endpoint}{since}"
    if where.kind == ORDER:
        return Seen(words=of_order, status=live.status)
    if live.lines is None:
        return Seen(words=f"its lines were not read; {of_order}")
    if where.parts[1] not in live.lines:
        return Seen(words=f"the order has no such line; {of_order}")
    status = live.lines[where.parts[1]]
    told = "the target hides the status of this line" if status is None else status
    return Seen(words=f"{told}; {of_order}", status=status)
