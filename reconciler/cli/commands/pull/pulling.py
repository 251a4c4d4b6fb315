"""Pulling: the target is read to its end, and only then is any file touched, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, Final

from reconciler.cli.console import Console
from reconciler.cli.envelope import envelope
from reconciler.cli.session import open_target, start_folder
from reconciler.cli.watching import watched
from reconciler.model import address
from reconciler.model.diagnostic import Diagnostic, error, note, warning
from reconciler.model.landing import Landing
from reconciler.model.plan import TargetName
from reconciler.model.usage import Survey
from reconciler.pipeline import Declared
from reconciler.ports import Broken
from reconciler.project import codes
from reconciler.project.landing import (
    HIDDEN,
    LOOK,
    Haul,
    declared_at,
    existing,
    into_of,
    landing_of,
    merge_all,
    prove,
    texts_of,
    write,
)
from reconciler.project.opened import Opened
from reconciler.project.opening import place_of
from reconciler.project.stop import Stop
from reconciler.reports.json.pulling import pulling_data
from reconciler.reports.text.diagnostics import diagnostics_text
from reconciler.reports.text.pulling import pulling_text
from reconciler.shelves import KINDS
from reconciler.stages.pull import Pulling, pull
from reconciler.stages.survey import survey

_LIVING: Final = "an order lives on, and what is declared of it is wanted from now on"


def pull_into(
    console: Console,
    directory: str | None,
    target: str | None,
    asked: Mapping[str, Any],
    named: list[TargetName],
) -> int:
    """Read the target and bring the manifests up to it; gives the exit code."""
    opened = open_target(directory, target)
    named.append(opened.target)
    into = into_of(opened.chosen, start_folder(directory), asked["into"])
    place = place_of(opened.chosen)
    place = replace(place, patterns=existing(place))
    declared = declared_at(place)
    haul = _haul(console, opened, declared, into, asked)
    texts = texts_of(haul, declared)
    merged = merge_all(texts, haul)
    prove(place, texts, merged)
    landing = landing_of(texts, merged, haul)
    if not (asked["check"] or asked["diff"]):
        write(texts, merged)
        landing = replace(landing, written=True)
    exit_code = codes.ERROR if asked["check"] and landing.files else codes.DONE
    diagnostics = (*haul.pulled.diagnostics, *_remarks(haul, asked["globs"]))
    diagnostics += tuple(found for each in merged.values() for found in each.diagnostics)
    _report(console, opened, landing, diagnostics, exit_code, diff=asked["diff"])
    if landing.written and landing.files:
        console.say(f"Next: reconciler plan -t {opened.target.name}")
    return exit_code


def _haul(console: Console, opened: Opened, declared: Declared, into: str, asked: Mapping[str, Any]) -> Haul:
    record = opened.record()
    seen = _survey(console, opened, asked["globs"])
    pulling = Pulling(
        declared=declared.manifests,
        stated=declared.stated,
        record=record,
        kinds=KINDS,
        terms=opened.chosen.terms,
        personal=asked["personal"],
    )
    return Haul(opened.chosen, seen, pull(seen, pulling), into)


def _survey(console: Console, opened: Opened, globs: Sequence[str]) -> Survey:
    """Walk all orders with the token that only reads."""
    with watched(console) as watch, opened.reading(watch) as source:
        try:
            return survey(source, KINDS.order.values_in_use, _wanted(globs), watch.read)
        except Broken as broken:
            said = f"the target could not be read to its end: {broken}"
            raise Stop(codes.ERROR, (error(said, advice="nothing was written; run it again"),)) from None


def _wanted(globs: Sequence[str]) -> Callable[[str], bool]:
    """Give what tells whether an order was asked for, by its id or by its address."""

    def wants(order: str) -> bool:
        return any(_means(glob, order) for glob in globs)

    return wants


def _means(glob: str, order: str) -> bool:
    return fnmatchcase(order, glob) or address.order(order).matches(glob)


def _remarks(haul: Haul, globs: Sequence[str]) -> tuple[Diagnostic, ...]:
    found = [
        warning(f"--orders {glob!r} means no order that the target shows", advice="ids are compared exactly")
        for glob in globs
        if not any(_means(glob, order) for order in haul.survey.orders)
    ]
    if haul.survey.hides_statuses:
        found.append(note(HIDDEN, advice=LOOK))
    if any(each.section == KINDS.order.section for each in haul.pulled.additions):
        found.append(
            note(_LIVING, advice="take the entries out, or give them `expires`, when they have served")
        )
    return tuple(found)


def _report(
    console: Console,
    opened: Opened,
    landing: Landing,
    diagnostics: tuple[Diagnostic, ...],
    exit_code: int,
    *,
    diff: bool,
) -> None:
    shown = landing if diff else replace(landing, difference="")
    if diagnostics:
        console.warn(diagnostics_text(diagnostics, {}, console.paint_aside))
    console.report(
        {
            "text": lambda to: pulling_text(opened.target, shown, to.paint, diff=diff),
            "json": lambda _: envelope("pull", exit_code, diagnostics, **pulling_data(opened.target, shown)),
        }
    )
