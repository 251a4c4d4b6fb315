"""Every bar's command is understood, and measures that bar alone; nothing is timed."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path

import pytest

from bench import apply, octodns, sizes
from bench.__main__ import COMMANDS, main, measured, read
from bench.bar import Reading
from bench.bars import BARS, BY_KEY, count, missing, ratio
from bench.samples import Sample
from bench.suite import WHOLE, commands
from bench.table import Result
from bench.words import Unasked

PREFIX = "python -m bench "
ONE = {
    "1": "yaml --lines 100000 --against ruamel-rt",
    "2": "yaml --lines 100000 --against c-events",
    "3": "yaml --lines 100000 --against pyyaml-c --memory",
    "4": "yaml-lines --faults 1000",
    "5": "plan --lines 100000 --against octodns",
    "6": "plan --lines 10000 --against octodns",
    "7": "plan --lines 100000 --changes 0.01 --against noop",
    "8": "plan --source jsonl --lines 100000 --against octodns",
    "9": "plan --lines 100000 --against octodns-1zone --memory",
    "10": "plan --scale 10000,100000,1000000",
    "11": "plan --source jsonl --lines 1000000 --memory",
    "12": "spill --lines 1000000,3000000 --shuffle",
    "13": "paging --pages 334 --latency 0.05 --inflight 8",
    "14": "apply --ops 10000 --latency 0.02 --concurrency 32",
    "15": "apply --ops 10000 --latency 0.02 --concurrency 32",
    "16": "apply --ops 10000 --latency 0.1 --concurrency 64",
    "17": "apply --ops 10000 --latency 0.02 --concurrency 128 --transport pyreqwest",
    "18": "apply --cpu --against httpx-async",
    "19": "apply --ops 10000 --latency 0.02 --journal on,off",
    "20": "apply --ops 5000,40000 --latency 0 --memory",
    "21": "kill --times 50",
    "22": "resume --ops 100000",
    "23": "diff --lines 100000",
    "24": "startup",
    "25": "startup --against octodns,ansible",
    "27": "export --lines 10000",
    "28": "invalid --lines 100000",
}
"""The words of each bar after `python -m bench`; 26 is a line of shell."""


def _read(words: str) -> Namespace:
    return read([*words.split(), "--json"])


@pytest.mark.parametrize(("number", "words"), ONE.items())
def test_the_command_of_every_bar_is_understood_and_is_the_one_that_is_told(number, words):
    chosen = _read(words)

    assert chosen.measure is import_module(f"bench.{words.split()[0].replace('-', '_')}").measure
    assert chosen.json
    assert not chosen.lenient
    assert {each.command for each in BARS if each.key.rstrip("ab") == number} == {PREFIX + words}


def test_the_only_bar_whose_command_is_a_line_of_shell_is_shown_by_that_line():
    (line,) = (each.command for each in BARS if each.key.rstrip("ab") not in ONE)
    on_path = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    done = subprocess.run(line, shell=True, env=on_path, capture_output=True, text=True, check=False)  # noqa: S602

    assert done.stdout == "0\n"


SAMPLE = Sample(1.0, 1.0, 2**20)
MADE_UP = {
    octodns: lambda chosen: octodns.bars_of(
        dict.fromkeys([*octodns.worlds_of(chosen), *octodns.zones_of(chosen)], SAMPLE), chosen, ""
    ),
    sizes: lambda chosen: sizes.bars_of(dict.fromkeys(sizes.sizes_of(chosen), SAMPLE)),
    apply: lambda chosen: apply.bars_of(
        dict.fromkeys(apply.ways_of(chosen), apply.Taken(1.0, 1.0)),
        Namespace(**{**vars(chosen), "ops": chosen.ops[0]}),
        apply.against_of(chosen),
    ),
}
"""What each would say of made-up figures for all that it measures."""


@pytest.mark.parametrize(
    ("words", "by", "keys"),
    [
        (ONE["5"], octodns, ["5"]),
        (ONE["6"], octodns, ["6"]),
        (ONE["7"], octodns, ["7"]),
        (ONE["8"], octodns, ["8"]),
        (ONE["9"], octodns, ["9"]),
        (ONE["10"], sizes, ["10a", "10b", "11"]),
        (ONE["11"], sizes, ["11"]),
        (ONE["14"], apply, ["14", "15"]),
        (ONE["16"], apply, ["16"]),
        (ONE["17"], apply, ["17"]),
        (ONE["18"], apply, ["18"]),
        (ONE["19"], apply, ["19"]),
        *((words, octodns, keys) for words, keys in WHOLE.items() if " --against octodns" in words),
        *((words, apply, keys) for words, keys in WHOLE.items() if words.startswith("apply --ops 10000")),
    ],
)
def test_a_command_measures_the_bars_that_it_is_for_and_all_of_them_whole(words, by, keys):
    chosen = _read(words)
    chosen.measure = lambda chosen: Result("it", {}, (), bars=tuple(MADE_UP[by](chosen)))

    found = measured(chosen).bars

    assert sorted(each.bar.key for each in found) == sorted(keys)
    assert all(each.whole for each in found)


@pytest.mark.parametrize(
    ("words", "peers"),
    [
        (ONE["5"], [octodns.MANY]),
        (ONE["7"], []),
        (ONE["9"], [octodns.ONE, octodns.MANY]),
    ],
)
def test_only_the_peer_that_is_named_is_asked(words, peers):
    assert list(octodns.zones_of(_read(words))) == peers


def test_bars_of_a_peer_that_is_not_there_say_so_and_the_others_are_told():
    chosen = _read("plan --lines 100000 --source yaml,jsonl --against octodns,noop,octodns-1zone")
    found = dict.fromkeys(octodns.worlds_of(chosen), SAMPLE)

    told = {each.bar.key: each for each in octodns.bars_of(found, chosen, "no network")}

    assert {key for key, each in told.items() if each.figure is None} == {"5", "8", "9"}
    assert told["5"].note == "no network"
    assert told["7"].figure == 1


def test_a_transport_that_there_is_not_is_said_to_be_measured_by_the_one_there_is():
    (bar,) = MADE_UP[apply](_read(ONE["17"]))

    assert bar.note == "there is no extra transport: measured with the built-in one"


@pytest.mark.parametrize(
    "words",
    [
        "plan --source jsonl",
        "plan --source jsonl --against noop",
        "plan --source yaml,jsonl --memory",
        "apply --ops 1,2",
        "apply --ops 1 --memory",
    ],
)
def test_words_that_ask_for_nothing_that_is_measured_are_refused_before_anything_runs(words):
    with pytest.raises(Unasked):
        measured(_read(words))


@pytest.mark.parametrize(
    "words",
    [
        "yaml --against nothing",
        "startup --against nothing",
        "plan --against octodns --scale 1,2",
        "plan --scale 1,x",
        "plan --scale 0",
        "apply --cpu --memory",
        "apply --transport carrier-pigeon",
        "places",
    ],
)
def test_words_that_nobody_knows_end_with_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        read(words.split())

    assert ended.value.code == 2
    assert "usage: python -m bench" in capsys.readouterr().err


@pytest.mark.parametrize("quick", [False, True])
def test_every_command_of_the_suite_is_understood(quick):
    assert {read(each.split()).measure for each in commands(quick=quick)}
    assert {each.split()[0] for each in commands(quick=quick)} <= set(COMMANDS)


def test_the_suite_shows_each_bar_once():
    keys = [key for keys in WHOLE.values() for key in keys]

    assert sorted(keys) == sorted(BY_KEY)


@pytest.mark.parametrize(
    ("bars", "code"),
    [
        ((), 0),
        ((ratio("1", 6, 100),), 1),
        ((ratio("1", 3, 100), ratio("2", 6, 1)), 1),
        ((ratio("1", 5, 100),), 0),
        ((ratio("1", 6, 100, whole=False),), 0),
        ((missing("1", "no network"),), 0),
        ((missing("13", "no such cursor", built=False),), 0),
        ((count("4", 1, whole=False),), 1),
    ],
)
def test_the_exit_code_is_1_when_a_bar_is_over_that_was_measured_whole(bars: tuple[Reading, ...], code):
    assert Result("it", {}, (), bars=bars).exit_code == code


def test_too_few_runs_make_no_median_and_are_not_judged():
    over = Result("it", {}, (), bars=(ratio("24", 6, 1), count("26", 1)))

    assert [each.verdict for each in over.unjudged().bars] == ["too small to judge", "over"]
    assert [each.bar.key for each in over.only("faults").bars] == ["26"]


def test_what_is_printed_with_json_is_one_document_with_both_sides_figure_bar_and_verdict(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["yaml-lines", "--faults", "5", "--json"])

    (bar,) = json.loads(capsys.readouterr().out)["bars"]
    assert {"ours", "theirs", "figure", "bar", "verdict"} <= set(bar)
    assert ended.value.code == 0
