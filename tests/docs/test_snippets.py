"""The YAML that the documentation shows is taken by the program: manifests together, settings one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reconciler.settings import FILE, read
from tests.docs.pages import PAGES, ROOT
from tests.examples.shell import answer

_SNIPPET = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TARGETS = "targets: {staging: {url: 'sandbox:s.db'}, production: {url: 'sandbox:p.db'}}\n"


def snippets(page: Path) -> list[str]:
    return _SNIPPET.findall(page.read_text("utf-8"))


def is_settings(snippet: str) -> bool:
    return re.search(r"^(version|line_transitions|targets):", snippet, re.MULTILINE) is not None


SETTINGS = [
    pytest.param(snippet, id=f"{page.name}-{number}")
    for page in PAGES
    if page.name != "manifests.md"
    for number, snippet in enumerate(snippets(page), start=1)
]


@pytest.mark.parametrize("snippet", SETTINGS)
def test_settings_are_taken(snippet: str, tmp_path: Path):
    assert is_settings(snippet)
    whole = snippet if "version:" in snippet else f"version: 1\n{snippet}"
    whole = whole if "targets:" in whole else whole + _TARGETS
    (tmp_path / FILE).write_text(whole, "utf-8")
    assert read(tmp_path).diagnostics == ()


def test_the_manifests_of_their_page_are_one_sound_wish(tmp_path: Path):
    (tmp_path / FILE).write_text(f"version: 1\n{_TARGETS}", "utf-8")
    (tmp_path / "manifests").mkdir()
    shown = snippets(ROOT / "docs" / "manifests.md")
    for number, snippet in enumerate(shown):
        (tmp_path / "manifests" / f"{number}.yaml").write_text(snippet, "utf-8")
    code, told = answer(tmp_path, "validate", "-t", "staging")
    assert (code, len(shown) > 4) == (0, True), told
