"""plan --observation: kept once, drawn from again, said in every output, and never applied."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.cli.shop import EMAIL, TOKEN, Shop, states
from tests.cli.test_saved_plan import refused

DRAWN = "Drawn from an observation saved "


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Two orders of which one is to be corrected."""
    shop.market.set_switches({"A9": "shown"})
    for order in "12":
        shop.stock(order, l1="new")
    shop.declare(states("1", "expires: 2099-01-01", l1="delivered"))
    return shop


def kept(shop: Shop, *arguments: str) -> Path:
    """Plan once, so that what the target shows is in a file."""
    path = shop.root / "seen.jsonl"
    ended = shop.plan("--observation", str(path), *arguments)
    assert ended.code == 0, ended.err
    return path


def test_the_second_plan_reads_nothing_and_says_the_same_but_where_it_comes_from(stocked: Shop) -> None:
    path = stocked.root / "new" / "seen.jsonl"
    first = stocked.plan("--observation", str(path), "-o", "json").json
    assert first["observation"] is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    reads = len(stocked.market.requests())
    second = stocked.plan("--observation", str(path), "-o", "json").json
    assert len(stocked.market.requests()) == reads
    assert set(second["observation"]) == {"saved_at", "age_seconds"}
    unlike = {key for key in first if first[key] != second[key]} - {"created_at"}
    assert unlike == {"observation", "digest"}


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
@pytest.mark.parametrize("more", [(), ("--refresh-only",)])
def test_every_output_says_that_it_was_drawn_from_a_file(
    stocked: Shop, format: str, more: tuple[str, ...]
) -> None:
    path = kept(stocked)
    assert DRAWN not in stocked.plan("-o", format, *more).out
    said = stocked.plan("--observation", str(path), "-o", format, *more).out
    assert DRAWN in said
    assert "old: the target was not read, and apply refuses this plan" in said or "just now" in said


def test_a_plan_from_a_file_is_never_applied_and_its_mark_cannot_be_taken_off(stocked: Shop) -> None:
    path, plan = kept(stocked), stocked.root / "plan.json"
    stocked.plan("--observation", str(path), "-o", f"json={plan}")
    said = refused(stocked, plan)
    assert "it was drawn from an observation saved" in said
    assert "plan again without --observation" in said
    plan.write_text(json.dumps({**json.loads(plan.read_text()), "observation": None}))
    assert "its digest does not match" in refused(stocked, plan)


def test_the_plan_for_which_it_was_kept_is_a_plan_like_any_other(stocked: Shop) -> None:
    plan = stocked.root / "plan.json"
    kept(stocked, "-o", f"json={plan}")
    assert stocked.run("apply", str(plan)).code == 0
    assert stocked.updates() == [("1", "l1", "delivered")]


def test_a_file_answers_for_every_order_whatever_was_asked_then(stocked: Shop) -> None:
    path = kept(stocked)
    stocked.declare(
        states("2", "expires: 2099-01-01", l1="delivered") + states("3", l1="new")[len("orders:\n") :]
    )
    plan = stocked.plan("--observation", str(path), "-o", "json").json
    found = {each["address"]: (each["action"], each["evidence"]) for each in plan["changes"]}
    assert found == {
        "order_line/2/l1": ("update", "observed"),
        "order_line/3/l1": ("withhold", "observed"),
    }


def test_no_token_is_needed_to_draw_from_a_file(stocked: Shop) -> None:
    stocked.settle_in("https://shop.example", token_env="SHOP_TOKEN", observe="list")
    path = stocked.root / "seen.jsonl"
    assert stocked.plan("--observation", str(path)).code == 8
    assert not path.exists()
    stocked.settle_in()
    kept(stocked)
    assert stocked.plan("--observation", str(path)).code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is no observation"),
        ("{}", "it is no observation"),
        ("\x00\xff[[", "it is no observation"),
        ("[" * 100_000, "it is no observation"),
        ('{"reconciler_observation": 2}', "it was written in format 2, and this program reads 1"),
        ('{"reconciler_observation": 1}', "its first line is damaged"),
    ],
)
def test_what_is_no_observation_is_misuse(stocked: Shop, text: str, said: str) -> None:
    path = stocked.root / "seen.jsonl"
    path.write_text(text, encoding="latin-1")
    ended = stocked.plan("--observation", str(path))
    assert ended.code == 64
    assert f"is of no use as an observation: {said}" in ended.err
    assert path.read_text(encoding="latin-1") == text


def test_a_file_that_was_cut_off_or_changed_is_misuse(stocked: Shop) -> None:
    path = kept(stocked)
    whole = path.read_bytes()
    head, page, tail = whole.splitlines(keepends=True)
    for damaged in (head, head + page, whole[:-5], head + page.replace(b'"1"', b'"9"') + tail, whole + b"{}"):
        path.write_bytes(damaged)
        ended = stocked.plan("--observation", str(path))
        assert ended.code == 64
        assert "it is damaged" in ended.err


def test_a_file_of_another_target_is_misuse(stocked: Shop) -> None:
    path = kept(stocked)
    stocked.settle_in(account="another")
    ended = stocked.plan("--observation", str(path))
    assert ended.code == 64
    assert "it is of target shop (sandbox:market.db, account sandbox:market.db), and this is" in ended.err
    assert "account another" in ended.err


def test_where_orders_are_asked_for_one_by_one_it_is_misuse(stocked: Shop) -> None:
    stocked.settle_in(observe="get_status")
    ended = stocked.plan("--observation", "seen.jsonl")
    assert ended.code == 64
    assert "is not read by it" in ended.err


def test_a_place_that_cannot_be_written_stops_before_the_target_is_read(stocked: Shop) -> None:
    reads = len(stocked.market.requests())
    ended = stocked.plan("--observation", str(stocked.root / "reconciler.yaml" / "seen.jsonl"))
    assert ended.code == 1
    assert "cannot be written" in ended.err
    assert len(stocked.market.requests()) == reads
    assert stocked.plan("--observation", str(stocked.root)).code == 64


def test_a_reading_that_breaks_off_after_what_was_wanted_is_a_plan_and_no_file(shop: Shop) -> None:
    for order in range(1, 4):
        shop.stock(str(order), l1="new")
    shop.declare(states("1", l1="delivered"))
    path = shop.root / "seen.jsonl"
    shop.settle_in(page_size=1)
    shop.strike(*[("orders/list", nth, "error_500_http") for nth in range(3, 40)])
    ended = shop.plan("--observation", str(path), "-o", "json")
    assert ended.code == 0, ended.err
    warnings = [each["summary"] for each in ended.json["diagnostics"] if each["severity"] == "warning"]
    assert any("was not written: the list of orders broke off" in each for each in warnings)
    assert not path.exists()
    assert not list(shop.root.glob("*.tmp"))


def test_the_file_holds_neither_the_token_nor_who_the_buyer_is(stocked: Shop) -> None:
    text = kept(stocked).read_text(encoding="utf-8")
    assert TOKEN not in text
    assert EMAIL not in text
    assert "profile" not in text
