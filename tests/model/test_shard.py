"""A share of the work: which order belongs to which, on every machine and in every version."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import custom_field, line_status, order, order_line
from reconciler.model.shard import MOST, Shard, excludes, share_of

IDS = st.text(st.characters(), min_size=1, max_size=20)
COUNTS = st.integers(1, 40)


@pytest.mark.parametrize(
    ("external_id", "count", "share"),
    [("1234000", 4, 4), ("1234001", 4, 3), ("1234002", 4, 2), ("Заказ 5", 7, 2), ("o/3%", 16, 11)],
)
def test_the_share_of_an_order_never_changes(external_id: str, count: int, share: int):
    assert share_of(external_id, count) == share


def test_another_process_with_another_hash_seed_finds_the_same_shares():
    program = "from reconciler.model.shard import share_of\nprint([share_of(str(n), 7) for n in range(99)])"
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{[share_of(str(each), 7) for each in range(99)]}\n".encode()}


@given(IDS, COUNTS)
def test_an_order_belongs_to_exactly_one_share_and_its_lines_with_it(external_id: str, count: int):
    owners = [number for number in range(1, count + 1) if Shard(number, count).owns(order(external_id))]
    assert owners == [share_of(external_id, count)]
    owner = Shard(owners[0], count)
    assert owner.owns(order_line(external_id, "l1"))
    assert owner.owns(order_line(external_id, "*"))


@given(COUNTS)
def test_definitions_belong_to_the_first_share(count: int):
    for where in (custom_field("order", "slot"), line_status("packed")):
        owners = [number for number in range(1, count + 1) if Shard(number, count).owns(where)]
        assert owners == [1]


def test_shares_are_about_as_large_as_each_other():
    counted = [0] * 8
    for each in range(80_000):
        counted[share_of(f"order-{each}", 8) - 1] += 1
    assert max(counted) - min(counted) < 500


@given(COUNTS.flatmap(lambda count: st.builds(Shard, st.integers(1, count), st.just(count))))
def test_a_share_is_read_back_from_its_text(shard: Shard):
    assert Shard.parse(str(shard)) == shard


@pytest.mark.parametrize(
    "text",
    ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", " 1/4", "01/4", "1/٤", f"1/{MOST + 1}", "1.0/4"],
)
def test_what_is_no_share_is_refused_saying_what_is_expected(text: str):
    with pytest.raises(ValueError, match="write K/N"):
        Shard.parse(text)


def test_two_runs_exclude_each_other_unless_they_are_different_shares_of_one_division():
    assert not excludes(Shard(1, 4), Shard(2, 4))
    assert excludes(Shard(1, 4), Shard(1, 4))
    assert excludes(Shard(1, 4), Shard(2, 3))
    assert excludes(Shard(1, 1), Shard(2, 3))
    assert excludes(None, Shard(2, 4))
    assert excludes(Shard(2, 4), None)
    assert excludes(None, None)
