"""Transitions: whether `line_transitions` speaks of statuses that exist and that lines can get to and out of.

A status that is misspelt there would forbid moves in silence, so it is an error. One that no move leads to,
or out of, is likely an oversight and a warning. No network is needed: the statuses are the built-in ones and
the declared ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.address import LINE_STATUS
from reconciler.model.diagnostic import Diagnostic, error, warning
from reconciler.model.manifest import BUILT_IN_STATUSES, Catalogue, Manifests, Mode, StatusType
from reconciler.model.rules import NOT_KNOWN, Transition
from reconciler.model.text import did_you_mean, listed, quoted

_FIRST = "new"
"""The status in which lines begin, so nothing has to lead to it."""


def check_transitions(transitions: Sequence[Transition], manifests: Manifests) -> Iterator[Diagnostic]:
    """Name every status of the table that nothing declares, and those that lines cannot get to or out of."""
    if not transitions:
        return
    unknown = [*_unknown(transitions, manifests.catalogue)]
    yield from unknown
    if not unknown:
        yield from _unreachable(transitions, manifests)
        yield from _dead_ends(transitions, manifests)


def _unknown(transitions: Iterable[Transition], catalogue: Catalogue) -> Iterator[Diagnostic]:
    known = (*BUILT_IN_STATUSES, *catalogue.statuses)
    for each in transitions:
        if each.before != NOT_KNOWN and not catalogue.knows_status(each.before):
            yield _not_declared(each.before, each, (*known, NOT_KNOWN))
        for after, origin in each.after:
            if after == NOT_KNOWN:
                summary = (
                    'line_transitions: "?" stands for a status that cannot be known; no line is moved to it'
                )
                yield error(summary, origin, "name a status")
            elif not catalogue.knows_status(after):
                yield _not_declared(after, Transition(after, origin), known)


def _not_declared(status: str, where: Transition, known: Sequence[str]) -> Diagnostic:
    return error(
        f"line_transitions names {quoted(status)}, a line status that is neither built in nor declared",
        where.origin,
        did_you_mean(status, known) or f"there are {listed(known)}",
    )


def _managed(manifests: Manifests) -> Iterator[str]:
    """Give the custom statuses that we keep ourselves; others may be set by whoever keeps them."""
    for where, definition in manifests.definitions.items():
        if where.kind == LINE_STATUS and definition.mode is not Mode.EXTERNAL:
            yield where.parts[0]


def _unreachable(transitions: Sequence[Transition], manifests: Manifests) -> Iterator[Diagnostic]:
    reached = {after for each in transitions for after, _ in each.after} | {_FIRST, NOT_KNOWN}
    rows = {each.before: each.origin for each in transitions}
    for status in dict.fromkeys((*rows, *_managed(manifests))):
        if status not in reached:
            yield warning(
                f"line_transitions: nothing leads to {quoted(status)}, so no line is ever moved to it",
                rows.get(status) or transitions[0].origin,
                "add it to the row of a status that comes before it",
            )


def _dead_ends(transitions: Sequence[Transition], manifests: Manifests) -> Iterator[Diagnostic]:
    leads_on = {each.before for each in transitions if each.after}
    places = {after: origin for each in reversed(transitions) for after, origin in reversed(each.after)}
    places |= {each.before: each.origin for each in transitions if each.before != NOT_KNOWN}
    for status in dict.fromkeys((*places, *_managed(manifests))):
        if status not in leads_on and manifests.catalogue.type_of(status) is StatusType.IN_PROCESS:
            yield warning(
                f"line_transitions: nothing leads out of {quoted(status)}, and its type is in_process",
                places.get(status) or transitions[0].origin,
                "give it a row with the statuses that come after it",
            )
