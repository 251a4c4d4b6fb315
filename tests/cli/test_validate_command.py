"""validate, as a user types it: everything that is wrong, at its place, without a network."""

import re

import pytest

from reconciler.reports.text.masking import masked
from tests.cli.shop import EMAIL, STATUSES, states


def test_what_is_right_is_0(shop):
    shop.declare(STATUSES + states("1", l1="packed"))

    ended = shop.run("validate")

    assert (ended.code, ended.out, ended.err) == (0, "Valid: yes. 0 errors, 0 warnings.\n", "")


def test_it_needs_no_target_that_answers_and_no_token(shop):
    shop.settle_in("https://market.invalid", token_env="UNSET")
    shop.declare(STATUSES)

    assert shop.run("validate").code == 0
    assert shop.market.requests() == []


def test_everything_that_is_wrong_is_found_in_one_run_at_file_line_and_column(shop):
    shop.declare(
        "custom_line_statuses:\n  - {external_id: packed, name: Packed, type: in_proces}\n", "a.yaml"
    )
    shop.declare(states("1", l1="pakced", l2="delivered"), "b.yaml")
    shop.declare("custom_fields:\n\t- x\n", "c.yaml")

    ended = shop.run("validate")

    assert ended.code == 4
    for place in (
        r"manifests/a\.yaml:2:\d+: error: ",
        r"manifests/b\.yaml:2:\d+: error: ",
        r"manifests/c\.yaml:2:1: error: ",
    ):
        assert re.search(f"^{place}", ended.out, re.MULTILINE), place
    assert re.search(r"^ +2 \| .*in_proces", ended.out, re.MULTILINE)
    assert "did you mean" in ended.out
    assert re.search(r"^Valid: no\. \d+ errors, \d+ warnings\.$", ended.out.splitlines()[-1])


def test_a_warning_is_no_error(shop):
    shop.declare(states("1", "expires: 2099-01-01", l1="delivered").replace("expires: 2099-01-01, ", ""))

    ended = shop.run("validate")

    assert (ended.code, ended.out.splitlines()[-1]) == (0, "Valid: yes. 0 errors, 1 warnings.")


def test_the_document_holds_each_finding_with_its_place(shop):
    shop.declare(states("1", l1="pakced"))

    ended = shop.run("validate", "-o", "json", "--color", "always", "-v")

    assert (ended.code, ended.json["exit_code"], ended.json["command"]) == (4, 4, "validate")
    found = ended.json["diagnostics"][0]
    assert (found["severity"], found["origin"]["file"], found["origin"]["line"]) == (
        "error",
        "manifests/shop.yaml",
        2,
    )


@pytest.mark.parametrize("arguments", [["--frobnicate"], ["-t", "nowhere"], ["-o", "sarif"]])
def test_wrong_usage_is_64_with_a_document_all_the_same(shop, arguments):
    ended = shop.run("validate", "-o", "json", *arguments)

    assert ended.code == 64
    assert (ended.json["exit_code"], ended.json["command"]) == (64, "validate")


def test_settings_that_are_wrong_are_4(shop):
    shop.settle_in(rest="stat: sqlite:///x.db\n")

    ended = shop.run("validate", "-o", "json")

    assert (ended.code, ended.json["exit_code"]) == (4, 4)
    assert "reconciler.yaml:4:1: error: " in ended.err
    assert "state" in ended.err


def test_each_target_is_checked_unless_one_is_named(shop):
    two = "targets:\n  a: {url: 'sandbox:a.db'}\n  b: {url: 'sandbox:b.db', vars: {status: delivered}}\n"
    (shop.root / "reconciler.yaml").write_text(f"version: 1\n{two}")
    shop.declare(states("1", l1='"${status}"'))

    assert shop.run("validate").code == 4
    assert shop.run("validate", "-t", "b").code == 0
    assert shop.run("validate", CI="true").code == 4


def test_no_settings_anywhere_says_what_to_do(shop):
    (shop.root / "reconciler.yaml").unlink()

    ended = shop.run("validate", "-o", "json")

    assert ended.code == 4
    assert "reconciler.yaml" in ended.err
    assert ended.json["exit_code"] == 4


def test_a_quoted_line_of_a_file_shows_nobody_and_its_caret_still_points(shop):
    field = "external_id: passport, name: P, entity_type: order, value_type: int, default_value: 1"
    order = f'external_id: "1", email: {EMAIL}, phone: "+79001234567"'
    shop.declare(
        f"custom_fields:\n  - {{{field}, sensitive: true}}\n"
        f"orders:\n  - {{{order}, custom_fields: {{passport: 4512_x}}, stauts: x}}\n"
    )

    ended = shop.run("validate")

    assert ended.code == 4
    for personal in (EMAIL, "9001234567", "4512_x"):
        assert personal not in ended.out + ended.err
    quoted = re.findall(r"^( +4 \| .*)\n( +\| +\^)$", ended.out, re.MULTILINE)
    assert "stauts: x" in [line[len(caret) - 1 :][:9] for line, caret in quoted]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("email: john@example.com # ann@example.com", "email: j………@example.com # a……@example.com"),
        ('{"phone": "+7 900", "count": 1}', '{"phone": "••••••", "count": 1}'),
        ("- {profile_id: 77, telephone: 12}", "- {profile_id: ••, telephone: 12}"),
        ("field_value: 'it is'", "field_value: '•••••'"),
        ("name: a @ b", "name: a @ b"),
    ],
)
def test_masking_keeps_the_length(line, shown):
    assert masked(line) == shown
    assert len(shown) == len(line)
