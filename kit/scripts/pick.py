"""Pick one thing out of what a forge answered: JSON on stdin, the thing on stdout, else an empty line.

comment MARKER   the id of the first comment or note that holds the marker
issue TITLE      the number of the issue with this title
head             the last commit of the pull request that was merged
merge            the number of the merge request that was merged
run              the id of the first run
number           the number of the run that the report of an apply is about

Answers of several pages, or records alone, may come as one array or as one after another.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Record = Mapping[str, Any]


def records(text: str) -> Iterator[Record]:
    """Give the records of every page."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        page, at = decoder.raw_decode(text, at)
        yield from page if isinstance(page, list) else [page]
        at += len(text[at:]) - len(text[at:].lstrip())


def _comment(each: Record, marker: str) -> object:
    return each["id"] if marker in (each["body"] or "") else None


def _issue(each: Record, title: str) -> object:
    return each["number"] if each["title"] == title else None


def _head(each: Record, _: str) -> object:
    return each["head"]["sha"] if each["merged_at"] is not None else None


def _merge(each: Record, _: str) -> object:
    return each["iid"] if each["state"] == "merged" else None


def _run(each: Record, _: str) -> object:
    return each["databaseId"]


def _number(each: Record, _: str) -> object:
    return each["run"]


PICKS: Mapping[str, Callable[[Record, str], object]] = {
    "comment": _comment,
    "issue": _issue,
    "head": _head,
    "merge": _merge,
    "run": _run,
    "number": _number,
}


def main() -> None:
    """Print the first thing that is meant."""
    what, by = sys.argv[1], " ".join(sys.argv[2:3])
    found = (PICKS[what](each, by) for each in records(sys.stdin.read().strip()))
    print(next((each for each in found if each is not None), ""))


if __name__ == "__main__":
    main()
