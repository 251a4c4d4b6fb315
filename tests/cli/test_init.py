"""`init` makes a repository that plans, applies and teaches; and it never takes anything away."""

import json
import subprocess
from datetime import date

import jsonschema
import pytest

from reconciler.cli import run
from reconciler.cli.commands.init.scaffold import scaffold
from reconciler.sandbox import Market
from reconciler.stages.load import parse

SETTINGS = "version: 1\ntargets: {sandbox: {url: 'sandbox:.reconciler/sandbox.db'}}\n"


@pytest.fixture
def shop(tmp_path, capsys):
    folder = tmp_path / "shop"
    assert run(["init", str(folder)]) == 0
    capsys.readouterr()
    return folder


def manifests(folder):
    return sorted((folder / "manifests").rglob("*.yaml"))


def test_what_it_makes_is_valid_plans_and_applies(shop, capsys):
    assert run(["validate", "-C", str(shop)]) == 0
    assert capsys.readouterr().out == "Valid: yes. 0 errors, 0 warnings.\n"
    assert run(["plan", "-C", str(shop)]) == 0
    planned = capsys.readouterr().out
    assert "Plan: 0 to create, 1 to update, 2 to ensure (2 permanent), 0 to release, 0 withheld." in planned
    assert "note:" not in planned
    assert run(["apply", "-C", str(shop), "--auto-approve"]) == 0
    assert "Applied: 3 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld." in capsys.readouterr().out
    lines = Market(shop / ".reconciler/sandbox.db").order("1234000")["lines"]
    assert [line["status"] for line in lines] == ["at_pickup_point", "delivering"]
    assert run(["plan", "-C", str(shop)]) == 0
    assert "No changes known." in capsys.readouterr().out


def test_what_it_makes_is_laid_out_as_fmt_would(shop, capsys):
    assert run(["fmt", "-C", str(shop), "--check", "--diff"]) == 0
    assert capsys.readouterr().out == ""


def test_editors_find_the_schema_and_every_file_fits_it(shop):
    for path in [*manifests(shop), shop / "reconciler.yaml"]:
        first = path.read_text().splitlines()[0]
        marker, _, where = first.partition("$schema=")
        assert marker == "# yaml-language-server: "
        schema = json.loads((path.parent / where).read_text())
        (document,) = parse(path.read_bytes(), path.name).documents
        jsonschema.Draft202012Validator(schema).validate(document.data)


@pytest.mark.parametrize("name", ["manifest", "settings"])
def test_the_schemas_that_it_makes_are_those_that_schema_prints(shop, name, capsys):
    assert run(["schema", name]) == 0
    assert (shop / f".reconciler/{name}.schema.json").read_text() == capsys.readouterr().out


def test_git_keeps_the_schemas_and_ignores_state_and_sandbox(shop, capsys):
    assert run(["apply", "-C", str(shop), "--auto-approve"]) == 0
    subprocess.run(["git", "init", "-q", str(shop)], check=True, capture_output=True)
    listed = subprocess.run(
        ["git", "-C", str(shop), "ls-files", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert [name for name in listed if name.startswith(".reconciler/")] == [
        ".reconciler/manifest.schema.json",
        ".reconciler/settings.schema.json",
    ]


def test_where_settings_exist_nothing_is_made(tmp_path, capsys):
    (tmp_path / "reconciler.yaml").write_text(SETTINGS)
    (tmp_path / ".gitignore").write_text("mine\n")
    assert run(["init", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "reconciler.yaml exists; so do .gitignore; nothing was made" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "reconciler.yaml"]
    assert (tmp_path / "reconciler.yaml").read_text() == SETTINGS


def test_a_file_that_exists_is_left_and_listed(tmp_path, capsys):
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/fields.yaml").write_text("custom_fields: []\n")
    (tmp_path / ".gitignore").write_text("mine\n")
    assert run(["init", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert said.out.endswith("Left as they were:\n  manifests/fields.yaml\n  .gitignore\n")
    assert "add .reconciler/* and !.reconciler/*.schema.json to it" in said.err
    assert (tmp_path / "manifests/fields.yaml").read_text() == "custom_fields: []\n"
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert run(["validate", "-C", str(tmp_path)]) == 0


def test_a_sandbox_that_exists_is_left_alone(tmp_path, capsys):
    market = Market(tmp_path / ".reconciler/sandbox.db")
    market.put_status({"external_id": "mine", "name": "Mine", "type": "in_process"})
    assert run(["init", str(tmp_path)]) == 0
    assert market.orders() == []
    assert ".reconciler/sandbox.db\n" in capsys.readouterr().out.partition("Left as they were:")[2]


def test_it_says_what_to_type_next_and_where(tmp_path, capsys):
    assert run(["init", str(tmp_path / "my shop")]) == 0
    assert (
        capsys.readouterr().err
        == f"Next:\n  cd '{tmp_path}/my shop'\n  reconciler plan\n  reconciler apply\n"
    )


def test_it_works_in_the_folder_that_is_named_before_or_after_it(tmp_path, capsys):
    for name, arguments in {"a": ["init", "-C"], "b": ["-C"]}.items():
        (tmp_path / name).mkdir()
        rest = [] if name == "a" else ["init"]
        assert run([*arguments, str(tmp_path / name), *rest]) == 0
        assert (tmp_path / name / "reconciler.yaml").is_file()


def test_a_folder_that_cannot_be_filled_is_told_in_plain_words(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(["init", str(tmp_path / "file")]) == 1
    assert "cannot be filled" in capsys.readouterr().err


def test_json_tells_what_was_made_and_what_was_not(tmp_path, capsys):
    assert run(["init", str(tmp_path), "-o", "json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["existing"] == []
    assert first["made"][-1] == "reconciler.yaml"
    assert first["next"][-1] == "reconciler apply"
    assert run(["init", str(tmp_path), "-o", "json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert again.keys() == first.keys()
    assert (again["made"], set(again["existing"])) == ([], set(first["made"]))
    assert again["diagnostics"][0]["severity"] == "error"


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2028, 2, 29)])
def test_the_wish_expires_a_year_from_the_day_that_is_passed_in(today):
    texts = scaffold(today, manifest_schema="", settings_schema="")
    (name,) = (name for name in texts if name.startswith("manifests/orders/"))
    assert name == f"manifests/orders/{today:%Y-%m}-corrections.yaml"
    (document,) = parse(texts[name].encode(), name).documents
    expires = date.fromisoformat(str(document.data["orders"][0]["expires"]))
    assert (expires - today).days == 365
