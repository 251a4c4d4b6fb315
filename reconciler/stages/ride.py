"""ride: definitions that may only travel with orders, when no order travels.

Pure. They are withheld, and what needs them too. Judged on all that is about to be sent, whoever sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

from reconciler.model.address import Address
from reconciler.model.change import (
    Create,
    Ensure,
    Pending,
    UpdateDefinition,
    UpdateOrder,
    Why,
    Withhold,
)
from reconciler.model.difference import Difference
from reconciler.model.rules import Rules, SendDefinitions
from reconciler.model.steps import Steps, packed

REASON = "`definitions: with_orders` sends them with an import of orders, and none is planned"


def ride(ours: Difference, others: Difference, rules: Rules, today: date) -> tuple[Difference, Difference]:
    """Withhold what has no ride, in what is ours and in what is others'."""
    if rules.definitions is not SendDefinitions.WITH_ORDERS:
        return ours, others
    whole = [*packed(ours.steps).others, *packed(others.steps).others]
    stranded = {step.address: REASON for step in whole if isinstance(step, Ensure | UpdateDefinition)}
    if not stranded or any(isinstance(step, Create | UpdateOrder) for step in whole):
        return ours, others
    for step in chain(ours.steps, others.steps):
        need = next((need for need in step.needs if need in stranded), None)
        if need is not None:
            stranded[step.address] = f"needs {need}, which is withheld"
    return _left(ours, stranded, rules, today), _left(others, stranded, rules, today)


def _left(found: Difference, stranded: Mapping[Address, str], rules: Rules, today: date) -> Difference:
    withheld = [
        _withhold(step, stranded[step.address], known=rules.acknowledges(step.address, today))
        for step in found.steps
        if step.address in stranded
    ]
    steps = Steps(step for step in found.steps if step.address not in stranded)
    return replace(found, steps=steps, withheld=(*found.withheld, *withheld))


def _withhold(step: Pending, reason: str, *, known: bool) -> Withhold:
    return Withhold(
        address=step.address,
        evidence=step.evidence,
        reason=reason,
        origin=step.origin,
        fields=step.fields,
        why=Why.IMPOSSIBLE,
        acknowledged=known,
    )
