"""The site holds every page, builds without a warning, and loads nothing from elsewhere."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT
from tests.docs.site import CONFIG, built, external, laid_out, lay_out, page_for_site


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the site's settings and its pages laid out."""
    shutil.copyfile(CONFIG, tmp_path / CONFIG.name)
    lay_out(tmp_path / "build" / "docs")
    return tmp_path


def named(nav: object) -> Iterator[str]:
    """Give the pages of a navigation, however deep."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list):
        for each in nav:
            yield from named(each)
    elif isinstance(nav, dict):
        yield from named(list(nav.values()))


def test_every_page_stands_in_the_navigation_once():
    settings = tomllib.loads(CONFIG.read_text("utf-8"))
    pages = [place for place in laid_out().values() if place.endswith(".md")]
    assert sorted(named(settings["project"]["nav"])) == sorted(pages)


def test_it_builds_without_a_warning_and_loads_nothing_from_elsewhere(project: Path):
    code, said = built(project)
    assert code == 0, said
    site = project / "build" / "site"
    assert {
        f"{place.removesuffix('.md')}.html" for place in laid_out().values() if place.endswith(".md")
    } <= {path.relative_to(site).as_posix() for path in site.glob("**/*.html")}
    assert list(external(site)) == []


def test_a_link_that_leads_nowhere_fails_the_build(project: Path):
    with (project / "build" / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write("\n[nowhere](nowhere.md)\n")
    code, said = built(project)
    assert code != 0
    assert "page does not exist" in said


def test_what_would_be_loaded_from_elsewhere_is_found(tmp_path: Path):
    (tmp_path / "a.html").write_text('<link rel="stylesheet" href="https://fonts.example/a.css">', "utf-8")
    (tmp_path / "b.html").write_text('<a href="https://example.com/">a link loads nothing</a>', "utf-8")
    assert [found.split(":")[0] for found in external(tmp_path)] == ["a.html"]


def test_links_lead_to_the_places_that_pages_have_in_the_site():
    page = page_for_site(ROOT / "docs" / "how-to" / "fix-many-lines.md")
    assert "](../examples/corrections.md)" in page
    assert "](../pictures/five-thousand.svg)" in page
    readme = page_for_site(ROOT / "README.md")
    assert "[Evidence](../evidence.md#lost-answers)" in readme
    assert "[LICENSE]" not in readme


def test_no_page_shows_a_comment_that_is_meant_for_a_test():
    assert not [page for page in PAGES if "<!-- in: " in page_for_site(page).replace("`<!-- in: ", "")]
