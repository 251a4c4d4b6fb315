"""Every command that the documentation shows answers what the documentation says."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from reconciler.sandbox import Fault, Market
from tests.docs.blocks import Block, Saved, Step, blocks_of, not_run, sittings_of
from tests.docs.pages import PAGES, ROOT
from tests.examples.cases import copied
from tests.examples.shell import Shell

SITTINGS = [
    pytest.param(sitting, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    for number, sitting in enumerate(sittings_of(page.read_text("utf-8")), start=1)
]


_CHECKOUT, _SHELL = "acts on the checkout itself", "belongs into the start of a shell"
_GITHUB, _ACCOUNT = "needs GitHub", "needs your account"
NOT_RUN = {
    "CONTRIBUTING.md": [_CHECKOUT] * 4,
    "README.md": [_CHECKOUT, _CHECKOUT, _SHELL],
    "docs/commands.md": [_SHELL],
    "docs/how-to/adopt-an-account.md": [_ACCOUNT],
    "docs/how-to/follow-yandex-market.md": [_ACCOUNT],
    "docs/how-to/state-in-postgresql.md": ["needs a database server"],
    "docs/performance.md": [_CHECKOUT] * 2,
    "docs/reports.md": [_GITHUB],
    "docs/tutorial.md": [_CHECKOUT, _GITHUB],
}
"""Every block that no test types, with the reason that its reader sees above it."""


@pytest.mark.parametrize("sitting", SITTINGS)
def test_what_is_typed_answers_what_is_shown_whatever_its_colours(
    sitting: tuple[Block, ...], tmp_path: Path, request: pytest.FixtureRequest
):
    shell = Shell(_folder(sitting[0], tmp_path), variables={"RECONCILER_COLOR": "always"})
    if "a database" in sitting[0].conditions:
        shell.variables["STATE_URL"] = request.getfixturevalue("postgres")
    for step in (step for block in sitting for step in block.steps):
        if isinstance(step, Saved):
            shell.save(step.path, step.text)
            continue
        shown = click.unstyle(shell.type(step.command))
        assert step.fits(shown), f"$ {step.command}\n{shown}"


def _folder(block: Block, scratch: Path) -> Path:
    folder = scratch if block.where == "nothing" else copied(block.where, scratch)
    if "an answer lost" in block.conditions:
        market = Market(folder / ".reconciler" / "sandbox.db")
        market.set_faults([Fault("orders/update_order_line_status", 1, "reset_after")])
        market.close()
    return folder


def test_only_the_listed_blocks_are_not_run_and_each_says_why():
    said = {str(page.relative_to(ROOT)): not_run(page.read_text("utf-8")) for page in PAGES}
    assert {page: reasons for page, reasons in said.items() if reasons} == NOT_RUN


def test_a_block_of_a_shell_that_is_not_run_and_does_not_say_why_is_refused():
    with pytest.raises(ValueError, match="say why"):
        not_run("```sh\nreconciler plan\n```\n")


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


def test_a_condition_that_nobody_can_arrange_for_is_refused():
    with pytest.raises(ValueError, match="a full moon"):
        blocks_of("<!-- in: quickstart, a full moon -->\n```console\n$ reconciler plan\n```\n")


def test_a_block_with_a_path_is_a_file():
    (block,) = blocks_of('<!-- in: nothing -->\n```yaml title="a/b.yaml"\nx: 1\n```\n')
    assert block.steps == (Saved("a/b.yaml", "x: 1\n"),)
