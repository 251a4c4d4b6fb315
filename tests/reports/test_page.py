"""The page in a real browser: what a reviewer does with it, and what a hostile text cannot do to it."""

import json
import os
import re

import pytest

from reconciler.model.drifting import Drifting
from reconciler.model.plan import TargetName
from reconciler.reports.html import applied_page, drifting_page, plan_page, stopped_page
from reconciler.reports.shown.applied import Applied
from tests.reports.browser import LEFT_OUT, browser
from tests.reports.plans import (
    NOW,
    TARGET,
    a_line,
    a_plan,
    drifted,
    drifted_so,
    ends,
    everything,
    many,
    said,
)

pytestmark = pytest.mark.skipif(os.environ.get(LEFT_OUT) == "1", reason=f"{LEFT_OUT}=1 leaves it out")

HOSTILE = (
    "</script><script>window.pwned=1</script>",
    "<img src=https://evil.invalid/x.png onerror=window.pwned=1>",
    "<!--<script>",
    "]]></style><svg onload=window.pwned=1>",
    '"><iframe src=https://evil.invalid/></iframe>',
    "javascript:window.pwned=1",
    "{{constructor.constructor('window.pwned=1')()}}",
    "`a` ${window.pwned=1} \u2028 \u2029",
    "\u202egnp.exe\u2066\x00\x1b[31m",
    "a" * 5000,
)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def show(chrome, tmp_path):
    """Open a page in the browser."""

    def opened(pieces):
        path = tmp_path / "page.html"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
        chrome.resize(1280, 900)
        chrome.dark(on=False)
        chrome.open(path)
        return chrome

    return opened


@pytest.fixture
def reviewed(show):
    """A plan in which everything occurs."""
    return show(plan_page(everything(), tool_version="0"))


def shown(page):
    """Give what the page says of how much it shows."""
    return page.ask("document.getElementById('shown').textContent")


def rows(page):
    """Give the addresses that are in the document, in its order."""
    return page.ask("[...document.querySelectorAll('#list .row .address')].map(e => e.textContent)")


def groups(page):
    """Give the headings in the document, with their counts."""
    return page.ask("[...document.querySelectorAll('#list .group')].map(e => e.textContent)")


def focused(page):
    """Give the text of what has the focus."""
    return page.ask("document.activeElement.textContent")


def look_for(page, text):
    """Search for a text that is found, as a person types it."""
    page.ask("document.getElementById('search').value = ''")
    page.click("#search")
    page.type(text)
    page.until(lambda: page.ask("document.getElementById('list').ariaBusy") is None)


# ------------------------------------------------------------------ one file, and nothing else


def test_it_asks_for_nothing_but_itself_and_complains_of_nothing(reviewed):
    (only,) = reviewed.requests

    assert only.startswith("file://")
    assert reviewed.complaints == []
    assert shown(reviewed) == "16 changes"


def test_its_policy_is_in_force(reviewed):
    reviewed.ask(
        "(() => { const e = document.createElement('div'); document.body.append(e);"
        "e.innerHTML = '<img src=https://evil.invalid/x onerror=window.pwned=1><p style=color:red>x</p>';"
        "const s = document.createElement('script'); s.textContent = 'window.pwned=1'; e.append(s); })()"
    )
    reviewed.ask("fetch('https://evil.invalid/').catch(() => 0)")
    reviewed.settle()

    refused = " ".join(each for each in reviewed.complaints if "Content Security Policy" in each)
    for what in ("inline event handler", "inline style", "inline script", "loading the image", "connect"):
        assert what in refused.lower(), refused
    assert reviewed.ask("window.pwned") is None


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_only_a_text(show, text):
    page = show(plan_page(said(text), tool_version="0"))
    page.click("#unfold")
    for grouping in ("move", "order", "file", "none"):
        page.click(f"input[value={grouping}]")

    assert page.ask("window.pwned") is None
    assert (page.dialogs, page.complaints) == ([], [])
    assert len(page.requests) == 1
    assert (
        page.ask("document.querySelectorAll('img, iframe, svg, a, object, script:not([type])').length") == 1
    )
    assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not re.search("[\u202e\u2066\x00\x1b]", page.ask("document.body.textContent"))


# ------------------------------------------------------------------ filters, search, groups


