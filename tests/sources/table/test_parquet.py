"""Parquet files as pyarrow writes them: what is in their columns is taken, what cannot be is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.cli.shop import Shop, corrections

SOURCE = corrections("parquet")


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock_for_a_table()
    shop.declare(SOURCE)
    return shop


def table(shop: Shop, name: str = "corrections.parquet", **columns: Any) -> Path:
    path = shop.root / "data" / name
    path.parent.mkdir(exist_ok=True)
    parquet.write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_rows_are_counted_from_one_and_applied_once(stocked: Shop):
    table(
        stocked,
        order_id=["1", "00012", "2"],
        line_id=["l1", "l2", "l1"],
        status=["delivered", "canceled", "delivered"],
        extra=[1.5, None, 2.5],
    )
    changes = {each["address"]: each["origin"] for each in stocked.plan("-o", "json").json["changes"]}
    assert changes["order_line/1/l1"] == {"file": "data/corrections.parquet", "line": 1, "column": 0}
    assert changes["order_line/2/l1"]["line"] == 3
    assert stocked.apply().code == 0
    assert sorted(stocked.updates()) == [
        ("00012", "l2", "canceled"),
        ("1", "l1", "delivered"),
        ("2", "l1", "delivered"),
    ]
    assert stocked.apply().code == 0
    assert len(stocked.updates()) == 3


@pytest.mark.parametrize(
    "orders",
    [
        pa.array([1, 2], pa.int64()),
        pa.array(["1", "2"], pa.large_string()),
        pa.array(["1", "2"]).dictionary_encode(),
    ],
    ids=["int64", "large", "dictionary"],
)
def test_ids_may_be_whole_numbers_or_any_text(stocked: Shop, orders: pa.Array):
    table(
        stocked, order_id=orders, line_id=["l1", "l1"], status=pa.array(["delivered"] * 2).dictionary_encode()
    )
    assert stocked.apply().code == 0
    assert sorted(stocked.updates()) == [("1", "l1", "delivered"), ("2", "l1", "delivered")]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"order_id": [1.0, 2.0]}, 'the column "order_id" holds double, and no ids'),
        ({"line_id": [True, False]}, 'the column "line_id" holds bool, and no ids'),
        ({"order_id": [["1"], ["2"]]}, "and no ids"),
        ({"order_id": [None, "1"]}, "data/corrections.parquet:1: error: the order id is empty"),
        ({"status": ["delivered", "deliverd"]}, 'corrections.parquet:2: error: the line status "deliverd"'),
        ({"status": [1, 2]}, "the status is 1 and no text"),
        ({"statsu": ["delivered"] * 2, "status": None}, 'there is no column "status"'),
    ],
)
def test_what_cannot_be_meant_is_named_and_nothing_is_sent(stocked: Shop, columns: dict[str, Any], said: str):
    usual = {"order_id": ["1", "2"], "line_id": ["l1", "l2"], "status": ["delivered"] * 2}
    every = {name: values for name, values in {**usual, **columns}.items() if values is not None}
    table(stocked, **every)
    ended = stocked.apply()
    assert ended.code == 4
    assert said in ended.err
    assert stocked.writes() == 0


@pytest.mark.parametrize("cut", [0, 3, 40, -1], ids=["empty", "a word", "the middle", "the end"])
def test_a_file_that_is_cut_is_no_parquet(stocked: Shop, cut: int):
    path = table(stocked, order_id=["1"], line_id=["l1"], status=["delivered"])
    path.write_bytes(path.read_bytes()[:cut])
    ended = stocked.run("validate")
    assert ended.code == 4
    assert "it is no whole Parquet file" in ended.out + ended.err


def test_a_changed_byte_is_an_answer_and_no_crash(stocked: Shop):
    path = table(stocked, order_id=["1"] * 9, line_id=["l1"] * 9, status=["delivered"] * 9)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        assert stocked.run("validate").code in {0, 4}


def test_nothing_of_it_is_loaded_for_any_other_table(stocked: Shop):
    stocked.declare(SOURCE.replace("corrections.parquet", "corrections.csv"))
    (stocked.root / "data").mkdir()
    (stocked.root / "data" / "corrections.csv").write_text("order_id,line_id,status\n1,l1,delivered\n")
    script = "import sys; from reconciler.cli import run; run(['validate']); print('pyarrow' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=stocked.root, capture_output=True, text=True, check=True
    )
    assert ended.stdout.splitlines()[-1] == "False"


def test_without_pyarrow_it_says_what_to_install(stocked: Shop):
    table(stocked, order_id=["1"], line_id=["l1"], status=["delivered"])
    script = (
        "import sys\nsys.modules['pyarrow'] = None\n"
        "from reconciler.cli import run\nsys.exit(run(['validate']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=stocked.root, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 4
    assert "reading Parquet needs pyarrow" in ended.stdout
    assert "pip install 'reconciler[parquet]'" in ended.stdout
