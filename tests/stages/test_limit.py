"""What is too much for one plan."""

from datetime import UTC, datetime

import pytest

from reconciler.model import address
from reconciler.model.change import Ensure, UpdateLine, Why, Withhold
from reconciler.model.evidence import Evidence
from reconciler.model.observation import World
from reconciler.model.plan import Kept, Plan, TargetName
from reconciler.model.rules import Limits, Rules
from reconciler.stages.limit import limit
from tests.stages.sides import HERE, a_status, wish

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def update(number=0, evidence=Evidence.OBSERVED):
    wanted = wish(order=f"o{number}")
    return UpdateLine(address=wanted.address, evidence=evidence, reason="", origin=HERE, wanted=wanted)


def ensure(*, permanent=True):
    wanted = a_status()
    return Ensure(
        address=wanted.address,
        evidence=Evidence.UNKNOWN,
        reason="",
        origin=HERE,
        wanted=wanted,
        permanent=permanent,
    )


def plan(*steps, withheld=(), kept=None):
    return Plan(
        target=TargetName("t", "u", "a"),
        created_at=AT,
        steps=steps,
        withheld=withheld,
        kept=kept or Kept(),
    )


def breaches(drawn, world=World(), **rules):  # noqa: B008 - frozen
    return [each.summary for each in limit(drawn, world, Rules(**rules))]


def test_permanent_definitions_are_limited_and_known_ones_do_not_count():
    few = Limits(max_permanent_creates=1)
    assert breaches(plan(ensure()), limits=few) == []
    assert len(breaches(plan(ensure(), ensure()), limits=few)) == 1
    assert breaches(plan(ensure(), ensure(permanent=False)), limits=few) == []


def test_line_changes_are_limited():
    assert breaches(plan(update(1)), limits=Limits(max_line_changes=1)) == []
    (said,) = breaches(plan(update(1), update(2)), limits=Limits(max_line_changes=1))
    assert said.startswith("2 line changes")


@pytest.mark.parametrize(
    ("seen", "changed", "whole", "listed", "refused"),
    [
        (10, 3, True, True, False),
        (10, 4, True, True, True),
        (9, 9, True, True, False),
        (10, 4, False, True, False),
        (10, 4, True, False, False),
    ],
)
def test_the_share_of_changed_orders_counts_when_the_whole_list_shows_ten_or_more(
    seen, changed, whole, listed, refused
):
    world = World(whole=whole, seen=seen, listed=listed)
    assert bool(breaches(plan(*map(update, range(changed))), world)) is refused
    assert not breaches(plan(*map(update, range(changed))), world, limits=Limits(max_order_share=None))


def test_evidence_may_be_required_of_what_changes_what_is_withheld_and_what_is_kept():
    assert breaches(plan(update()), require_evidence=Evidence.OBSERVED) == []
    weak = update(evidence=Evidence.STALE)
    (said,) = breaches(plan(weak), require_evidence=Evidence.RECORDED)
    assert "1 items are known by less than recorded, such as order_line/o0/l1 (stale)" in said
    recorded = Kept({Evidence.OBSERVED: 3, Evidence.RECORDED: 2})
    assert breaches(plan(kept=recorded), require_evidence=Evidence.RECORDED) == []
    assert breaches(plan(kept=recorded), require_evidence=Evidence.OBSERVED) != []
    withheld = Withhold(
        address=address.order("o"), evidence=Evidence.UNKNOWN, reason="", origin=HERE, why=Why.IMPOSSIBLE
    )
    assert breaches(plan(withheld=(withheld,)), require_evidence=Evidence.RECORDED) != []