def test_the_counts_are_the_plans_and_each_filters(reviewed):
    count = everything().summary()
    tiles = reviewed.ask(
        "Object.fromEntries([...document.querySelectorAll('.tile')].map("
        "e => [e.dataset.value, Number(e.querySelector('.many').textContent)]))"
    )
    assert tiles == {
        "create": count.create,
        "update": count.update,
        "ensure": count.ensure,
        "release": count.release,
        "withhold": count.withhold,
        "drift": 2,
    }
    for word, many_ in tiles.items():
        reviewed.click(f".tile[data-value={word}]")
        assert shown(reviewed) == f"{many_} of 16 changes"
        assert reviewed.ask(f"document.querySelector('.tile[data-value={word}]').ariaPressed") == "true"
        reviewed.click(f".tile[data-value={word}]")
    assert shown(reviewed) == "16 changes"


def test_filters_of_one_sort_widen_and_of_two_sorts_narrow(reviewed):
    reviewed.click(".chip[data-value=permanent]")
    assert shown(reviewed) == "2 of 16 changes"
    reviewed.click(".chip[data-value='may fire triggers']")
    assert shown(reviewed) == "5 of 16 changes"
    reviewed.click(".chip[data-value=stale]")
    assert rows(reviewed) == ["order_line/1234002/1"]


def test_every_word_of_a_search_is_found_wherever_it_stands(reviewed):
    look_for(reviewed, "PICK-UP ensure")
    assert rows(reviewed) == ["line_status/at_pickup_point"]
    look_for(reviewed, "full.yaml:2 vip north")
    assert rows(reviewed) == ["order/1234007"]
    look_for(reviewed, "сезон")
    assert rows(reviewed) == ["custom_field/order/season"]


def test_what_nothing_matches_can_be_cleared(reviewed):
    look_for(reviewed, "no such thing")
    assert shown(reviewed) == "0 of 16 changes"
    assert rows(reviewed) == []

    reviewed.click("#clear")

    assert shown(reviewed) == "16 changes"
    assert reviewed.ask("document.activeElement.id") == "search"


@pytest.mark.parametrize(
    ("grouping", "headings"),
    [
        ("kind", ["Custom fields 2", "Line statuses 3", "Orders 3", "Order lines 8"]),
        ("order", ["Definitions 5", "Order 1234000 3"]),
        ("file", ["manifests/definitions.yaml 3", "manifests/orders/corrections.yaml 7"]),
        ("move", ["? → delivered 4"]),
        ("none", []),
    ],
)
def test_it_is_grouped_as_one_likes(reviewed, grouping, headings):
    reviewed.resize(1280, 4000)
    reviewed.click(f"input[value={grouping}]")

    found = groups(reviewed)

    assert found[: len(headings)] == headings
    assert bool(found) is bool(headings)
    assert len(rows(reviewed)) == 16


# ------------------------------------------------------------------ reading


