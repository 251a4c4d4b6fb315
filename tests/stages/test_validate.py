"""Every mistake is found at its place, in one run, in words of our own."""

import re

import pytest

from reconciler.model import address
from reconciler.model.diagnostic import Severity
from reconciler.ports import Terms
from tests.kinds.manifests import FIELDS, FULL, TERMS, read, said, sound

FIELD = (
    "custom_fields:\n  - {external_id: f, name: F, entity_type: order, value_type: int, default_value: 1}\n"
)


def lines(*written: str) -> str:
    return "orders:\n  - external_id: '1'\n    hold: once\n    lines:\n" + "".join(
        f"      - {line}\n" for line in written
    )


SHAPES = {
    "a list at the top": ("- a\n", "m.yaml:1:1 a manifest has to be a mapping, not a list"),
    "text at the top": ("hello\n", 'm.yaml:1:1 a manifest has to be a mapping, not "hello"'),
    "an unknown section": ("order: []\n", 'm.yaml:1:1 unknown key "order" in the manifest'),
    "a section that is no list": ("orders: 5\n", "m.yaml:1:9 orders of the manifest has to be a list, not 5"),
    "no targets": ("targets: []\n", "m.yaml:1:10 targets of the manifest must not be empty"),
    "targets that are no list": (
        "targets: production\n",
        'm.yaml:1:10 targets of the manifest has to be a list, not "production"',
    ),
    "an entry that is no mapping": (
        "orders:\n  - hello\n",
        'm.yaml:2:5 entry 1 of orders has to be a mapping, not "hello"',
    ),
    "an id that is a number": (
        "orders:\n  - external_id: 0012\n    line_status: new\n",
        'm.yaml:2:18 external_id of entry 1 of orders is a number as written: quote it, "0012"',
    ),
    "an id that is a truth": (
        "orders:\n  - external_id: true\n    line_status: new\n",
        'm.yaml:2:18 external_id of entry 1 of orders is true or false as written: quote it, "true"',
    ),
    "an id of a line that is a number": (
        lines("{external_id: 1.50, status: new}"),
        'm.yaml:5:23 external_id of entry 1 of lines of order 1 is a number as written: quote it, "1.50"',
    ),
    "an empty id": (
        "custom_line_statuses:\n  - external_id:\n    external: true\n",
        "m.yaml:2:17 external_id of entry 1 of custom_line_statuses is empty; an id is text in quotes",
    ),
    "an id that is a list": (
        "orders:\n  - external_id: [a]\n    line_status: new\n",
        "m.yaml:2:18 external_id of entry 1 of orders has to be text, not a list",
    ),
    "no id": ("orders:\n  - line_status: new\n", "m.yaml:2:5 entry 1 of orders lacks external_id"),
    "an id with a control character": (
        'orders:\n  - external_id: "a\\tb"\n    line_status: new\n',
        'm.yaml:2:18 external_id of order a\\tb holds a character that cannot be printed: "a\\tb"',
    ),
    "an id that is too long": (
        f"orders:\n  - external_id: {'x' * 256}\n    line_status: new\n",
        f"m.yaml:2:18 external_id of order {'x' * 59}… has 256 characters; 255 are allowed",
    ),
    "an unknown key of a line": (
        lines("{external_id: l, staus: new}"),
        'm.yaml:5:26 unknown key "staus" in line l of order 1',
    ),
    "a word that is none of the choices": (
        "custom_line_statuses:\n  - {external_id: s, name: S, type: canceld}\n",
        (
            "m.yaml:2:37 type of line status s has to be one of delivered, canceled, refunded, in_process, "
            'not "canceld"'
        ),
    ),
    "a truth that is a word": (
        "custom_line_statuses:\n  - {external_id: s, external: yes}\n",
        'm.yaml:2:32 external of line status s has to be true or false, not "yes"',
    ),
    "a name that is a list": (
        "custom_line_statuses:\n  - {external_id: s, name: [S], type: canceled}\n",
        "m.yaml:2:28 name of line status s has to be text, not a list",
    ),
    "an empty name": (
        "custom_line_statuses:\n  - {external_id: s, name: '', type: canceled}\n",
        "m.yaml:2:28 name of line status s must not be empty",
    ),
    "a member that is no number": (
        "custom_fields:\n  - {external_id: f, name: F, entity_type: order, value_type: enum, default_value: 1, enum_values: {a: '1'}}\n",  # noqa: E501
        'm.yaml:2:104 enum_values.a of custom field f has to be a whole number, not "1"',
    ),
    "no pieces": (
        lines("{external_id: l, count: 0}"),
        "m.yaml:5:33 count of line l of order 1 has to be a whole number of at least 1, not 0",
    ),
    "pieces in quotes": (
        lines("{external_id: l, count: '2'}"),
        'm.yaml:5:33 count of line l of order 1 has to be a whole number of at least 1, not "2"',
    ),
    "an empty from": (
        lines("{external_id: l, status: new, from: []}"),
        "m.yaml:5:45 from of line l of order 1 must not be empty",
    ),
    "no lines": (
        "orders:\n  - {external_id: a, hold: once, lines: []}\n",
        "m.yaml:2:41 lines of order a must not be empty",
    ),
    "a hold that is unknown": (
        "orders:\n  - {external_id: a, hold: forever, line_status: new}\n",
        'm.yaml:2:28 hold of order a has to be one of once, always, not "forever"',
    ),
    "a day that does not exist": (
        "orders:\n  - {external_id: a, expires: 2026-02-30, line_status: new}\n",
        'm.yaml:2:31 expires of order a is a date that does not exist: "2026-02-30"',
    ),
    "a day with a time": (
        "orders:\n  - {external_id: a, expires: '2026-02-03T00:00:00Z', line_status: new}\n",
        'm.yaml:2:31 expires of order a has to be a date such as 2026-12-31: "2026-02-03T00:00:00Z"',
    ),
    "three decimals": (
        FULL.replace('"19.00"', "19.005"),
        "m.yaml:5:18 total_price of order 1 has more than two decimals: 19.005",
    ),
    "a negative amount": (
        FULL.replace('"19.00"', "-19"),
        "m.yaml:5:18 total_price of order 1 must not be negative: -19",
    ),
    "an amount with an exponent": (
        FULL.replace('"19.00"', "1.9e1"),
        'm.yaml:5:18 total_price of order 1 has to be an amount in plain digits such as "9.50": 1.9e1',
    ),
    "an amount that is a word": (
        FULL.replace('"19.00"', "much"),
        'm.yaml:5:18 total_price of order 1 has to be an amount in plain digits such as "9.50": "much"',
    ),
    "a time that does not exist": (
        FULL.replace("    lines:", "    create_time: 2022-13-01 10:00:00\n    lines:"),
        'm.yaml:8:18 create_time of order 1 is a time that does not exist: "2022-13-01 10:00:00"',
    ),
    "a tag that is a mapping": (
        FULL.replace("    lines:", "    tags: [a, {b: c}]\n    lines:"),
        "m.yaml:8:15 tags[1] of order 1 has to be text, not a mapping",
    ),
    "no e-mail": (
        FULL.replace("    lines:", "    email: johndoe\n    lines:"),
        "m.yaml:8:12 email of order 1 is not an e-mail address",
    ),
}


