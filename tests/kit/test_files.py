"""The kit's files hold to the rules of those who read them: GitHub, GitLab, pre-commit, the shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from reconciler.project.codes import MEANINGS

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / "kit" / "github").glob("*.yml"))
SCRIPTS = sorted((ROOT / "kit" / "scripts").glob("*.sh"))
GITLAB = ROOT / "kit" / "gitlab" / "reconciler.gitlab-ci.yml"
ACTION = ROOT / "action.yml"
KUBERNETES = ROOT / "kit" / "kubernetes"


def read(path):
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def held(schema, path, *more):
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, *more, path]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_one_and_ends_in_time(path):
    held("vendor.github-workflows", path)
    held("custom.github-workflows-require-timeout", path)


def test_the_action_is_one():
    held("vendor.github-actions", ACTION)


def test_the_template_for_gitlab_is_one():
    held("vendor.gitlab-ci", GITLAB, "--data-transform", "gitlab-ci")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--check-metaschema", KUBERNETES / "job.schema.json"],
        ["--schemafile", KUBERNETES / "job.schema.json", KUBERNETES / "job.yaml"],
    ],
    ids=["schema", "job"],
)
def test_the_job_for_kubernetes_has_only_fields_that_there_are(arguments):
    ended = subprocess.run(
        [BIN / "check-jsonschema", *arguments], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(("index", "shard"), [("0", "1/4"), ("3", "4/4")])
def test_a_pod_counts_its_shard_from_its_index(tmp_path, index, shard):
    spec = read(KUBERNETES / "job.yaml")["spec"]
    (pod,) = spec["template"]["spec"]["containers"]
    shards = next(each["value"] for each in pod["env"] if each["name"] == "SHARDS")
    assert int(shards) == spec["completions"] == spec["parallelism"]
    program = tmp_path / "reconciler"
    program.write_text('#!/bin/sh\necho "$RECONCILER_SHARD $*"\n')
    program.chmod(0o755)
    said = subprocess.run(
        [*pod["command"], *pod["args"]],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "JOB_COMPLETION_INDEX": index, "SHARDS": shards},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert said[:3] == [shard, "apply", "/plan/plan.json"]


def test_a_pod_is_not_started_again_for_what_the_program_ended_with():
    rules = read(KUBERNETES / "job.yaml")["spec"]["podFailurePolicy"]["rules"]
    listed = set(rules[0]["onExitCodes"]["values"])
    ends = {code for code in MEANINGS if code not in {0, 2, 7, 130, 143}}
    assert listed == ends


def test_the_matrix_of_shards_counts_as_many_as_it_says():
    job = read(ROOT / "kit" / "github" / "reconciler-apply-shards.yml")["jobs"]["apply"]
    shards = job["strategy"]["matrix"]["shard"]
    (said,) = [step["with"]["shards"] for step in job["steps"] if "shards" in step.get("with", {})]
    assert shards == [*range(1, int(said) + 1)]
    assert job["strategy"]["fail-fast"] is False


def test_the_scripts_hold_to_the_rules_of_the_shell():
    ended = subprocess.run([BIN / "shellcheck", "-x", *SCRIPTS], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert all(os.access(path, os.X_OK) for path in SCRIPTS if path.name != "common.sh")


def test_a_workflow_gives_the_action_only_inputs_that_it_has():
    inputs = set(read(ACTION)["inputs"])
    for path in WORKFLOWS:
        for job in read(path)["jobs"].values():
            for step in job["steps"]:
                if "reconciler@" in step.get("uses", ""):
                    assert set(step["with"]) <= inputs
                    assert {"command", "target"} <= set(step["with"])


def test_a_workflow_that_plans_or_looks_for_drift_holds_no_token_that_writes():
    for name in ("reconciler-plan", "reconciler-drift"):
        assert "ALTCRAFT_TOKEN" not in (ROOT / "kit" / "github" / f"{name}.yml").read_text("utf-8")


def test_every_job_that_holds_a_token_says_which_hosts_it_may_go_to():
    for path in WORKFLOWS:
        workflow = read(path)
        for job in workflow["jobs"].values():
            assert "RECONCILER_ALLOWED_HOSTS" in {**workflow.get("env", {}), **job.get("env", {})}
    assert "RECONCILER_ALLOWED_HOSTS" in GITLAB.read_text("utf-8")


def test_nothing_from_outside_is_put_into_a_script_by_the_forge():
    for step in read(ACTION)["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), step["name"]
    for path in WORKFLOWS:
        for job in read(path)["jobs"].values():
            assert all("${{" not in step.get("run", "") for step in job["steps"])


def test_each_command_of_the_action_has_its_script():
    steps = "".join(step.get("run", "") for step in read(ACTION)["runs"]["steps"])
    named = set(re.findall(r"kit/scripts/([a-z-]+)\.sh", steps)) | {"plan", "apply", "report", "drift"}
    assert named <= {path.stem for path in SCRIPTS}


def test_a_hook_runs_a_command_that_there_is():
    for hook in read(ROOT / ".pre-commit-hooks.yaml"):
        words = hook["entry"].split()
        ended = subprocess.run(
            [sys.executable, "-m", *words, "--help"], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0
        assert "Usage: reconciler " in ended.stdout


def test_the_image_installs_from_the_lock_and_is_nobody_special():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "--require-hashes -r /tmp/all.txt" in text
    assert re.search(r"^USER \d+$", text, re.MULTILINE)
    lock = (ROOT / "requirements" / "all.txt").read_text("utf-8")
    assert "psycopg" in lock
    assert "file:" not in lock
    assert "--hash=sha256:" in lock
