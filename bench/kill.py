"""Applies that are killed (SIGKILL) and resumed: how many survive, and whether anything was said twice.

Half of the kills hit the boundary of a request: when it arrives, when it is carried out, when it is answered;
the others come a random time after the arrival of a random one. After each the run is resumed, what is lost
is settled, and every line and definition is held against the plan and against what the market saw. The same
kills as in the tests, only more.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from time import perf_counter

from bench.bar import Reading
from bench.bars import count
from bench.table import Result, Row
from tests.cli.kills import LINES, Kill, Told, boundaries, in_between, survive


def arguments(parser: ArgumentParser) -> None:
    """Add this measurement's options."""
    parser.add_argument("--times", type=int, default=100, help="how many kills")
    parser.add_argument("--seed", type=int, default=0, help="of the random moments")


def measure(chosen: Namespace) -> Result:
    """Kill, resume and look."""
    began = perf_counter()
    half = chosen.times // 2
    kills = {
        "at the boundary of a request": boundaries(half),
        "in between": in_between(chosen.times - half, chosen.seed),
    }
    told = {name: [_survived(kill) for kill in each] for name, each in kills.items()}
    every = [each for group in told.values() for each in group]
    wrong = [f"{each.kill}: {said}" for each in every for said in each.wrong]
    rows = [_row(name, each) for name, each in {**told, "all": every}.items()]
    notes = {"seconds": perf_counter() - began, **({"wrong": "; ".join(wrong)} if wrong else {})}
    settings = {"times": chosen.times, "lines each": LINES, "seed": chosen.seed}
    return Result("kill", settings, rows, notes, tuple(_bars(every)))


def _bars(every: Sequence[Told]) -> Iterator[Reading]:
    """What is wrong after a resume is an outcome lost or misnamed; each is counted, whatever it was."""
    killed = sum(each.killed for each in every)
    note, whole = f"{killed} killed", len(every) >= 50
    twice = sum(times > 1 for each in every for times in each.fired.values())
    yield count("21a", sum(len(each.wrong) for each in every), note=note, whole=whole)
    yield count("21b", twice, note=note, whole=whole)


def _survived(kill: Kill) -> Told:
    told = survive(kill)
    sys.stderr.write("x" if told.wrong else ".")
    sys.stderr.flush()
    return told


def _row(name: str, told: Sequence[Told]) -> Row:
    """Sum up. A kill that came after the run had ended kills nobody; its lines are checked all the same."""
    killed = [each for each in told if each.killed]
    return {
        "moment": name,
        "kills": len(killed),
        "survived": sum(not each.wrong for each in killed),
        "lines checked": len(told) * LINES,
        "called lost": sum(len(each.lost) for each in told),
        "settled as likely": sum(each.assumed for each in told),
        "lines sent twice": sum(times > 1 for each in told for times in each.fired.values()),
        "wrong": sum(bool(each.wrong) for each in told),
    }
