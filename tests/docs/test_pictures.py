"""The pictures of a terminal show what the commands print now, and nothing that the terminal would not."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PAGES
from tests.docs.pictures.screen import Look, Run, lines_of
from tests.docs.pictures.shots import PICTURES, SHOTS, Shot
from tests.docs.pictures.svg import picture


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_picture_is_the_one_that_would_be_drawn_now(shot: Shot):
    assert shot.drawn() == shot.path.read_text("utf-8"), "`make docs` draws it again"


def test_every_picture_is_drawn_here_and_shown_on_some_page():
    shown = {
        name for page in PAGES for name in re.findall(r"pictures/([\w-]+\.svg)\)", page.read_text("utf-8"))
    }
    kept = {path.name for path in PICTURES.iterdir()}
    assert kept == {shot.path.name for shot in SHOTS} == shown


def test_colours_become_runs_of_their_own_and_last_until_they_end():
    (first, second) = lines_of("a \033[1m\033[31mred\nstill\033[0m not", 80)
    red = Look("red", bold=True)
    assert first == [Run(0, "a ", Look()), Run(2, "red", red)]
    assert second == [Run(0, "still", red), Run(5, " not", Look())]


def test_a_long_line_goes_on_between_two_words_further_in():
    assert ["".join(run.text for run in line) for line in lines_of("  one two three four", 12)] == [
        "  one two",
        "      three",
        "      four",
    ]


def test_a_word_that_is_wider_than_the_screen_is_cut():
    assert [line[0].text.strip() for line in lines_of("abcdefghij", 8)] == ["abcdefgh", "ij"]


def test_what_is_no_colour_is_refused():
    with pytest.raises(AssertionError, match="not a colour"):
        lines_of("\033[2J", 80)


def test_letters_that_mean_something_to_xml_are_only_letters():
    drawn = picture(lines_of("<a> & b", 80), width=80, name='"x" <y>', said="<z>")
    assert "&lt;a&gt; &amp; b" in drawn
    assert "<title>&lt;z&gt;</title>" in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
