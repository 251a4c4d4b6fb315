"""`explain` tells of every kind what its shape takes, so that nothing has to be told twice."""

import json

import pytest

from reconciler.cli import run
from reconciler.cli.commands.explain.anatomy import SECTIONS
from reconciler.kinds import EXPLAINED, KINDS


def explained(capsys, *arguments, code=0):
    assert run(["explain", *arguments, "-o", "json"]) == code
    return json.loads(capsys.readouterr().out)


def fields(capsys, kind):
    (found,) = explained(capsys, kind)["kinds"]
    return {field["name"]: field for field in found["fields"]}


def test_without_a_kind_all_are_listed_with_a_summary(capsys):
    assert run(["explain"]) == 0
    text = capsys.readouterr().out
    for name, kind in EXPLAINED.items():
        assert any(line.startswith(name) and kind.summary in line for line in text.splitlines())
    assert [kind["name"] for kind in explained(capsys)["kinds"]] == list(EXPLAINED)


@pytest.mark.parametrize("name", list(EXPLAINED))
def test_a_kind_is_told_with_every_key_and_every_capability(name, capsys):
    assert run(["explain", name]) == 0
    text = capsys.readouterr().out
    for key, field in fields(capsys, name).items():
        assert f"\n  {key}  {field['type']}" in text
        assert field["description"]
    for sentence in EXPLAINED[name].capabilities.values():
        assert sentence in text


@pytest.mark.parametrize("kind", list(KINDS.every()), ids=lambda kind: kind.name)
def test_the_keys_are_those_of_the_shape(kind, capsys):
    shapes = [shape.model_fields.items() for shape in kind.shapes]
    assert run(["explain", kind.name, "-o", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["kinds"][0]["fields"]
    assert [each["name"] for each in told] == [field.alias or name for each in shapes for name, field in each]


def test_a_kind_with_types_tells_the_keys_of_each(capsys):
    assert run(["explain", "order_source"]) == 0
    text = capsys.readouterr().out
    assert text.index("Keys of type: table") < text.index("\n  path  ") < text.index("yandex_market\n  name")
    assert text.index("Keys of type: yandex_market") < text.index("\n  business_id  ")


def test_types_values_and_conditions_are_in_plain_words(capsys):
    custom_field = fields(capsys, "custom_field")
    assert custom_field["value_type"]["values"] == ["unicode", "int", "float", "bool", "enum", "date"]
    assert custom_field["enum_values"]["type"] == "mapping of text to integer"
    assert custom_field["external_id"]["required"] == "always"
    assert custom_field["entity_type"]["required"] == "always"
    assert custom_field["name"]["required"] == "unless external: true"
    assert custom_field["adopt"] | {"description": ""} == {
        "name": "adopt",
        "type": "true or false",
        "required": "",
        "default": None,
        "values": [],
        "description": "",
    }
    order = fields(capsys, "order")
    assert order["total_price"]["type"] == "amount"
    assert order["total_price"]["required"] == "in a full declaration"
    assert (order["expires"]["type"], order["create_time"]["type"]) == ("date", "time")
    assert (order["lines"]["type"], order["tags"]["type"]) == ("list of mapping", "list of text")
    line = fields(capsys, "order_line")
    assert (line["count"]["type"], line["count"]["required"]) == ("integer", "in a full declaration")
    assert line["from"]["required"] == ""


@pytest.mark.parametrize(("section", "name"), list(SECTIONS.items()))
def test_a_section_of_a_manifest_names_its_kind(section, name, capsys):
    (found,) = explained(capsys, section)["kinds"]
    assert (found["name"], found["section"]) == (name, section)


@pytest.mark.parametrize(
    ("typo", "advice"),
    [
        ("ordr", 'did you mean "order"?'),
        ("custom_feilds", "custom_fields"),
        ("zzz", "there are custom_field"),
    ],
)
def test_a_typing_error_gets_a_suggestion(typo, advice, capsys):
    assert run(["explain", typo]) == 64
    said = capsys.readouterr()
    assert f"there is no kind {typo}" in said.err
    assert advice in said.err
    assert said.out == ""
    assert explained(capsys, typo, code=64)["kinds"] == []


def test_no_line_is_wider_than_a_screen(capsys):
    for name in EXPLAINED:
        assert run(["explain", name]) == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) <= 110
