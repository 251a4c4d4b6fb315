"""What is left out of many orders is told whichever side is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.fewer import Fewer


@given(st.lists(st.booleans(), max_size=30))
def test_each_order_is_left_out_or_not(outs):
    fewer = Fewer()
    for order, out in enumerate(outs):
        fewer.add(str(order), out=out)
    assert [str(order) in fewer for order in range(len(outs))] == outs
    assert fewer.count == sum(outs)
    assert "1" in Fewer.of({"1"})
    assert "2" not in Fewer.of({"1"})


@pytest.mark.parametrize("rare", [True, False])
@pytest.mark.parametrize("first", [0, 50_000])
def test_the_ids_of_the_many_are_not_kept(rare, first):
    fewer = Fewer()
    some = {str(order) for order in range(first, first + 9_000)}
    for order in range(60_000):
        fewer.add(str(order), out=(str(order) in some) == rare)
    assert fewer.held <= 30_000
    for each in ("0", "8999", "50000", "58999", "59999"):
        assert (each in fewer) == ((each in some) == rare)
