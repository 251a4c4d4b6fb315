"""Markdown: what a pull request shows, whatever the texts and however much there is of it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.model import address
from reconciler.model.drifting import Drifting
from reconciler.model.outcome import Failed
from reconciler.model.plan import TargetName
from reconciler.reports.markdown import applied_markdown, drifting_markdown, plan_markdown, stopped_markdown
from reconciler.reports.markdown.opening import marker
from reconciler.reports.markdown.quoting import LONGEST, code, prose
from reconciler.reports.shown.applied import Applied
from reconciler.reports.shown.drifting import drifting_line
from reconciler.reports.shown.fixed import applied_line, summary_line
from reconciler.reports.shown.sizes import COMMENT, LEAST_COMMENT
from reconciler.reports.shown.values import clean
from tests.reports.goldens import FOLDER, GOLDENS, LIMIT
from tests.reports.hostile import NASTY, texts
from tests.reports.plans import (
    TARGET,
    a_line,
    a_plan,
    an_ensure,
    an_order,
    drifted,
    drifted_so,
    everything,
    many,
    said,
)

READER = MarkdownIt("commonmark").enable("table")
OURS = re.compile(
    r"<details>\n<summary>[A-Za-z ,:0-9]+</summary>\n|</details>\n?|<!-- reconciler:[^<>]* -->\n?"
)
PLAIN = re.compile(r"(?:[\w,.;:?!()'\"*→…-]|(?<!\S)/(?!\S)| )*")


def loose(text):
    """Give all that a renderer shows outside of code, and hold the rest to what we write ourselves."""
    found = []
    for token in READER.parse(text):
        if token.type == "html_block":
            assert OURS.fullmatch(token.content), token.content
        for child in token.children or ():
            if child.type == "html_inline":
                assert child.content == "<br>"
            elif child.type == "text":
                found.append(child.content)
            else:
                assert child.type in {"code_inline", "strong_open", "strong_close", "softbreak"}, child.type
    return found


@pytest.mark.parametrize("name", GOLDENS)
def test_what_people_read_is_as_it_was_reviewed(name):
    assert GOLDENS[name]() == (FOLDER / name).read_text(encoding="utf-8")


# ------------------------------------------------------------------ order


def test_it_begins_with_the_fixed_line_and_names_target_account_and_state():
    first, empty, hidden, _, named, *_ = plan_markdown(everything(), limit=LIMIT).split("\n")

    assert first == summary_line(everything())
    assert empty == ""
    assert hidden == marker("plan", TARGET)
    for each in (TARGET.name, TARGET.url, TARGET.account, TARGET.state):
        assert f"`{each}`" in named


def test_what_is_dangerous_stands_before_the_rest():
    text = plan_markdown(everything(), limit=LIMIT)
    places = [text.index(each) for each in ("permanent:", "triggers:", "withheld:", "drifted:", "<details>")]

    assert places == sorted(places)


def test_a_plan_that_cannot_be_drawn_says_so_first():
    text = stopped_markdown("plan", None, (), exit_code=4, limit=LIMIT)

    assert text == "No plan: stopped with exit code 4.\n\n<!-- reconciler:plan -->\n"


def test_nothing_to_do_is_said_in_words():
    assert "Nothing is wanted here." in plan_markdown(a_plan(), limit=LIMIT)


# ------------------------------------------------------------------ the marker


def test_the_marker_tells_one_comment_from_another():
    other = replace(TARGET, account="acme-test")

    assert len({marker("plan", TARGET), marker("apply", TARGET), marker("plan", other)}) == 3


@given(texts, texts)
def test_a_marker_is_one_comment_whatever_the_names(name, account):
    hidden = marker("plan", TargetName(name, "u", account))

    assert re.fullmatch(r"<!-- [A-Za-z0-9:=%/_.~ ]* -->", hidden)
    assert len(hidden) < 400


# ------------------------------------------------------------------ quoting


@given(texts)
def test_a_code_span_is_read_back_as_the_text(text):
    (paragraph,) = [token for token in READER.parse(f"x {code(text)} y") if token.type == "inline"]
    assert paragraph.children is not None
    before, span, after = paragraph.children

    assert (before.content, after.content) == ("x ", " y")
    assert span.type == "code_inline"
    shown = clean(text)
    shown = shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
    assert span.content == shown.replace("|", "\\x7c")


@given(texts)
def test_a_sentence_shows_only_plain_words_outside_of_code(sentence):
    for shown in loose(f"- x {prose(sentence)}"):
        assert PLAIN.fullmatch(shown), shown
        assert not re.search(r"\b[0-9a-fA-F]{7,}\b|://|www\.\w|@|#", shown), shown


@pytest.mark.parametrize("text", NASTY)
def test_no_nasty_text_stands_outside_of_code(text):
    whole = plan_markdown(said(text), limit=LIMIT)

    assert all("evil" not in shown and "@" not in shown and "#" not in shown for shown in loose(whole))


@given(texts)
def test_any_text_in_any_field_is_only_shown(text):
    whole = plan_markdown(said(text), limit=LIMIT)

    for shown in loose(whole):
        assert PLAIN.fullmatch(shown), shown
    assert whole.replace("\n", "").isprintable()
    tables = [token for token in READER.parse(whole) if token.type == "table_open"]
    assert tables == []


@given(texts, st.integers(12, 40))
def test_any_text_in_a_table_stays_in_its_cell(text, count):
    steps = [a_line(f"{text}{number}", text, text, text) for number in range(count)]

    rows = [
        line for line in plan_markdown(a_plan(*steps), limit=LIMIT).split("\n") if line.startswith("| **")
    ]

    assert rows
    assert all(row.count("|") == 5 for row in rows)


@given(texts)
def test_any_text_in_what_became_of_a_plan_is_only_shown(text):
    where = address.order_line(text, text)
    applied = Applied(
        target=TargetName(text, text, text, text), outcomes=[Failed(where, text, text)], next_commands=[text]
    )

    for shown in loose(applied_markdown(applied, limit=LIMIT)):
        assert PLAIN.fullmatch(shown), shown


# ------------------------------------------------------------------ the budget


@given(st.integers(0, 300), st.integers(LEAST_COMMENT, 70_000), texts)
def test_the_budget_holds_and_the_summary_survives(count, limit, text):
    target = TargetName(text * 40, text * 40, text * 40, text * 40)
    steps = [a_line(f"{text}{number}", text, text, text) for number in range(count)]
    plan = replace(said(text), target=target, steps=tuple(steps))

    whole = plan_markdown(plan, limit=limit)

    assert len(whole.encode("utf-8")) <= limit
    assert whole.startswith(summary_line(plan) + "\n")
    assert marker("plan", target) in whole
    lines = whole.split("\n")
    assert lines.count("<details>") == lines.count("</details>")


@given(st.integers(LEAST_COMMENT, COMMENT))
def test_the_dangerous_lines_survive_any_cut(limit):
    quiet = [replace(an_order(str(number), created=False), triggers=False) for number in range(400)]
    loud = [an_ensure(address.line_status(f"status_{number}"), name="x") for number in range(5)]
    plan = replace(everything(), steps=(*loud, *quiet, a_line("7", "1", "packed", "delivered")))

    whole = plan_markdown(plan, limit=limit)

    opening, _ = whole.split("<details>", 1)
    for step in (*loud, plan.steps[-1], *plan.withheld, *plan.drift):
        assert f"`{step.address}`" in opening
    assert "**Shortened**" in whole
    assert "dangerous" not in whole


def test_a_cut_is_announced_with_counts():
    whole = plan_markdown(many(2_000), limit=LEAST_COMMENT)
    listed = whole.count("\n- **update**")

    assert f"{2_000 - listed:,} lines are not shown" in whole
    assert f"{2_000 - listed:,} more, not shown here." in whole


def test_dangerous_lines_that_do_not_fit_are_counted_as_such():
    loud = [an_ensure(address.line_status(f"status_{number}"), name="x") for number in range(500)]

    whole = plan_markdown(a_plan(*loud), limit=LEAST_COMMENT)

    (left,) = re.findall(r"\*\*(\d+) of them are dangerous\.\*\*", whole)
    assert whole.split("<details>")[0].count("- **ensure**") == 500 - int(left)


@given(st.lists(texts, max_size=40), st.integers(LEAST_COMMENT, 20_000))
def test_what_became_of_a_plan_keeps_to_its_budget_too(reasons, limit):
    outcomes = [Failed(address.order_line(reason, "1"), reason) for reason in reasons]
    applied = Applied(target=TARGET, outcomes=outcomes, next_commands=["reconciler plan"])

    whole = applied_markdown(applied, limit=limit)

    assert len(whole.encode("utf-8")) <= limit
    assert whole.startswith(
        applied_line({**dict.fromkeys(("done", "lost", "skipped", "moved"), 0), "failed": len(reasons)}, 0)
    )


# ------------------------------------------------------------------ drift


def test_drift_begins_with_its_line_and_what_changed_stands_before_what_cannot_be_told():
    whole = drifting_markdown(TARGET, drifted(), limit=LIMIT)
    assert whole.startswith("Drift: 2 changed, 1 gone, 6 cannot be told. 4 as recorded.\n\n")
    assert marker("drift", TARGET) in whole
    places = [whole.index(each) for each in ("changed outside", "gone:", "cannot be told:", "<details>")]
    assert places == sorted(places)


def test_where_nothing_drifted_it_says_so_and_a_read_that_broke_off_is_not_hidden():
    assert "No drift, as far as can be told." in drifting_markdown(TARGET, Drifting(same=3), limit=LIMIT)
    broken = drifting_markdown(TARGET, Drifting(same=3, complete=False), limit=LIMIT)
    assert "**This is not complete**" in broken
    assert "No drift" not in broken


@given(texts)
def test_any_text_in_what_drifted_is_only_shown(text):
    target = TargetName(text, text, text, text)
    accepted = (address.order(text),)
    whole = drifting_markdown(target, drifted_so(text), accepted, said(text).diagnostics, limit=LIMIT)

    for shown in loose(whole):
        assert PLAIN.fullmatch(shown), shown
    assert whole.replace("\n", "").isprintable()


@given(st.integers(0, 300), st.integers(LEAST_COMMENT, 20_000), texts)
def test_drift_keeps_to_its_budget_too(count, limit, text):
    found = drifted_so(text).found * count
    whole = drifting_markdown(TARGET, Drifting(found), limit=limit)

    assert len(whole.encode("utf-8")) <= limit
    assert whole.startswith(drifting_line(Drifting(found)) + "\n")
    lines = whole.split("\n")
    assert lines.count("<details>") == lines.count("</details>")