@pytest.mark.parametrize(("text", "expected"), SHAPES.values(), ids=SHAPES)
def test_a_wrong_shape_is_named_at_its_place(text, expected):
    assert said(text) == [expected]


def test_no_words_of_the_library_reach_the_user():
    for text, _ in SHAPES.values():
        _, diagnostics = read(text)
        for each in diagnostics:
            assert not re.search(
                r"pydantic|Input should|Field required|valid (string|list)|https?://", f"{each}"
            )


def test_a_typing_error_in_a_key_is_answered_with_the_key_that_was_meant():
    _, (found,) = read("order:\n  - {external_id: a}\n")
    assert found.advice == 'did you mean "orders"?'


def test_a_key_that_resembles_none_is_answered_with_the_known_ones():
    _, (found,) = read(FIELD + "zzzzzz: 1\n")
    assert found.advice == "known are targets, custom_fields, custom_line_statuses, orders, order_sources"


def test_a_mistyped_key_is_not_missing_as_well():
    assert said("custom_line_statuses:\n  - {externl_id: a, name: A, type: canceled}\n") == [
        'm.yaml:2:6 unknown key "externl_id" in entry 1 of custom_line_statuses'
    ]
    assert said(FULL.replace("currency", "curency")) == ['m.yaml:7:5 unknown key "curency" in order 1']


def test_one_broken_entry_hides_nothing_of_another():
    text = lines("{external_id: l, status: shiped}") + "  - hello\n  - {external_id: '1', line_status: nwe}\n"
    assert said("orderz: 1\n" + text) == [
        'm.yaml:1:1 unknown key "orderz" in the manifest',
        'm.yaml:6:34 line l of order 1: the line status "shiped" is neither built in nor declared',
        'm.yaml:7:5 entry 2 of orders has to be a mapping, not "hello"',
        "m.yaml:8:19 order 1 is declared twice",
        'm.yaml:8:37 every line of order 1: the line status "nwe" is neither built in nor declared',
    ]


def test_a_broken_key_does_not_hide_the_other_faults_of_its_entry():
    text = FULL.replace("status: new", "status: nwe").replace("currency: USD", "currency: [USD]")
    assert said(text) == [
        (
            "m.yaml:4:13 status of order 1 has to be one of new, delivered, paid, canceled, part_refunded, "
            'not "nwe"'
        ),
        "m.yaml:7:15 currency of order 1 has to be text, not a list",
    ]


def test_what_follows_from_a_broken_value_is_not_told():
    assert said(FULL.replace('delivery_cost: "1"', "delivery_cost: one")) == [
        'm.yaml:6:20 delivery_cost of order 1 has to be an amount in plain digits such as "9.50": "one"'
    ]
    _, diagnostics = read("orders:\n  - {external_id: a, hold: one, line_status: new}\n")
    assert len(diagnostics) == 1


