"""revert: only what was known goes back; all else is named."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, line_status, order, order_line
from reconciler.model.evidence import Evidence
from reconciler.model.history import RunFacts, RunRow, RunStory, WriteRow
from reconciler.model.reversal import Left, Restored, Reversal
from reconciler.reports.text.reversal import reversal_manifest
from reconciler.stages.load import parse
from reconciler.stages.revert import revert
from reconciler.stages.rewrite import format_text

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
TODAY = date(2026, 11, 2)
NOBODY = RunFacts()
LINE = order_line("1", "l1")


def story(*writes: WriteRow, facts: RunFacts = NOBODY) -> RunStory:
    row = RunRow(id=7, target="shop", command="apply", started_at=AT, ended_at=AT, exit_code=0, facts=facts)
    return RunStory(row, writes)


def write(where: Address = LINE, before: Any = "new", wanted: Any = "delivered", **more: Any) -> WriteRow:
    given: dict[str, Any] = {
        "run": 7, "number": 1, "request": 1, "action": "update", "intended_at": AT, "outcome": "done",
        "outcome_at": AT, "reason": "", "seconds": 0.1, "settled_by": None, "evidence": Evidence.OBSERVED,
        **more,
    }  # fmt: skip
    return WriteRow(address=where, wanted=wanted, before=before, **given)


def reverted(*writes: WriteRow, finished: dict[Address, str] | None = None) -> Reversal:
    return revert(story(*writes), finished or {}, TODAY)


def left(*writes: WriteRow) -> list[Left]:
    found = reverted(*writes)
    assert found.lines == ()
    return [each.why for each in found.left]


def test_what_was_read_or_recorded_or_vouched_for_goes_back():
    for evidence in (Evidence.OBSERVED, Evidence.RECORDED, Evidence.DECLARED):
        (line,) = reverted(write(evidence=evidence)).lines
        assert line == Restored(address=LINE, status="new", said="delivered", evidence=evidence)


def test_what_was_not_known_or_may_have_changed_or_is_in_doubt_does_not():
    assert left(write(before=None, evidence=Evidence.UNKNOWN)) == [Left.UNKNOWN]
    assert left(write(evidence=Evidence.STALE)) == [Left.DOUBTED]
    assert left(write(evidence=None)) == [Left.DOUBTED]
    assert left(write(outcome="lost")) == [Left.UNSETTLED]
    assert left(write(outcome=None)) == [Left.UNSETTLED]


def test_what_did_not_happen_and_what_changed_nothing_is_not_spoken_of():
    unsent = write(intended_at=None, outcome="skipped")
    assert left(write(outcome="failed"), write(outcome="moved"), unsent) == []
    assert left(write(before="delivered")) == []


def test_definitions_and_orders_are_named_and_stay():
    found = reverted(write(line_status("packed"), action="ensure"), write(order("9"), action="create"))
    assert [(str(each.address), each.why) for each in found.left] == [
        ("line_status/packed", Left.LASTING),
        ("order/9", Left.LASTING),
    ]
    assert found.is_empty


def test_a_line_that_was_written_twice_goes_back_to_what_it_was_at_first():
    (line,) = reverted(write(), write(number=2, before="delivered", wanted="refunded")).lines
    assert (line.status, line.said) == ("new", "refunded")


def test_a_wish_that_was_done_before_and_would_rest_gets_a_date_instead():
    other = order_line("2", "l1")
    text = reversal_manifest(reverted(write(), write(other), finished={LINE: "new", other: "paid"}), "shop")
    first, second = parse(text.encode(), "m").documents[0].data["orders"]
    assert (first["expires"], "hold" in first) == ("2026-11-09", False)
    assert (second["hold"], "expires" in second) == ("once", False)


def test_who_ran_it_cannot_break_out_of_a_comment():
    told = revert(
        story(write(), facts=RunFacts(actor="ann\norders: []", ci_url="https://x/\u2028y")), {}, TODAY
    )
    text = reversal_manifest(told, "shop")
    assert "# by ann\\norders: [], https://x/\\u2028y" in text
    assert list(parse(text.encode(), "m").documents[0].data) == ["targets", "orders"]


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6) | st.sampled_from(
    ["new", "yes", "null", "1", "0x1", "1_0", "~", "a: b", "#", '"', "\\", "a_b"]
)


@given(st.dictionaries(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS), min_size=1, max_size=4), WORDS)
def test_whatever_the_words_are_the_manifest_says_them_and_is_laid_out(
    moves: dict[tuple[str, str], tuple[str, str]], target: str
):
    found = reverted(*(write(order_line(*ids), *words) for ids, words in moves.items()))
    text = reversal_manifest(found, target)
    parsed = parse(text.encode(), "m")
    assert not parsed.diagnostics
    data = parsed.documents[0].data if parsed.documents else None
    entries = (data or {}).get("orders", [])
    said = {
        (entry["external_id"], line["external_id"]): (line["status"], line["from"][0])
        for entry in entries
        for line in entry["lines"]
    }
    assert said == {ids: words for ids, words in moves.items() if words[0] != words[1]}
    if target.isprintable() and all(
        word.isprintable() for pair in moves.items() for words in pair for word in words
    ):
        assert not format_text(text.encode(), "m").changed
