"""Answers that are kept for further plans of one pull request."""

import json
import stat

import pytest

from reconciler.model.diagnostic import Severity
from tests.sources.yandex_market.market import Market, ask, item, listing, order, said, units, wanted


def test_a_kept_answer_is_given_again_and_says_so(tmp_path):
    market = Market(listing(order(1), order(2, "DELIVERED", items=[item(itemStatuses=units(RETURNED=1))])))
    first = ask(market, kept=tmp_path / "new" / "folder")
    again = ask(market, kept=tmp_path / "new" / "folder")
    assert len(market.asked) == 1
    assert wanted(again) == wanted(first)
    assert {line.said for line in again.wishes["1"].values()} == {
        line.said for line in first.wishes["1"].values()
    }
    assert (first.cached, again.cached) == (False, True)
    assert again.read_at == first.read_at
    assert again.requests == 0


def test_only_its_owner_may_read_what_is_kept(tmp_path):
    ask(Market(listing(order())), kept=tmp_path / "answers")
    (file,) = (tmp_path / "answers").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_rules_may_change_while_the_answer_stays(tmp_path):
    market = Market(listing(order()))
    ask(market, kept=tmp_path)
    changed = ask(market, kept=tmp_path, statuses={"PICKUP": "at_pickup_point"}, priority=3)
    assert wanted(changed) == {"1": {"sku_1": "at_pickup_point"}}
    assert len(market.asked) == 1


@pytest.mark.parametrize(
    "keys",
    [
        {"business_id": 8},
        {"updated_within": "15d"},
        {"campaign_ids": [1]},
        {"fakes": True},
        {"url": "sandbox:x"},
    ],
)
def test_another_question_is_asked_anew(keys, tmp_path):
    market = Market(listing(order()))
    ask(market, kept=tmp_path)
    assert ask(market, kept=tmp_path, **keys).cached is False
    assert len(list(tmp_path.iterdir())) == 2


def test_what_was_asked_for_before_is_enough_for_fewer_orders_and_not_for_more(tmp_path):
    market = Market(listing(order(1), order(2), order(3)))
    ask(market, orders=["1", "2", "9"], kept=tmp_path)
    fewer = ask(market, orders=["1", "9"], kept=tmp_path)
    assert fewer.cached
    assert set(wanted(fewer)) == {"1"}
    assert "does not show 1 orders" in said(fewer)
    assert not ask(market, orders=["1", "3"], kept=tmp_path).cached


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[1]",
        b'{"some": "file"}',
        b'{"reconciler_market_answer": 99}',
        b'{"reconciler_market_answer": 1, "question": "x"}',
        b"[" * 100_000,
    ],
)
def test_a_broken_or_foreign_file_is_a_warning_and_written_anew(content, tmp_path):
    market = Market(listing(order()))
    ask(market, kept=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    report = ask(market, kept=tmp_path)
    assert not report.cached
    (diagnostic,) = report.diagnostics
    assert diagnostic.severity is Severity.WARNING
    assert file.name in diagnostic.summary
    assert ask(market, kept=tmp_path).cached


def test_an_answer_to_another_question_under_our_name_is_not_taken(tmp_path):
    market = Market(listing(order()))
    ask(market, kept=tmp_path)
    (file,) = tmp_path.iterdir()
    kept = json.loads(file.read_bytes())
    file.write_text(json.dumps({**kept, "question": "0" * 64}), "utf-8")
    assert "another question" in said(ask(market, kept=tmp_path))


def test_a_folder_that_cannot_be_written_is_a_warning_and_no_loss(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    report = ask(Market(listing(order())), kept=tmp_path / "file")
    assert report.orders == 1
    assert all(each.severity is Severity.WARNING for each in report.diagnostics)
    assert "could not be kept" in said(report)


def test_a_folder_in_place_of_the_file_is_a_warning(tmp_path):
    market = Market(listing(order()))
    ask(market, kept=tmp_path)
    (file,) = tmp_path.iterdir()
    file.unlink()
    file.mkdir()
    assert ask(market, kept=tmp_path).orders == 1
