"""The printed schemas are sound, take what the program takes and writes, and refuse mistakes."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from reconciler.cli import run
from reconciler.cli.commands.schema.schemas import SCHEMAS
from reconciler.stages.load import parse

EVERYTHING = """\
version: 1
required_version: ">=0.1"
manifests: [manifests]
state: sqlite:///.reconciler/state.db
default_target: sandbox
vars: {region: ru, count: 3}
acknowledge:
  - {address: order_line/77/*, reason: archived by hand, until: 2026-12-31}
targets:
  sandbox:
    url: sandbox:.reconciler/sandbox.db
  production:
    url: https://ru.altkraft.com
    account: acme-prod
    token_env: ALTCRAFT_TOKEN
    state: sqlite:///production.db
    manifests: [manifests]
    vars: {business: 777}
    concurrency: 8
    requests_per_second: 0
    timeout: 30
    page_size: 200
    batch_size: 200
    send_token_in: body
    amount_scale: 100
    definitions: auto
    skip_triggers: true
    observe: auto
    order_statuses: []
limits:
  max_permanent_creates: 20
  max_line_changes: 1000
  max_order_share: 0.3
line_transitions:
  processing: [delivering, canceled]
  "?": [delivered]
"""
MANY = """\
custom_line_statuses:
  - {external_id: "packed", name: Packed, type: in_process}
orders:
  - {external_id: "1234000", hold: once, lines: [{external_id: "line_01", status: packed}]}
  - {external_id: "gone", hold: once, line_status: delivered}
  - external_id: "new"
    email: someone@example.com
    endpoint: website
    status: new
    total_price: "10"
    currency: RUB
    lines:
      - {external_id: "l", product: p, base_price_per_item: 10, min_price_per_item: 10, final_price_per_item: 10, count: 1}
"""  # noqa: E501 - one line a line
EXAMPLES = Path(__file__).parents[2] / "examples"


def validator(name):
    return jsonschema.Draft202012Validator(SCHEMAS[name]())


def settings_fit(text):
    (document,) = parse(text.encode(), "reconciler.yaml").documents
    return validator("settings").is_valid(document.data)


@pytest.fixture
def planned(tmp_path, capsys):
    """Give a function that plans, and checks and returns what was written as JSON."""
    assert run(["init", str(tmp_path)]) == 0
    capsys.readouterr()

    def plan(*arguments, code=0):
        assert run(["plan", "-C", str(tmp_path), "-o", "json", *arguments]) == code
        document = json.loads(capsys.readouterr().out)
        validator("plan").validate(document)
        return document

    return plan


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_every_schema_is_one_and_says_which_draft(name, capsys):
    assert run(["schema", name]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_there_are_no_other_schemas(capsys):
    assert run(["schema", "plans"]) == 64
    assert "'manifest', 'settings', 'plan', 'report'" in capsys.readouterr().err


def test_settings_fit_with_every_key_and_with_the_fewest():
    assert settings_fit(EVERYTHING)
    assert settings_fit("version: 1\ntargets: {a: {url: 'https://a.example'}}\n")


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.relative_to(EXAMPLES).as_posix()
)
def test_the_examples_fit(path):
    for document in parse(path.read_bytes(), path.name).documents:
        validator("settings" if path.name == "reconciler.yaml" else "manifest").validate(document.data)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("version: 1", "version: 2"),
        ("default_target", "default_targt"),
        ("page_size: 200", "page_size: many"),
        ("send_token_in: body", "send_token_in: query"),
        ("until: 2026-12-31", "until: some day"),
        ("token_env: ALTCRAFT_TOKEN", "token: secret"),
        ("max_order_share: 0.3", "max_order_share: 3"),
    ],
)
def test_settings_with_a_mistake_do_not_fit(right, wrong):
    assert not settings_fit(EVERYTHING.replace(right, wrong, 1))


def test_every_key_of_the_settings_is_described_and_none_has_a_made_up_title():
    schema = SCHEMAS["settings"]()
    for part in (schema, *schema["$defs"].values()):
        for name, value in part.get("properties", {}).items():
            assert value.get("description"), name
            assert "title" not in value


def test_plans_fit_before_and_after_an_apply(planned, tmp_path, capsys):
    assert planned()["summary"]["ensure"] == 2
    assert run(["apply", "-C", str(tmp_path), "--auto-approve"]) == 0
    capsys.readouterr()
    assert planned()["summary"]["keep"] == 2


def test_a_plan_with_every_sort_of_change_fits(planned, tmp_path):
    (tmp_path / "manifests/more.yaml").write_text(MANY)
    for path in (tmp_path / "manifests/orders").iterdir():
        path.unlink()
    document = planned("--detailed-exitcode", code=2)
    assert {change["action"] for change in document["changes"]} == {"create", "update", "ensure", "withhold"}
    selected = planned("--only", "line_status/*", "--exclude", "order/*")
    assert selected["selection"]["only"] == ["line_status/*"]


def test_a_refused_plan_fits(planned):
    document = planned("--max-line-changes", "0", code=5)
    assert document["exit_code"] == 5


def test_plans_that_could_not_be_drawn_fit(planned, tmp_path):
    assert planned("-t", "nowhere", code=64)["target"]["name"] is None
    assert planned("--nonsense", code=64)["complete"] is False
    (tmp_path / "manifests/broken.yaml").write_text("orders: [{external_id: 5}]\n")
    assert planned(code=4)["target"]["name"] == "sandbox"
    (tmp_path / "reconciler.yaml").write_text("version: [\n")
    assert planned(code=4)["diagnostics"]


def test_a_plan_with_further_keys_fits(planned):
    document = planned()
    document["new"] = document["summary"]["new"] = document["changes"][0]["new"] = 1
    validator("plan").validate(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format_version"], "2.0"),
        (["command"], "apply"),
        (["created_at"], "2026-11-20"),
        (["digest"], "sha256:1"),
        (["complete"], "yes"),
        (["target"], None),
        (["summary", "keep"], -1),
        (["selection", "only"], "x"),
        (["changes", 0, "address"], "delivery_slot"),
        (["changes", 0, "action"], "delete"),
        (["changes", 0, "action"], "withhold"),
        (["changes", 0, "evidence"], "guessed"),
        (["changes", 0, "permanent"], None),
        (["changes", 0, "fields", 0, "path"], ""),
        (["changes", 0, "origin", "line"], "1"),
    ],
)
def test_a_plan_with_a_mistake_does_not_fit(planned, path, value):
    document = copy.deepcopy(planned())
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not validator("plan").is_valid(document)


def test_every_key_of_a_plan_is_promised(planned):
    document, schema = planned(), SCHEMAS["plan"]()
    assert set(document) == set(schema["required"]) == set(schema["properties"])
    assert set(document["summary"]) == set(schema["properties"]["summary"]["required"])
    for change in document["changes"]:
        assert set(change) <= set(schema["$defs"]["change"]["properties"])


def test_reports_fit_done_refused_misused_and_resumed(planned, tmp_path, capsys):
    def reported(*arguments, code=0):
        assert run([*arguments, "-o", "json"]) == code
        document = json.loads(capsys.readouterr().out)
        validator("report").validate(document)
        return document

    here = ("-C", str(tmp_path))
    assert reported("apply", *here, "--auto-approve", "--max-line-changes", "0", code=5)["outcomes"] == []
    assert reported("apply", *here, "--auto-approve")["summary"]["done"] == 3
    assert reported("resume", *here, "--auto-approve")["command"] == "resume"
    assert reported("apply", *here, "--nonsense", code=64)["run"] is None


def test_a_report_with_another_fate_does_not_fit(planned, tmp_path, capsys):
    assert run(["apply", "-C", str(tmp_path), "--auto-approve", "-o", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    document["outcomes"][0]["outcome"] = "deleted"
    assert not validator("report").is_valid(document)
