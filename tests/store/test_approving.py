"""What was approved comes back from any database as it was kept, and what cannot be understood is told."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from reconciler.model.address import order_line
from reconciler.model.approval import Approval, Reviewed, to_json
from reconciler.model.plan import Selection, TargetName
from reconciler.store import RunFacts, WritableStore
from reconciler.store.approving import AT_ONCE, understood

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
MOVE = Reviewed("update", (("status", "new", "delivered"),), permanent=False, triggers=True)
ODD = Reviewed("update", (("status", "\ud800", "a/b\x00"),), permanent=False, triggers=False)


def approval(count: int) -> Approval:
    changes = {order_line(f"№{number}", "l/1"): MOVE if number % 3 else ODD for number in range(count)}
    return Approval(
        digest="d",
        created_at=AT,
        target=TargetName("shop", "http://h", "acme"),
        selection=Selection(),
        inputs="i",
        changes=changes,
    )


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1])
def test_what_was_approved_comes_back_as_it_was_kept(store: WritableStore, count: int):
    run = store.begin(target="shop", command="apply", facts=RunFacts(), approval=approval(count)).run
    assert store.left() == (run, approval(count))


def test_one_that_an_older_program_kept_is_read_too():
    assert understood(json.dumps(to_json(approval(3)))) == approval(3)


@pytest.mark.parametrize("packed", ["?", b64encode(b"nothing that was packed").decode("ascii")])
def test_one_that_cannot_be_unpacked_is_no_approval(packed: str):
    with pytest.raises(ValueError, match=r"."):
        understood(json.dumps({"packed": packed}))
