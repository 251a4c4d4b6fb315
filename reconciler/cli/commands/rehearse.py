"""rehearse: carry a plan out in a copy of what it is about, and tell how that ends. Reads the target only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from reconciler.cli import options
from reconciler.cli.commands.sandbox.garden import read_switches
from reconciler.cli.completion import switch_words
from reconciler.cli.console import Console, open_console
from reconciler.cli.drawing import asking_of
from reconciler.cli.envelope import envelope
from reconciler.cli.planfile import max_age, refuse_settled
from reconciler.cli.session import guarded, open_target
from reconciler.cli.watching import watched
from reconciler.model.address import ORDER, Address
from reconciler.model.approval import Approval
from reconciler.model.archive import Archive
from reconciler.model.diagnostic import error, has_errors
from reconciler.model.outcome import Done
from reconciler.model.plan import OnMoved, TargetName
from reconciler.model.rehearsal import Rehearsal
from reconciler.pipeline import Drawn, Question, draw, inputs_of
from reconciler.project import codes
from reconciler.project.approving import PlanFile, approved, narrow, recalled, under
from reconciler.project.asking import question_of
from reconciler.project.opened import Opened
from reconciler.project.stop import Stop
from reconciler.project.watch import Watch
from reconciler.reports.json.rehearsal import rehearsal_data
from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.reports.text.rehearsal import rehearsal_text
from reconciler.settings import Misused
from reconciler.stages.replicate import SCALES, replicate

_SEED: Final = 0
"""What accidents are drawn from when nothing else is said."""


@click.command(name="rehearse")
@click.argument("plan", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[PLAN]")
@options.common
@options.selection
@options.judging
@max_age
@options.on_moved
@options.source_cache
@options.option("--faults", is_flag=True, help="Let answers be lost, refused for now, and connections cut.")
@options.option("--seed", type=int, metavar="N", help="Draw other accidents; the same N, the same ones.")
@options.option(
    "--switch",
    "switches",
    metavar="NAME=VALUE",
    multiple=True,
    shell_complete=switch_words,
    help="A rule of the stand-in other than its default, such as A14=merge or A9=shown; repeatable.",
)
def command(directory: str | None, target: str | None, **chosen: Any) -> int:
    """Carry a plan out in a sandbox that is a copy of what it is about, and plan again.

    \b
    Examples:
      reconciler rehearse
      reconciler rehearse plan.json
      reconciler rehearse --faults --seed 7
      reconciler rehearse --switch reimport_lines=merge --switch A35=recomputed

    The target is only read, as by plan; the record is copied and not changed. What is
    sent to the copy, what becomes of it and what a second plan still holds is told, and
    on which rules of the sandbox that rests: which the vendor documents, which are
    assumed. With --faults it is told too what a person would have to settle, and that
    nothing that may message a customer came twice.

    Exit code 0: the second plan holds nothing new. 3: an apply would end in part.
    1: all would be done, and the next plan would not be empty. 5: an apply would be
    refused. 6: the saved plan is not to be applied.
    """
    console = open_console(chosen["outputs"], chosen["color"], chosen["verbose"], chosen["quiet"])
    named: list[TargetName] = []

    def failed(stop: Stop) -> str:
        nothing = rehearsal_data(named[0] if named else None, None)
        return envelope("rehearse", stop.exit_code, stop.diagnostics, **nothing)

    return guarded(console, lambda: _rehearse(console, directory, target, chosen, named), failed)


def _rehearse(
    console: Console,
    directory: str | None,
    target: str | None,
    options: dict[str, Any],
    named: list[TargetName],
) -> int:
    if options["plan"] is not None:
        refuse_settled(options, "rehearsed")
    seed = _seed(options)
    switches = _switches(options["switches"])
    opened = open_target(directory, target)
    named.append(opened.target)
    with watched(console) as watch:
        asked = _ask(opened, options, watch)
        found = _stage(console, asked, switches, seed, watch)
    exit_code = _exit_code(found, asked.drawn)
    _report(console, asked, found, exit_code)
    return exit_code


def _seed(options: Mapping[str, Any]) -> int | None:
    """Give what accidents are drawn from, None where there are none to be; raises `Misused`."""
    if options["faults"]:
        return _SEED if options["seed"] is None else int(options["seed"])
    typed = click.get_current_context().get_parameter_source("seed") is ParameterSource.COMMANDLINE
    if typed:
        raise Misused("--seed goes with --faults", "add --faults: without it nothing is left to chance")
    return None


def _switches(words: tuple[str, ...]) -> Mapping[str, str]:
    from reconciler.sandbox.yandex.switches import YANDEX

    switches = read_switches(words)
    for each in YANDEX:
        if each.name in switches:
            said = f"--switch {each.name} is about Yandex Market, and a rehearsal asks it as plan does"
            raise Misused(said, "leave it out; docs/sandbox.md lists the others")
    return switches


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a plan of the target gave, and what is remembered of it."""

    opened: Opened
    question: Question
    drawn: Drawn
    archive: Archive
    expected: frozenset[Address]
    """What is left on purpose."""
    read: int


