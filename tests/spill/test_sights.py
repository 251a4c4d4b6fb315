"""Sights on disk read as those in memory do, whatever was seen and foreseen."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.manifest import Manifests
from reconciler.model.observation import LiveOrder
from reconciler.model.sightings import Sightings, Sights
from reconciler.model.size import LEAST_LIMIT
from reconciler.spill import disk
from tests.model.test_sightings import IDS, LIVE

DEEDS = st.lists(
    st.tuples(st.sampled_from(["see", "again"]), LIVE)
    | st.tuples(st.sampled_from(["doubt", "pass", "foresee"]), IDS)
    | st.tuples(st.just("foresee all"), st.just("")),
    max_size=12,
)


def do(sights: Sights, deed: str, about: LiveOrder | str) -> None:
    """Do one thing that a walk does."""
    if isinstance(about, LiveOrder):
        (sights.see if deed == "see" else sights.see_again)(about)
    elif deed == "doubt":
        sights.doubt(about, "two of them")
    elif deed == "pass":
        sights.pass_by(about)
    else:
        sights.foresee([about] if about else ["1", "2", "00012", "none"])


@given(DEEDS)
def test_sights_on_disk_read_as_those_in_memory(deeds):
    with TemporaryDirectory() as folder, disk(LEAST_LIMIT, Path(folder)) as room:
        near, far, another = Sightings(), room.sights(Manifests()), room.sights(Manifests())
        for deed, about in deeds:
            do(near, deed, about)
            do(far, deed, about)
            assert (len(near), near.passed) == (len(far), far.passed)
        assert list(near.items()) == list(far.items())
        assert [each in near for each in ("1", "2", "none")] == [each in far for each in ("1", "2", "none")]
        assert not another


@pytest.mark.parametrize("shapes", [1, 5000])
def test_more_orders_and_shapes_than_are_kept_together(tmp_path, shapes):
    with disk(LEAST_LIMIT, tmp_path) as room:
        near, far = Sightings(), room.sights(Manifests())
        for each in range(6000):
            live = LiveOrder(f"{each}", "site", "new", None, {f"l{each % shapes}": "new"})
            for sights in (near, far):
                sights.see_again(live)
                sights.pass_by(f"other-{each}")
        assert list(near.items()) == list(far.items())
        assert near.passed == far.passed == 6000


def test_what_nobody_has_seen_is_not_there(tmp_path):
    with disk(LEAST_LIMIT, tmp_path) as room, pytest.raises(KeyError):
        room.sights(Manifests())["1"]