def test_before_and_after_stand_side_by_side(reviewed):
    look_for(reviewed, "order/1234007 region_1")

    cells = reviewed.ask(
        "[...document.querySelectorAll('.detail tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )

    assert cells == [
        ["tags", '["vip"]', '["autumn", "vip"]'],
        ["custom_fields.delivery_slot", "(none)", "2"],
        ["region", "north", "region_1"],
    ]
    before, after = (
        reviewed.ask(f"document.querySelector('.detail td.{side}').getBoundingClientRect().toJSON()")
        for side in ("before", "after")
    )
    assert before["top"] == after["top"]
    assert before["right"] <= after["left"] + 1


def test_evidence_is_explained_to_the_mouse_and_to_the_keyboard(reviewed):
    look_for(reviewed, "1234002")
    reviewed.press("ArrowDown")
    reviewed.press("ArrowDown")
    reviewed.press("Tab")

    assert focused(reviewed) == "stale"
    described = "document.getElementById(document.activeElement.getAttribute('aria-describedby'))"
    assert "touched since our last write" in reviewed.ask(f"{described}.textContent")
    assert reviewed.ask(f"{described}.getBoundingClientRect().height") > 0

    reviewed.press("Escape")

    assert reviewed.ask("document.getElementById('tip').hidden") is True
    assert shown(reviewed) == "1 of 16 changes"


# ------------------------------------------------------------------ the keyboard alone


def test_the_keyboard_is_enough(reviewed):
    reviewed.press("/")
    assert reviewed.ask("document.activeElement.id") == "search"

    reviewed.press("ArrowDown")
    assert focused(reviewed).startswith("Custom fields")
    reviewed.press("ArrowLeft")
    assert reviewed.ask("document.activeElement.ariaExpanded") == "false"
    reviewed.press("ArrowRight")
    reviewed.press("ArrowDown")
    assert "custom_field/order/delivery_slot" in focused(reviewed)
    reviewed.press("Enter")
    assert reviewed.ask("document.activeElement.ariaExpanded") == "false"
    reviewed.press(" ")
    assert reviewed.ask("document.activeElement.ariaExpanded") == "true"
    reviewed.press("End")
    assert "order/1234007" not in focused(reviewed)
    assert "drift" in focused(reviewed)
    reviewed.press("Home")
    assert focused(reviewed).startswith("Custom fields")


def test_everything_that_can_be_used_has_a_name_and_a_role(reviewed):
    nodes = reviewed.call("Accessibility.getFullAXTree")["nodes"]
    used = [
        (each["role"]["value"], each.get("name", {}).get("value", ""))
        for each in nodes
        if any(it["name"] == "focusable" and it["value"]["value"] for it in each.get("properties", ()))
    ]

    assert {role for role, _ in used} >= {"button", "radio", "searchbox", "row"}
    assert [role for role, name in used if not name] == []
    assert ["treegrid", "changes"] in [
        [each["role"]["value"], each.get("name", {}).get("value")] for each in nodes if "role" in each
    ]
    listed = "[...document.querySelectorAll('#list [role=row][data-index]')]"
    assert reviewed.ask(f"{listed}.map(e => Number(e.ariaRowIndex))") == sorted(
        reviewed.ask(f"{listed}.map(e => Number(e.ariaRowIndex))")
    )
    assert reviewed.ask("document.getElementById('list').ariaRowCount") == "20"


CONTRAST = """(() => {
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(
    v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  ).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length || ['SCRIPT', 'NOSCRIPT'].includes(e.tagName)) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push([e.tagName, e.className, e.textContent.slice(0, 30), ratio]);
  }
  return poor;
})()"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_read_in_light_and_in_dark(reviewed, dark):
    reviewed.dark(on=dark)
    reviewed.resize(1280, 4000)
    reviewed.click(".tile[data-value=update]")
    reviewed.click(".tile[data-value=ensure]")
    reviewed.click(".chip[data-value=permanent]")
    assert reviewed.ask(CONTRAST) == []
    reviewed.press("Escape")
    assert reviewed.ask(CONTRAST) == []
    background = reviewed.ask("getComputedStyle(document.body).backgroundColor")
    assert (int(re.findall(r"\d+", background)[0]) < 100) is dark


@pytest.mark.parametrize("width", [320, 420, 800, 1280, 1920])
def test_nothing_is_wider_than_the_window(reviewed, width):
    reviewed.resize(width, 800)
    reviewed.click("#unfold")

    assert reviewed.ask("document.documentElement.scrollWidth") <= width
    overlapping = reviewed.ask(
        "[...document.querySelectorAll('#list .item')].map(e => e.getBoundingClientRect())"
        ".sort((a, b) => a.top - b.top).some((box, i, all) => i && box.top < all[i - 1].bottom - 1)"
    )
    assert overlapping is False


# ------------------------------------------------------------------ a hundred thousand


def test_a_hundred_thousand_changes_are_listed_searched_filtered_and_scrolled(show):
    page = show(plan_page(many(100_000), tool_version="0"))

    assert shown(page) == "100,000 changes"
    assert page.ask("document.querySelectorAll('#list .item').length") < 100

    page.ask("window.scrollTo(0, document.body.scrollHeight)")
    page.settle()
    assert "order_line/1009999/line_09" in rows(page)
    page.click("input[value=none]")
    assert "order_line/1000000/line_00" in rows(page)
    assert page.ask("document.querySelectorAll('#list .item').length") < 100

    look_for(page, "1004242 line_07")
    assert rows(page) == ["order_line/1004242/line_07"]
    look_for(page, "line")
    page.click(".chip[data-value=unknown]")
    page.until(lambda: shown(page) == "4,000 of 100,000 changes")
    page.click("input[value=order]")
    assert groups(page)[0] == "Order 1000000 1"

    look_for(page, "1004242 line_0")
    page.press("ArrowDown")
    page.press("End")
    assert "1004242" in focused(page)


def test_what_was_read_leaves_the_document(show):
    page = show(plan_page(many(10_000), tool_version="0"))

    assert page.ask("document.querySelectorAll('script.rows').length") == 0


# ------------------------------------------------------------------ on paper


def test_paper_gets_what_is_filtered_with_its_fields(reviewed):
    reviewed.click(".tile[data-value=ensure]")
    reviewed.ask("window.dispatchEvent(new Event('beforeprint'))")

    paper = reviewed.ask("document.getElementById('paper').textContent")

    assert paper.count("ensure") == 3
    assert "Arrived at the pick-up point" in paper
    assert "not printed" not in paper
    assert reviewed.printed().startswith(b"%PDF")


def test_paper_gets_no_more_than_can_be_printed_and_says_so(show):
    page = show(plan_page(many(5_000), tool_version="0"))
    page.ask("window.dispatchEvent(new Event('beforeprint'))")

    assert page.ask("document.querySelectorAll('#paper section').length") == 2000
    assert "3,000 more are not printed" in page.ask("document.getElementById('paper').textContent")


# ------------------------------------------------------------------ the other pages


def test_what_became_of_a_plan_has_its_own_words(show):
    applied = Applied(
        target=TARGET,
        run=7,
        ended_at=NOW,
        outcomes=ends(),
        withheld=everything().withheld,
        next_commands=("x",),
    )
    page = show(applied_page(applied, tool_version="0"))

    assert shown(page) == "9 outcomes"
    page.click(".tile[data-value=lost]")
    assert rows(page) == ["order_line/1234002/1"]
    assert "cut after it was sent" in page.ask("document.querySelector('#list .move').textContent")
    assert page.complaints == []


def test_a_plan_without_changes_and_one_that_was_stopped_need_no_list(show):
    for pieces in (
        plan_page(a_plan(), tool_version="0"),
        stopped_page("plan", TARGET, everything().diagnostics, exit_code=8, tool_version="0"),
    ):
        page = show(pieces)
        assert page.complaints == []
        assert page.ask("document.getElementById('list')") is None
        assert page.ask("document.querySelector('.fixed').textContent")


def test_an_id_with_the_names_of_every_object_is_only_an_id(show):
    names = ["__proto__", "constructor", "toString", "hasOwnProperty"]
    page = show(plan_page(a_plan(*(a_line(name, name, name, name) for name in names)), tool_version="0"))
    page.click("input[value=order]")

    assert sorted(groups(page)) == sorted(f"Order {name} 1" for name in names)
    assert json.dumps(page.complaints) == "[]"


# ------------------------------------------------------------------ drift


def test_drift_is_a_page_of_its_own_that_asks_for_nothing(show):
    page = show(drifting_page(TARGET, drifted(), at=NOW, tool_version="0"))

    assert len(page.requests) == 1
    assert page.complaints == []
    assert page.ask("document.title") == "Drift of production"
    assert shown(page) == "9 items"
    for word, many_ in (("changed", 2), ("gone", 1), ("untold", 6)):
        page.click(f".tile[data-value={word}]")
        assert shown(page) == f"{many_} of 9 items"
        page.click(f".tile[data-value={word}]")
    look_for(page, "canceled")
    assert rows(page) == ["order_line/1234000/line_01"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_only_a_text_in_what_drifted(show, text):
    target = TargetName(text, text, text, text)
    page = show(drifting_page(target, drifted_so(text), (), said(text).diagnostics, at=NOW, tool_version="0"))
    page.click("#unfold")

    assert page.ask("window.pwned") is None
    assert (page.dialogs, page.complaints) == ([], [])
    assert len(page.requests) == 1
    assert not re.search("[\u202e\u2066\x00\x1b]", page.ask("document.body.textContent"))


def test_where_nothing_drifted_the_page_says_so(show):
    page = show(drifting_page(TARGET, Drifting(same=3), at=NOW, tool_version="0"))
    assert page.complaints == []
    assert "No drift, as far as can be told." in page.ask("document.body.textContent")
