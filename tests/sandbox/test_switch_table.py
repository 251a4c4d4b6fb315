import re

import pytest

from reconciler.sandbox import SWITCHES, chosen, switch_table, switch_table_markdown, switches
from reconciler.sandbox.yandex import switches as yandex_switches


def test_every_open_point_is_a_switch_or_named_as_the_clients_own():
    switched = {row for switch in SWITCHES for row in switch.rows}
    written = (switch_table.__doc__ or "").partition("nothing to switch")[2]
    written += (yandex_switches.__doc__ or "").partition("nothing to switch")[2]
    named = set(re.findall(r"^- ([AY]\d+)(?: and (A\d+))?", written, re.MULTILINE))
    named = {row for rows in named for row in rows if row}
    assert named == set(switch_table.CLIENT_ONLY)
    rows = {f"A{number}" for number in range(1, 53)} | {f"Y{number}" for number in range(1, 33)}
    assert switched | named == rows
    assert not switched & named


def test_every_switch_has_its_default_first_among_several_values():
    assert len({switch.name for switch in SWITCHES}) == len(SWITCHES)
    for switch in SWITCHES:
        assert switch.default == next(iter(switch.values))
        assert len(switch.values) > 1


def test_every_value_of_every_switch_can_be_chosen_by_name():
    for switch in SWITCHES:
        for value in switch.values:
            assert chosen({switch.name: value}) == {switch.name: value}


def test_a_switch_is_chosen_by_its_row_when_the_row_has_one():
    assert chosen({"A9": "shown", "a10": "decimals"}) == {"line_status": "shown", "amounts": "decimals"}


def test_a_row_with_several_switches_takes_the_one_that_knows_the_value():
    assert chosen({"A2": "440"}) == {"wrong_token": "440"}
    with pytest.raises(ValueError, match="A14 has several switches, name one of them: reimport_lines"):
        chosen({"A14": "merge"})


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"line_statu": "shown"}, "unknown switch 'line_statu'; did you mean 'line_status'?"),
        ({"line_status": "show"}, "unknown value 'show'; did you mean 'shown'? (allowed: hidden, shown)"),
        ({"A20": "x"}, "A20 has no switch: it is not up to the server"),
        ({"A99": "x"}, "unknown switch 'A99'"),
        ({"A9": "shown", "line_status": "hidden"}, "switch line_status is set twice"),
    ],
)
def test_a_wrong_choice_is_refused_with_a_way_out(words, text):
    with pytest.raises(ValueError, match=re.escape(text)):
        chosen(words)


def test_a_behaviour_has_a_value_for_every_switch_and_the_later_choice_wins():
    how = switches.behaviour({"A9": "shown"}, {"line_status": "hidden", "amounts": "numbers"})
    assert set(how) == {switch.name for switch in SWITCHES}
    assert (how["line_status"], how["amounts"]) == ("hidden", "numbers")


def test_the_table_in_markdown_holds_every_switch_in_one_row():
    rows = switch_table_markdown().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [switch.name for switch in SWITCHES]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
