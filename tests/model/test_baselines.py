"""Baselines at rest: what was kept last comes back."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.baselines import Baselines
from reconciler.model.record import Baseline

times = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - it takes no other
baselines = st.builds(Baseline, st.none() | times, st.none() | times, times)


@given(st.lists(st.dictionaries(st.sampled_from(["1", "2", "3"]), baselines)))
def test_the_last_of_each_order_is_what_it_is(groups):
    found = Baselines()
    plain: dict[str, Baseline] = {}
    for group in groups:
        found.keep(group)
        plain |= group
    assert dict(found) == plain
    assert list(found) == list(plain)
    assert [order in found for order in ("1", "2", "3")] == [order in plain for order in ("1", "2", "3")]
