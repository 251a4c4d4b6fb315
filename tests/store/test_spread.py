"""Rows that travel together arrive as they left, and rows of one key in the order in which they came."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from reconciler.store import StoreError, WritableStore
from reconciler.store.spread import delete_keys, in_rounds, insert_rows, put_rows
from reconciler.store.tables import baselines

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
IDS = ["1234000", "", "Заказ", "'); DROP TABLE runs; --", '{"a": [1]}', "a\nb", "null", "\\u0000"]
COUNTS = [0, 1, 2, 3, 63, 64, 65, 129]
"""Around the sizes in which rows are handed over."""


@given(st.lists(st.tuples(st.integers(0, 5), st.integers())))
def test_no_round_holds_a_key_twice_and_none_overtakes_another_of_its_key(pairs: list[tuple[int, int]]):
    rows = [{"key": key, "value": value} for key, value in pairs]
    rounds = list(in_rounds(rows, "key"))
    for each in rounds:
        assert len({row["key"] for row in each}) == len(each) > 0
    for key in range(6):
        told = [row["value"] for each in rounds for row in each if row["key"] == key]
        assert told == [value for known, value in pairs if known == key]


def made(count: int) -> list[dict[str, object]]:
    return [
        {
            "account": "acme",
            "order_id": IDS[number] if number < len(IDS) else str(number),
            "seen": None if number % 2 else AT,
            "before": AT,
            "written": AT,
            "run": -number,
        }
        for number in range(count)
    ]


def held(connection: Connection) -> list[dict[str, object]]:
    rows = connection.execute(select(baselines).order_by(baselines.c.run.desc()))
    return [dict(row) for row in rows.mappings()]


@pytest.mark.parametrize("count", COUNTS)
def test_rows_arrive_as_they_left_however_many(store: WritableStore, count: int):
    def deed(connection: Connection):
        insert_rows(connection, baselines, made(count))
        return held(connection)

    assert store._committer.do(deed) == made(count)  # noqa: SLF001  the store hands out no connection


def test_of_rows_that_are_not_ours_none_is_replaced_and_that_is_told(store: WritableStore):
    ours = baselines.c.run > -2

    def deed(connection: Connection):
        insert_rows(connection, baselines, made(3))
        newer = [{**row, "seen": None} for row in made(4)]
        assert put_rows(connection, baselines, newer[:2], ours)
        assert not put_rows(connection, baselines, newer, ours)
        return [row["seen"] for row in held(connection)]

    assert store._committer.do(deed) == [None, None, AT, None]  # noqa: SLF001


@pytest.mark.parametrize("count", COUNTS)
def test_only_what_is_named_is_deleted(store: WritableStore, count: int):
    def deed(connection: Connection):
        rows = made(200)
        insert_rows(connection, baselines, rows)
        named = [str(row["order_id"]) for row in rows[:count]]
        delete_keys(connection, baselines.c.order_id, named, baselines.c.account == "acme")
        return connection.scalar(select(func.count()).select_from(baselines))

    assert store._committer.do(deed) == 200 - count  # noqa: SLF001


@pytest.mark.parametrize("value", [object(), "\ud800"])
def test_a_value_that_no_database_takes_is_a_fault_in_our_words(store: WritableStore, value: object):
    rows = [*made(1), {**made(2)[1], "order_id": value}]
    with pytest.raises(StoreError):
        store._committer.do(lambda connection: insert_rows(connection, baselines, rows))  # noqa: SLF001
    assert store._committer.do(held) == []  # noqa: SLF001
