"""The documentation says what the code says: parts that the code writes, links, names, tables."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from reconciler.cli.root import COMMANDS
from reconciler.model.decision import DEFINITIONS, LINES, Line, Remembered, Said, Shown, Verb, Verdict
from reconciler.model.evidence import Evidence
from reconciler.project.codes import MEANINGS
from reconciler.settings.shape import SettingsShape
from reconciler.shelves import KINDS
from reconciler.stages.validate import manifest_schema
from tests.docs.commands import loosening
from tests.docs.keys import words_of
from tests.docs.pages import PAGES, PARTS, ROOT, parts_of, rewritten

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

README = (ROOT / "README.md").read_text("utf-8")
EVIDENCE = (ROOT / "docs" / "evidence.md").read_text("utf-8")


@each_page
def test_what_the_code_writes_is_as_the_code_says_now(page: Path):
    text = page.read_text("utf-8")
    assert rewritten(text) == text, "`make docs` writes it again"


def test_every_part_stands_on_some_page():
    assert {name for page in PAGES for name in parts_of(page.read_text("utf-8"))} == set(PARTS)


@each_page
def test_every_relative_link_leads_somewhere(page: Path):
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        to = (page.parent / name).resolve() if name else page
        assert to.exists(), link
        assert not heading or heading in _anchors(to), link


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_no_line_is_longer_than_a_screen_but_for_tables_and_code(page: Path):
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert not [line for line in prose.splitlines() if len(line) > 124 and not line.startswith("|")]


def test_the_readme_names_every_command():
    assert not [name for name in COMMANDS if f"`{name}`" not in README]


def test_the_readme_has_every_exit_code_and_its_meaning():
    assert all(f"| {code} | {meaning} |" in README for code, meaning in MEANINGS.items())


def test_every_path_in_the_readme_and_contributing_exists():
    pattern = re.compile(r"`((?:reconciler|tests|docs|examples|requirements|bench)/[\w./-]*)`")
    told = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = [path for path in pattern.findall(told) if "NAME" not in path]
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_the_map_shows_every_part_of_the_package():
    parts = {
        path.name
        for path in (ROOT / "reconciler").iterdir()
        if path.is_dir() and (path / "__init__.py").exists()
    }
    tree = README[README.index("reconciler/\n") :]
    shown = {
        line.split()[0].rstrip("/") for line in tree[: tree.index("```")].splitlines()[1:] if line.strip()
    }
    assert parts <= shown


def test_every_key_and_word_of_a_manifest_is_on_its_page():
    pages = ("manifests.md", "yandex-market.md")
    text = "".join((ROOT / "docs" / page).read_text("utf-8") for page in pages)
    assert not [word for word in words_of(manifest_schema(KINDS)) if not re.search(rf"\b{word}\b", text)]


def test_every_key_and_word_of_the_settings_is_on_its_page():
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert not [word for word in words_of(SettingsShape.model_json_schema()) if f"`{word}`" not in text]


def test_the_options_that_loosen_something_are_named_as_not_being_variables():
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    told = next(part for part in text.split("\n\n") if part.startswith("Only on the command line: "))
    assert set(re.findall(r"`(--[a-z-]+)`", told)) == loosening()


# ---------------------------------------------------------------- the decision tables

_EVIDENCE = {"of the record": None, **{each.value: each for each in Evidence}}
_VERBS = {verb.name.lower(): verb for verb in Verb}
_YES = {"yes": (True,), "no": (False,), "any": (True, False)}
_SAID = {
    "nothing": Said.NOTHING,
    "the same": Said.ALIKE,
    "changeable fields differ": Said.CHANGEABLE,
    "a fixed field differs": Said.FIXED,
}
_SHOWN = {"the wanted status": Shown.WANTED, "another status": Shown.OTHER, "hidden": Shown.HIDDEN}
_REMEMBERED = {
    "nothing": (Remembered.NOTHING,),
    "the wanted status": (Remembered.WANTED,),
    "another status": (Remembered.OTHER,),
    "any": tuple(Remembered),
}


def _rows(name: str) -> list[list[str]]:
    after = EVIDENCE.split(f"<!-- table: {name} -->\n\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in after.splitlines()[2:]]


def test_the_table_of_definitions_is_the_one_that_decides():
    told = [
        ((_SAID[said], seen), Verdict(_VERBS[verb], _EVIDENCE[evidence]))
        for said, in_use, verb, evidence in _rows("definitions")
        for seen in _YES[in_use]
    ]
    assert len(told) == len(DEFINITIONS)
    assert dict(told) == DEFINITIONS


def test_the_table_of_lines_is_the_one_that_decides():
    told = [
        (Line(_SHOWN[shown], remembered, touched), Verdict(_VERBS[verb], _EVIDENCE[evidence]))
        for shown, record, since, verb, evidence in _rows("lines")
        for remembered, touched in product(_REMEMBERED[record], _YES[since])
    ]
    assert len(told) == len(LINES)
    assert dict(told) == LINES


def test_the_table_of_evidence_has_every_kind_the_strongest_first():
    table = EVIDENCE.split("| word | what it rests on |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [each.value for each in Evidence]
