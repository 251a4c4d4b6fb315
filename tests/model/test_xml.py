"""What XML can write: names and characters, as its rules have them."""

from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.xml import forbidden, is_name


def parses(text):
    try:
        expat.ParserCreate("utf-8").Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


@pytest.mark.parametrize("name", ["a", "_", "slot_2", "a-b.c", "размер", "әлем", "Größe", "xml"])
def test_ids_of_letters_digits_and_a_few_signs_are_names(name):
    assert is_name(name)
    assert parses(f"<{name}/>")


@pytest.mark.parametrize(
    "text", ["", "1", "-a", ".a", "a b", "a:b", "a/", "a>", "a\n", " a", "{u}a", "№", "😀"]
)
def test_other_ids_are_none(text):
    assert not is_name(text)


@given(st.text(max_size=4) | st.text(alphabet=st.characters(max_codepoint=0x600), max_size=3))
def test_what_is_called_a_name_is_one_to_an_old_parser(text):
    assert not is_name(text) or parses(f"<{text}/>")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tab\tline\r\nя😀", None),
        ("\x00", "U+0000"),
        ("a\x1b", "U+001B"),
        ("\ud800", "U+D800"),
        ("\ufffe", "U+FFFE"),
    ],
)
def test_a_character_that_xml_cannot_carry_is_named(text, found):
    assert forbidden(text) == found


@given(st.characters(exclude_characters="<&"))
def test_every_character_that_is_not_named_can_be_read(character):
    assert (forbidden(character) is None) == parses(f"<a>{character}</a>")