def _ask(opened: Opened, options: Mapping[str, Any], watch: Watch) -> _Asked:
    """Draw the plan as plan does, with the token that only reads; hold it to a saved one."""
    plan = PlanFile.read(options["plan"]) if options["plan"] is not None else None
    declared = opened.declared()
    with opened.reading(watch) as source, opened.state() as store:
        question, approval = question_of(opened, asking_of(options), watch), None
        if plan is not None:
            inputs = inputs_of(declared, question.base, question.terms.salt)
            approval = approved(recalled(plan), opened.target, store, source, options["max_age"], inputs)
            _refuse_share(approval)
            question = under(question, approval)
        drawn = draw(declared, question, source, store.load())
        archive, read = store.archive(), source.requests
    expected = {each.address for each in drawn.plan.withheld}
    if approval is not None:
        on_moved = OnMoved(options["on_moved"]) if options["on_moved"] else approval.options.on_moved
        drawn, narrowed = narrow(drawn, question, approval, on_moved)
        expected |= {each.address for each in (*narrowed.unapproved, *narrowed.moved)}
    _check(drawn, opened)
    return _Asked(opened, question, drawn, archive, frozenset(expected), read)


def _refuse_share(approval: Approval) -> None:
    """Refuse the plan of one shard: it rests on what another one writes. Raises `Misused`."""
    if approval.selection.shard is not None:
        said = f"the plan is of shard {approval.selection.shard}, and a rehearsal is of everything"
        raise Misused(said, "rehearse a plan that was drawn without --shard")


def _check(drawn: Drawn, opened: Opened) -> None:
    """Stop where a plan is none that an apply would take, or that a stand-in cannot show."""
    if has_errors(drawn.plan.diagnostics):
        said = error(
            f"the plan {'has errors' if drawn.plan.complete else 'is not complete'}, so it is not rehearsed",
            advice="see above" + ("" if drawn.plan.complete else "; run it again when the target answers"),
        )
        raise Stop(codes.ERROR, (*drawn.plan.diagnostics, said))
    scale = opened.chosen.terms.amount_scale
    if scale not in SCALES and any(step.address.kind == ORDER for step in drawn.plan.steps):
        said = error(
            f"amount_scale {scale} cannot be rehearsed: the sandbox shows amounts times 100 or as they are",
            advice="--exclude 'order/*' rehearses all but the orders that are declared in full",
        )
        raise Stop(codes.ERROR, (said,))


def _stage(
    console: Console, asked: _Asked, switches: Mapping[str, str], seed: int | None, watch: Watch
) -> Rehearsal:
    from reconciler.project.rehearsing import Staged, rehearse
    from reconciler.project.rehearsing.staging import Original, staged

    drawn, chosen = asked.drawn, asked.opened.chosen
    replica = replicate(drawn.plan, drawn.manifests, drawn.world, drawn.record, chosen.terms)
    console.say("rehearsing in a sandbox of its own; nothing is sent to the target")
    original = Original(chosen, asked.question, drawn, asked.archive)
    setting = staged(original, replica, switches=switches, seed=seed)
    with setting as stage, watch.at_work():
        plan = Staged(stage, drawn, replica, switches, asked.expected, asked.read)
        return rehearse(plan, watch, seed=seed)


def _exit_code(found: Rehearsal, drawn: Drawn) -> int:
    """Judge as an apply would be judged, and then by the plan after it (contract, 6.1)."""
    if drawn.breaches:
        return codes.REFUSED
    if found.converges:
        return codes.DONE
    in_part = any(not isinstance(outcome, Done) for outcome in found.legs[-1].outcomes)
    return codes.IN_PART if in_part else codes.ERROR


def _report(console: Console, asked: _Asked, found: Rehearsal, exit_code: int) -> None:
    drawn, target = asked.drawn, asked.opened.target
    told = replace(found, diagnostics=(*drawn.plan.diagnostics, *found.diagnostics))
    console.report(
        {
            "text": lambda to: rehearsal_text(target, told, to.paint, verbose=to.verbose),
            "json": lambda _: envelope(
                "rehearse",
                exit_code,
                (*told.diagnostics, *drawn.breaches),
                **rehearsal_data(target, told),
            ),
        }
    )
    if drawn.breaches:
        console.warn(diagnostics_text(drawn.breaches, {}, console.paint_aside))
