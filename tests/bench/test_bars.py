"""The table of bars and what is made of it: values only, nothing is timed."""

import json
from dataclasses import asdict

import pytest

from bench.all import reading_of
from bench.bar import Reading, Verdict
from bench.bars import BARS, BY_KEY, count, missing, ratio
from bench.page import BEGIN, END, PAGE, rewritten
from bench.table import Result, as_data, as_json, as_text


def test_each_number_from_1_to_28_has_its_bar_in_order():
    numbers = [int(each.key.rstrip("ab")) for each in BARS]

    assert list(dict.fromkeys(numbers)) == list(range(1, 29))
    assert numbers == sorted(numbers)
    assert len(BY_KEY) == len(BARS)


def test_no_stretch_is_easier_than_its_bar():
    assert not [each for each in BARS if each.stretch is not None and each.stretch >= each.must]


@pytest.mark.parametrize(
    ("reading", "verdict"),
    [
        (ratio("1", 3, 100), Verdict.STRETCH),
        (ratio("1", 5, 100), Verdict.REACHED),
        (ratio("1", 6, 100), Verdict.OVER),
        (ratio("1", 6, 100, whole=False), Verdict.SMALL),
        (ratio("1", 6, 0), Verdict.NOT_MEASURED),
        (count("4", 0), Verdict.REACHED),
        (count("4", 1), Verdict.OVER),
        (count("4", 1, whole=False), Verdict.OVER),
        (count("4", 0, whole=False), Verdict.SMALL),
        (missing("12a", "why"), Verdict.NOT_MEASURED),
        (missing("12a", "why", built=False), Verdict.NOT_BUILT),
    ],
)
def test_a_figure_is_held_to_its_bar(reading: Reading, verdict):
    assert reading.verdict is verdict
    assert reading.told.startswith(f"bar {reading.bar.key}: ")
    assert str(verdict) in reading.told


def test_a_reading_survives_its_way_through_a_file():
    for reading in (ratio("1", 3, 100, note="so"), count("4", 1), missing("27", "no network")):
        assert reading_of(json.loads(json.dumps(as_data(reading)))) == reading


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize("rows", [[], [{"run": "a", "s": 1.0}]])
def test_a_result_is_over_when_one_of_its_bars_is(over, rows):
    result = Result("it", {"lines": 1}, rows, bars=(ratio("1", 6 if over else 3, 100), missing("3", "why")))

    assert result.is_over is over
    assert json.loads(as_json(result))["bars"][0]["bar"] == asdict(BY_KEY["1"])
    assert ("over" in as_text(result)) is over


FOUND = {
    "taken": "2026-01-02 03:04 UTC",
    "commit": "0123456789ab",
    "minutes": 17.5,
    "machine": {"processor": "a", "cores": 2, "memory": 8, "kernel": "k", "python": "p", "load": 0.1},
    "versions": {"httpx": "1"},
    "bars": [as_data(ratio("1", 3, 100, note="so it is")), as_data(count("4", 1))],
}


def test_the_page_shows_every_bar_also_those_without_a_figure():
    page = rewritten(f"before\n{BEGIN}old\n{END}after\n", FOUND)

    assert page.startswith("before\n")
    assert page.endswith("after\n")
    assert "old" not in page
    assert page.count("\n| ") == len(BARS) + 1
    assert "- Bar 1: so it is." in page
    assert "| 4 | faults named at another place |" in page
    assert "| 1 wrong | 0 |  | **no** |" in page
    assert rewritten(page, FOUND) == page


def test_the_documentation_has_room_for_the_results():
    text = PAGE.read_text("utf-8")

    assert text.index(BEGIN) < text.index(END)