def test_a_broken_definition_still_counts_as_declared():
    text = """\
    custom_fields:
      - {external_id: f, nam: F, entity_type: order, value_type: int, default_value: 1}
      - {external_id: g, entity_type: ordre, value_type: int, default_value: 1, name: G}
    custom_line_statuses:
      - {external_id: s, name: S, type: nothing}
    orders:
      - {external_id: a, hold: once, lines: [{external_id: l, status: s}]}
    """
    full = FULL.replace("    lines:", "    custom_fields: {f: x, g: y}\n    lines:")
    assert said(text, full) == [
        'm.yaml:2:22 unknown key "nam" in custom field f',
        (
            "m.yaml:3:35 entity_type of custom field g has to be one of product, sku, order, line_order, "
            'not "ordre"'
        ),
        (
            "m.yaml:5:37 type of line status s has to be one of delivered, canceled, refunded, in_process, "
            'not "nothing"'
        ),
    ]


def test_duplicates_name_both_places_across_files():
    for text, name, column in (
        (FIELD, "custom field order/f", 19),
        ("custom_line_statuses:\n  - {external_id: s, external: true}\n", "line status s", 19),
        ("orders:\n  - {external_id: a, hold: once, line_status: new}\n", "order a", 19),
    ):
        _, diagnostics = read(text, text)
        (found,) = [each for each in diagnostics if each.severity is Severity.ERROR]
        assert found.summary == f"{name} is declared twice"
        assert str(found.origin) == f"m2.yaml:2:{column}"
        assert [str(each) for each in found.related] == [f"m.yaml:2:{column}"]


def test_one_field_id_may_serve_two_entity_types():
    other = FIELD.replace("entity_type: order", "entity_type: line_order")
    assert len(sound(FIELD, other).definitions) == 2


def test_definitions_may_stand_in_a_later_file_than_their_use():
    manifests = sound(lines("{external_id: l, status: packed}"), FIELDS)
    assert manifests.lines["1"]["l"].status == "packed"


def test_an_empty_section_declares_nothing():
    manifests = sound("orders:\ncustom_fields: []\ntargets: [a]\n")
    assert manifests.empty


def test_nothing_declares_nothing():
    assert sound("{}").empty


def test_names_may_hold_any_unicode():
    name = "Пункт выдачи 🛍 שלום"
    manifests = sound(f'custom_line_statuses:\n  - {{external_id: s, name: "{name}", type: canceled}}\n')
    assert manifests.definitions[address.line_status("s")].fields["name"] == name


def test_a_flood_of_errors_is_cut_with_a_count_of_the_rest():
    text = lines(*(f"{{external_id: l{number}, status: nwe}}" for number in range(1500)))
    _, diagnostics = read(text)
    assert len(diagnostics) == 1001
    assert diagnostics[-1].summary == "500 more errors are not shown"


def test_errors_in_files_behind_the_flood_are_counted_one_by_one():
    def broken(name: str) -> str:
        wrong = "{external_id: a, statos: new}, {externl_id: b, status: nwe}, 7"
        entry = f"{{external_id: %s, hold: once, lines: [{wrong}]}}"
        return "orders:\n" + "".join(f"  - {entry % f'{name}{number}'}\n" for number in range(300))

    texts = [broken(name) for name in "abc"]
    alone = [said(text) for text in texts]
    _, diagnostics = read(*texts)

    assert len(diagnostics) == 1001
    assert [str(each) for each in diagnostics[: len(alone[0])]] == [str(each) for each in read(texts[0])[1]]
    assert diagnostics[-1].summary == f"{sum(map(len, alone)) - 1000:,} more errors are not shown"


def test_order_statuses_of_the_settings_are_accepted():
    terms = Terms(order_statuses=frozenset({"new", "confirmed"}))
    sound(FULL.replace("status: new", "status: confirmed"), terms=terms)
    (found,) = said(FULL.replace("status: new", "status: paid"), terms=terms)
    assert found.endswith('has to be one of new, confirmed, not "paid"')


def test_the_same_input_gives_the_same_findings():
    text = FIELDS + FULL + "zz: 1\n"
    assert read(text, terms=TERMS) == read(text, terms=TERMS)


def test_what_is_wrong_with_the_value_of_a_mistyped_key_is_named_where_it_stands():
    found = said('orders:\n  - external_id: "1"\n    Status: nothing_like_it\n')

    assert [each.split(" ")[0] for each in found] == ["m.yaml:3:5", "m.yaml:3:13"]


def test_a_line_that_is_no_mapping_hides_no_fault_of_the_next_one():
    entry = "  - {external_id: '1', hold: once, lines: [b, {external_id: c, status: true}]}"
    assert said(f"orders:\n{entry}") == [
        'm.yaml:2:44 lines[0] of order 1 has to be a mapping, not "b"',
        'm.yaml:2:72 status of line c of order 1 has to be text, or in quotes "true", not true',
    ]
