"""The page as a file: its structure never depends on what it shows, and it is written in pieces."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hatchling.builders.wheel import WheelBuilder
from hypothesis import given

from reconciler.model import address
from reconciler.model.outcome import Lost
from reconciler.model.plan import TargetName
from reconciler.reports.html import applied_page, drifting_page, plan_page, stopped_page
from reconciler.reports.html.frame import asset
from reconciler.reports.html.rows import PIECE
from reconciler.reports.shown.applied import Applied
from tests.docs.pages import ROOT
from tests.reports.hostile import texts
from tests.reports.plans import NOW, drifted_so, everything, many, said


class Structure(HTMLParser):
    """Gathers the elements of a page with their attributes, and the texts of its scripts."""

    def __init__(self):
        super().__init__()
        self.elements = []
        self.scripts = []
        self.styles = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data):
        if self.lasttag == "script" and self.cdata_elem == "script":
            self.scripts.append(data)
        if self.lasttag == "style" and self.cdata_elem == "style":
            self.styles.append(data)


def structure(pieces):
    read = Structure()
    read.feed("".join(pieces))
    read.close()
    return read


@given(texts)
def test_no_text_changes_the_structure_of_a_page(text):
    found, wanted = (structure(plan_page(said(each), tool_version="0")) for each in (text, "x"))

    assert [tag for tag, _ in found.elements if tag != "code"] == [
        tag for tag, _ in wanted.elements if tag != "code"
    ]
    assert len(found.scripts) == len(wanted.scripts)
    for script in found.scripts[:-1]:
        json.loads(script)


@given(texts)
def test_no_text_changes_the_structure_of_the_other_pages(text):
    target = TargetName(text, text, text, text)
    applied = Applied(
        target=target, outcomes=[Lost(address.order(text), text, {text: text})], next_commands=[text]
    )
    for pieces in (
        applied_page(applied, tool_version="0"),
        stopped_page("plan", target, said(text).diagnostics, exit_code=4, tool_version="0"),
        drifting_page(
            target,
            drifted_so(text),
            (address.order(text),),
            said(text).diagnostics,
            at=NOW,
            tool_version="0",
        ),
    ):
        tags = {tag for tag, _ in structure(pieces).elements}
        assert not tags & {"img", "a", "iframe", "svg", "object", "base", "form", "link"}


@given(texts)
def test_no_control_or_bidirectional_character_is_in_a_page(text):
    drift = drifting_page(said(text).target, drifted_so(text), at=NOW, tool_version="0")
    for pieces in (plan_page(said(text), tool_version="0"), drift):
        assert "".join(pieces).replace("\n", "").isprintable()


def test_the_policy_names_its_own_script_and_style_and_nothing_else():
    page = structure(plan_page(everything(), tool_version="0"))
    whole = "".join(plan_page(everything(), tool_version="0"))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', whole)

    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (page.scripts[-1], page.styles[0])
    ]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert not [attrs for _, attrs in page.elements if "style" in attrs or "src" in attrs or "href" in attrs]
    assert not [attrs for _, attrs in page.elements if any(name.startswith("on") for name in attrs)]


def test_it_is_written_in_pieces_of_bounded_size():
    pieces = [len(piece) for piece in plan_page(many(20 * PIECE), tool_version="0")]

    assert len(pieces) > 20
    assert max(pieces) < 400_000


def test_the_same_words_are_written_once():
    whole = "".join(plan_page(many(10_000), tool_version="0"))

    assert whole.count("differs from what the target shows") == 1


@pytest.mark.parametrize("name", ["page.css", "page.js", "list.html"])
def test_what_the_page_is_made_of_is_in_the_wheel(name):
    included = {each.distribution_path for each in WheelBuilder(str(ROOT)).recurse_included_files()}

    assert f"reconciler/reports/html/assets/{name}" in included
    assert not re.search(r"</(script|style)|<!--", asset(name)) or name == "list.html"


def test_nothing_personal_is_in_it():
    whole = "".join(plan_page(everything(), tool_version="0"))

    assert "j…@example.com" in whole
    assert "0123456789abcdef" not in whole
