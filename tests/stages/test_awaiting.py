"""What needs a definition of another shard waits for it, within bounds, and after all that does not."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Event

import pytest

from reconciler.model.outcome import Done, Skipped
from reconciler.model.plan import Selection
from reconciler.model.rules import SendDefinitions
from reconciler.model.shard import Shard, share_of
from tests.laws.world import Shop, Time
from tests.stages.doubles import Before
from tests.stages.shops import LAVISH, a_line, an_order, shop, status

FIRST, SECOND = Shard(1, 2), Shard(2, 2)
MINE = [f"o{n}" for n in range(20) if share_of(f"o{n}", 2) == 2][:3]
REASON = "its need was not written in time by shard 1/2: line_status/packed"
SHOWN = {"line_status": "shown"}


@dataclass
class Visited(Time):
    """A clock at whose waits somebody else does something."""

    visits: dict[int, Callable[[], object]] = field(default_factory=dict)
    waits: int = 0

    def sleep(self, seconds: float) -> None:
        self.waits += 1
        deed = self.visits.pop(self.waits, None)
        super().sleep(seconds)
        if deed is not None:
            deed()


def stocked(opened: Shop, *, wanted: str = "packed") -> Visited:
    """A second shard of which one order wants what is to be declared, and the others do not."""
    opened.market.put_all([an_order(order, [a_line("l0")]) for order in MINE])
    opened.want(
        custom_line_statuses=[status("packed")],
        orders=[
            {"external_id": MINE[0], "line_status": wanted},
            *({"external_id": order, "line_status": "delivered"} for order in MINE[1:]),
        ],
    )
    opened.selection = Selection(shard=SECOND)
    opened.time = Visited()
    return opened.time


def of_first(opened: Shop) -> Callable[[], object]:
    """The first shard's run, in another process as it were."""
    return replace(opened, selection=Selection(shard=FIRST)).apply


def test_it_goes_last_and_is_sent_once_the_definition_is_on_record():
    with shop(SHOWN) as opened:
        time = stocked(opened)
        time.visits[3] = of_first(opened)
        through = Before()
        ran = opened.apply(through=through)
        assert [order for order, _, _ in through.lines][-1] == MINE[0]
        assert all(isinstance(each, Done) for each in ran.outcomes.values())
        assert time.waits >= 3
        assert opened.statuses()[MINE[0], "l0"] == "packed"


def test_what_is_on_record_by_then_is_not_waited_for():
    with shop(SHOWN) as opened:
        time = stocked(opened)
        drawn = opened.draw()
        of_first(opened)()
        waited = time.waits
        ran = opened.apply(drawn)
        assert isinstance(ran.fate(f"order_line/{MINE[0]}/l0"), Done)
        assert time.waits == waited


def test_it_is_skipped_when_the_definition_does_not_come_in_time():
    with shop(SHOWN) as opened:
        time = stocked(opened)
        began = time.now()
        ran = opened.apply()
        fate = ran.fate(f"order_line/{MINE[0]}/l0")
        assert isinstance(fate, Skipped)
        assert fate.reason == REASON
        assert all(isinstance(ran.fate(f"order_line/{order}/l0"), Done) for order in MINE[1:])
        assert 300 <= (time.now() - began).total_seconds() < 420


def test_a_definition_that_was_said_otherwise_is_waited_for_in_vain():
    with shop(SHOWN) as opened:
        time = stocked(opened)
        other = replace(opened, selection=Selection(shard=FIRST))
        other.want(custom_line_statuses=[status("packed", name="Of another commit")])
        time.visits[1] = other.apply
        fate = opened.apply().fate(f"order_line/{MINE[0]}/l0")
        assert isinstance(fate, Skipped)
        assert fate.reason == REASON


def test_a_run_that_is_stopped_while_it_waits_sends_nothing_more():
    stop = Event()
    with shop(SHOWN) as opened:
        time = stocked(opened)
        time.visits[2] = stop.set
        ran = opened.apply(stop=stop)
        fate = ran.fate(f"order_line/{MINE[0]}/l0")
        assert isinstance(fate, Skipped)
        assert "stopped" in fate.reason
        assert time.waits < 10


@pytest.mark.parametrize("comes", [True, False])
def test_an_import_waits_for_the_statuses_that_it_says_and_its_lines_with_it(comes: bool):
    order = an_order(MINE[0], [a_line("l0")])
    with shop(SHOWN) as opened:
        opened.market.put_all([order])
        opened.rules = replace(LAVISH, definitions=SendDefinitions.STANDALONE)
        wanted = {**order, "region": "east", "lines": [{**order["lines"][0], "status": "packed"}]}
        opened.want(custom_line_statuses=[status("packed")], orders=[wanted])
        opened.selection = Selection(shard=SECOND)
        opened.time = Visited(visits={2: of_first(opened)} if comes else {})
        ran = opened.apply()
        fates = [ran.fate(f"order/{MINE[0]}"), ran.fate(f"order_line/{MINE[0]}/l0")]
        if comes:
            assert all(isinstance(each, Done) for each in fates)
        else:
            assert [(type(each), each.reason) for each in fates] == [(Skipped, REASON)] * 2


def test_after_a_long_wait_what_is_left_is_observed_again():
    with shop(SHOWN) as opened:
        time = stocked(opened)

        def both() -> None:
            of_first(opened)()
            opened.market.touch(MINE[0], lines={"l0": "delivering"})

        time.visits[299] = both
        opened.rules = replace(LAVISH, recheck_after=200)
        ran = opened.apply()
        assert type(ran.fate(f"order_line/{MINE[0]}/l0")).__name__ == "Moved"
