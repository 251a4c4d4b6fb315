"""A watched market names the switches that were asked; those called documented are switches."""

from reconciler.sandbox import SWITCHES, market_app
from reconciler.sandbox.documented import DOCUMENTED
from reconciler.sandbox.watched import Watched
from reconciler.wire import Repeat, Wire


def test_only_documented_switches_are_called_so():
    assert {switch.name for switch in SWITCHES} > DOCUMENTED


def test_a_switch_that_nobody_looked_at_is_not_named_and_behaves_all_the_same():
    market = Watched(":memory:", switches={"A9": "shown"})
    assert market.asked == set()
    with Wire.in_process(market_app(market)) as wire:
        wire.post("/api/v1.1/market/orders/list", b"{}", repeat=Repeat.READ)
        assert "end_of_list" in market.asked
        assert "line_status" not in market.asked  # there is no line
        market.put(
            {
                "external_id": "1",
                "endpoint": "site",
                "status": "new",
                "total_price": "1",
                "currency": "RUB",
                "lines": [{"external_id": "l1", "product": "lamp"}],
            }
        )
        answer = wire.post("/api/v1.1/market/orders/list", b"{}", repeat=Repeat.READ)
    assert "line_status" in market.asked
    assert b'"status": "new", "product"' in answer.body or b'"status":"new","product"' in answer.body
    assert "reimport" not in market.asked
    market.close()
