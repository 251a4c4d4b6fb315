"""Approving: what a run was approved to send, kept so that what it left can be finished later.

A share of the work has approvals of its own: another share of the same division takes none of them away.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Text, cast, exists, func, insert, select, update

from reconciler.model.approval import Approval, frame, from_json, numbered
from reconciler.model.shard import Shard, excludes
from reconciler.store.scope import Scope
from reconciler.store.tables import approvals, runs, writes
from reconciler.store.values import written

AT_ONCE: Final = 1_000
"""How many changes are put into words together."""


def keep(connection: Connection, scope: Scope, run: int, approval: Approval) -> None:
    """Keep what a run may send; older approvals of the same work that are still open give way to it."""
    older = [number for number, shard in _open(connection, scope) if excludes(shard, scope.shard)]
    connection.execute(
        update(approvals).where(approvals.c.run.in_(older)).values(closed=f"run {run} was approved anew")
    )
    row = {
        "run": run,
        "account": scope.account,
        "shard": _key(scope.shard),
        "digest": approval.digest,
        "body": _written(approval),
    }
    connection.execute(insert(approvals), row)  # not as a part of the statement, which is kept


def used(connection: Connection, scope: Scope, digest: str, created_at: datetime) -> int | None:
    """Tell in which run a plan was used, for the same work: one that put a write on record.

    Two plans of the same world have the same digest, so the moment at which it was drawn counts too.
    """
    wrote = exists(
        select(writes.c.number).where(writes.c.run == approvals.c.run, writes.c.intended_at.is_not(None))
    )
    rows = connection.execute(
        select(approvals.c.run, approvals.c.shard, approvals.c.body).where(
            approvals.c.account == scope.account, approvals.c.digest == digest, wrote
        )
    )
    moment = created_at.isoformat()
    return next(
        (
            row.run
            for row in rows
            if row.body["created_at"] == moment and excludes(_shard(row.shard), scope.shard)
        ),
        None,
    )


def left(connection: Connection, scope: Scope) -> int | None:
    """Give the run whose approval is still open.

    For a share only its own counts. For everything the first share goes before the others, for they may need
    what it says.
    """
    found = _open(connection, scope)
    if scope.shard is not None:
        found = [each for each in found if each[1] == scope.shard]
    if not found:
        return None
    run, _ = min(found, key=lambda each: (each[1].number if each[1] is not None else 0, -each[0]))
    return run


def body(connection: Connection, account: str, run: int) -> str:
    """Give what a run was approved to send, as the text that is kept; raises KeyError where nothing was."""
    found: str | None = connection.scalar(
        select(cast(approvals.c.body, Text)).where(approvals.c.account == account, approvals.c.run == run)
    )
    if found is None:
        raise KeyError(f"what run {run} was approved to send")
    return found


def of_run(connection: Connection, account: str, run: int) -> int | None:
    """Give the run itself where it was approved to send something, else the last before it that was."""
    shard = connection.scalar(select(runs.c.shard).where(runs.c.id == run))
    chosen = select(func.max(approvals.c.run)).where(approvals.c.account == account, approvals.c.run <= run)
    if shard:
        chosen = chosen.where(approvals.c.shard == shard)
    found: int | None = connection.scalar(chosen)
    return found


def close(connection: Connection, account: str, run: int, reason: str) -> bool:
    """Let nothing more be sent under an approval; tells whether it was open."""
    found = connection.execute(
        update(approvals)
        .where(approvals.c.account == account, approvals.c.run == run, approvals.c.closed.is_(None))
        .values(closed=reason)
    )
    return bool(found.rowcount)


def _written(approval: Approval) -> dict[str, Any]:
    """Give an approval as JSON data, its changes packed.

    A row of many megabytes would be held in memory several times, whenever it is closed once more.
    """
    changes, worded = numbered(approval)
    press, pieces, before = zlib.compressobj(), [], "{"
    while some := dict(islice(changes, AT_ONCE)):
        pieces.append(press.compress(f"{before}{written(some)[1:-1]}".encode()))
        before = ","
    pieces += [press.compress(b"}" if before == "," else b"{}"), press.flush()]
    return {**frame(approval), "wordings": worded, "packed": b64encode(b"".join(pieces)).decode("ascii")}


def understood(body: str) -> Approval:
    """Read an approval from its text; raises KeyError, TypeError or ValueError for what is none.

    In those of older programs the changes are not packed.
    """
    data = json.loads(body)
    if "packed" in data:
        try:
            data["changes"] = json.loads(zlib.decompress(b64decode(data["packed"])))
        except zlib.error as fault:
            raise ValueError(f"an approval that cannot be unpacked: {fault}") from None
    return from_json(data)


def _open(connection: Connection, scope: Scope) -> list[tuple[int, Shard | None]]:
    rows = connection.execute(
        select(approvals.c.run, approvals.c.shard).where(
            approvals.c.account == scope.account, approvals.c.closed.is_(None)
        )
    )
    return [(run, _shard(key)) for run, key in rows]


def _key(shard: Shard | None) -> str:
    return "" if shard is None else str(shard)


def _shard(key: str) -> Shard | None:
    return Shard.parse(key) if key else None
