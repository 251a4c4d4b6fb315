"""Sharing: what belongs to one share of the work, of what was approved and of what is remembered.

A saved plan may be of one shard, and then nothing else can be made of it. One of everything may be narrowed
to a shard when it is applied: it was reviewed once, and each of N processes does its share.
"""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.approval import Approval
from reconciler.model.record import Record
from reconciler.model.shard import Shard
from reconciler.project.approving import Recalled
from reconciler.settings import Misused


def read_shard(text: str | None) -> Shard | None:
    """Read a share such as `2/4`; raises `Misused` for what is none."""
    try:
        return None if text is None else Shard.parse(text)
    except ValueError as fault:
        raise Misused(str(fault), "leave it out for all of the work") from None


def shard_of(asked: Shard | None, plan: Recalled | None) -> Shard | None:
    """Tell which share is meant: that of the plan, else the one that was asked for.

    Raises `Misused` when a plan of one shard is to be applied as another.
    """
    of_plan = plan.selection.shard if isinstance(plan, Approval) else None
    if asked is not None and of_plan is not None and asked != of_plan:
        raise Misused(
            f"the plan is of shard {of_plan}, and --shard (or RECONCILER_SHARD) says {asked}",
            "apply it as what it is, or plan again",
        )
    return of_plan or asked


def share_of_approval(approval: Approval, shard: Shard | None) -> Approval:
    """Keep of an approval what belongs to one share; a plan of that share is that already."""
    if shard is None or approval.selection.shard is not None:
        return approval
    return replace(
        approval,
        selection=replace(approval.selection, shard=shard),
        changes={where: each for where, each in approval.changes.items() if shard.owns(where)},
        withheld=frozenset(filter(shard.owns, approval.withheld)),
    )


def share_of_record(record: Record, shard: Shard | None) -> Record:
    """Leave out what is in doubt of other shares: who does those settles it."""
    if shard is None:
        return record
    unsettled = {where: each for where, each in record.unsettled.items() if shard.owns(where)}
    return replace(record, unsettled=unsettled)
