"""Every command that the documentation shows answers what the documentation says."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.sandbox import Fault, Market
from tests.docs.blocks import Block, Step, blocks_of, sittings_of
from tests.docs.pages import PAGES, ROOT
from tests.examples.cases import copied
from tests.examples.shell import Shell

SITTINGS = [
    pytest.param(sitting, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, sitting in enumerate(sittings_of(page.read_text("utf-8")), start=1)
]


@pytest.mark.parametrize("sitting", SITTINGS)
def test_what_is_typed_answers_what_is_shown(sitting: tuple[Block, ...], tmp_path: Path):
    shell = Shell(_folder(sitting[0], tmp_path))
    for block in sitting:
        for step in block.steps:
            shown = shell.type(step.command)
            assert step.fits(shown), f"$ {step.command}\n{shown}"


def _folder(block: Block, scratch: Path) -> Path:
    folder = scratch if block.where == "nothing" else copied(block.where, scratch)
    if block.struck:
        market = Market(folder / ".reconciler" / "sandbox.db")
        market.set_faults([Fault("orders/update_order_line_status", 1, "reset_after")])
        market.close()
    return folder


@pytest.mark.parametrize(
    ("answer", "shown", "fits"),
    [
        ("a", "a\n", True),
        ("a", "b\n", False),
        ("a", "a\nb\n", False),
        ("a … c", "a b b c\n", True),
        ("a … c", "a b\nc\n", False),
        ("…\nc", "a\nb\nc\n", True),
        ("a\n…\nc", "a\nc\n", True),
        ("a\n…", "a\nb\n", True),
        ("", "a\n", False),
        ("a.c", "abc\n", False),
    ],
)
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(answer: str, shown: str, fits: bool):
    assert Step("", answer).fits(shown) is fits


def test_a_block_that_does_not_say_where_it_is_typed_is_refused():
    with pytest.raises(ValueError, match="where this is typed"):
        blocks_of("```console\n$ reconciler plan\n```\n")
