"""The kit's scripts, run as a pipeline runs them: the real program, the sandbox, a stand-in for the forge."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shop import Shop, states

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "kit" / "scripts"
FORGE = Path(__file__).with_name("forge.py")
MARKER = "<!-- reconciler:plan target=shop"
WHERE = {"REPOSITORY": "acme/shop", "PULL_REQUEST": "7", "PROJECT": "12", "MERGE_REQUEST": "7"}


@dataclass
class Job:
    """A folder in which jobs run one after another, as if on machines that hand their files on."""

    shop: Shop
    forge: Path
    told: dict[str, str] = field(default_factory=dict)

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a step."""
        commands = self.shop.root / "commands"
        said = self.shop.root / "told.txt"
        said.unlink(missing_ok=True)
        ended = subprocess.run(
            ["bash", SCRIPTS / f"{script}.sh"],
            cwd=self.shop.root,
            env={
                "PATH": f"{commands}:{os.environ['PATH']}",
                "HOME": str(self.shop.root),
                "FORGE": str(self.forge),
                "TARGET": "shop",
                "GITHUB_OUTPUT": str(said),
                "GITHUB_STEP_SUMMARY": str(self.shop.root / "summary.md"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        lines = said.read_text().splitlines() if said.exists() else []
        self.told = dict(line.split("=", 1) for line in lines)
        return ended

    def kept(self) -> dict[str, Any]:
        """What the forge keeps."""
        found: dict[str, Any] = json.loads(self.forge.read_text()) if self.forge.exists() else {}
        return found

    def keep(self, **what: Any) -> None:
        """Let the forge keep something."""
        self.forge.write_text(json.dumps({**self.kept(), **what}))


@pytest.fixture
def job(shop: Shop) -> Job:
    commands = shop.root / "commands"
    commands.mkdir()
    for name, words in {
        "reconciler": f"'{sys.executable}' -P -m reconciler",
        "gh": f"'{sys.executable}' '{FORGE}'",
        "glab": f"'{sys.executable}' '{FORGE}'",
    }.items():
        path = commands / name
        path.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        path.chmod(0o755)
    shop.stock("1", l1="new", l2="new")
    shop.settle_in(rest="limits: {max_order_share: null}\n")
    shop.declare(states("1", l1="delivered"))
    return Job(shop, shop.root / "forge.json")


def test_a_plan_is_kept_shown_and_green_whether_something_is_pending_or_not(job: Job):
    ended = job.run("plan")
    assert ended.returncode == 0, ended.stderr
    assert job.told == {"exit-code": "2", "pending": "true"}
    out = job.shop.root / "reconciler-out"
    assert {each.name for each in out.iterdir()} >= {"plan.json", "plan.html", "comment.md"}
    assert (job.shop.root / "summary.md").read_text().startswith("Plan: 0 to create, 1 to update")
    job.run("apply")
    assert job.run("plan").returncode == 0
    assert job.told == {"exit-code": "0", "pending": "false"}


def test_without_a_token_a_plan_is_red_and_the_comment_says_so(job: Job):
    job.shop.settle_in("https://market.example.com", token_env="SHOP_TOKEN")
    ended = job.run("plan", SHOP_TOKEN="")
    assert ended.returncode == 8
    assert job.told == {"exit-code": "8", "pending": "unknown"}
    assert "a pull request from a fork has none" in ended.stderr
    assert "`SHOP_TOKEN` is not set" in (job.shop.root / "reconciler-out" / "comment.md").read_text()


@pytest.mark.parametrize("script", ["github-comment", "gitlab-note"])
def test_one_comment_is_written_again_at_each_plan(job: Job, script: str):
    job.keep(comments=[{"id": 1, "body": "Looks good to me"}])
    job.run("plan")
    assert job.run(script, **WHERE).returncode == 0
    job.shop.declare(states("1", l1="delivered", l2="delivered"))
    job.run("plan")
    assert job.run(script, **WHERE).returncode == 0
    first, second = job.kept()["comments"]
    assert first["body"] == "Looks good to me"
    assert second["body"].startswith("Plan: 0 to create, 2 to update")
    assert MARKER in second["body"]


@pytest.mark.parametrize("script", ["github-comment", "gitlab-note"])
def test_a_token_that_may_not_comment_is_a_warning(job: Job, script: str):
    job.keep(deny=["POST"])
    job.run("plan")
    ended = job.run(script, **WHERE)
    assert ended.returncode == 0
    assert "could not be put on" in ended.stderr


def test_a_comment_of_somebody_else_with_our_marker_is_left_alone(job: Job):
    job.run("plan")
    body = (job.shop.root / "reconciler-out" / "comment.md").read_text()
    job.keep(comments=[{"id": 1, "body": f"copied:\n{body}"}], deny=["PATCH"])
    assert job.run("github-comment", **WHERE).returncode == 0
    assert len(job.kept()["comments"]) == 2


def test_the_approved_plan_is_fetched_and_applied_once(job: Job):
    job.run("plan")
    plan = (job.shop.root / "reconciler-out" / "plan.json").read_text()
    (job.shop.root / "reconciler-out" / "plan.json").unlink()
    job.keep(
        merges=[{"merged_at": None, "head": {"sha": "old"}}, {"merged_at": "now", "head": {"sha": "abc"}}],
        runs={"abc": [{"databaseId": 99}]},
        plans={"99": plan},
    )
    told = {"COMMIT": "def", "WORKFLOW": "reconciler-plan.yml", "ARTIFACT": "reconciler-plan-shop"}
    assert job.run("github-plan", **WHERE, **told).returncode == 0
    ended = job.run("apply")
    assert (ended.returncode, job.told) == (0, {"exit-code": "0", "stale": "false"}), ended.stderr
    assert job.shop.updates() == [("1", "l1", "delivered")]
    again = job.run("apply")
    assert (again.returncode, job.told["stale"]) == (0, "true")
    assert len(job.shop.updates()) == 1


def test_the_plan_of_a_merge_request_is_fetched_from_its_artifacts(job: Job):
    job.run("plan")
    file = job.shop.root / "reconciler-out" / "plan.json"
    plan = file.read_text()
    raw = "projects/12/jobs/artifacts/refs%2Fmerge-requests%2F7%2Fhead/raw/reconciler-out/plan.json"
    job.keep(merges=[{"state": "merged", "iid": 7}], plans={f"{raw}?job=reconciler:plan": plan})
    ended = job.run("gitlab-plan", COMMIT="def", JOB="reconciler:plan", **WHERE)
    assert ended.returncode == 0, ended.stderr
    assert file.read_text() == plan
    ended = job.run("gitlab-plan", COMMIT="def", JOB="another", **WHERE)
    assert ended.returncode == 0
    assert not file.exists()
    assert "left no plan" in ended.stderr


@pytest.mark.parametrize("final", ["true", "false"])
def test_a_plan_that_is_not_to_be_used_sends_nothing_and_opens_the_second_way(job: Job, final: str):
    job.run("plan")
    job.shop.stock("1", l1="canceled", l2="new")
    job.shop.declare(states("1", l1="delivered", l2="canceled"))
    ended = job.run("apply", FINAL=final)
    assert ended.returncode == (6 if final == "true" else 0)
    assert job.told["exit-code"] == "6"
    assert job.shop.updates() == []


def test_a_merge_without_a_plan_takes_the_second_way(job: Job):
    job.keep(merges=[])
    told = {"COMMIT": "def", "WORKFLOW": "w.yml", "ARTIFACT": "a"}
    ended = job.run("github-plan", **WHERE, **told)
    assert (ended.returncode, "is no merge" in ended.stderr) == (0, True)
    assert job.run("apply").returncode == 0
    assert job.told == {"exit-code": "6", "stale": "true"}


def test_a_lost_answer_is_red_and_is_settled_by_the_person_on_call(job: Job):
    job.run("plan")
    job.shop.strike(("orders/update_order_line_status", 1, "reset_after"))
    ended = job.run("apply")
    assert (ended.returncode, job.told["exit-code"]) == (9, "9")
    assert "Do not run this again" in ended.stderr
    shown = job.run("oncall", ACTION="show")
    assert "1 lost" in shown.stdout
    assert "order_line/1/l1" in job.run("oncall", ACTION="show", RUN="1").stdout
    assert job.run("oncall", ACTION="settle").returncode in {0, 9}
    assert len(job.shop.updates()) == 1
    assert job.run("oncall", ACTION="resume").returncode in {0, 9}
    assert len(job.shop.updates()) == 1
    assert job.run("oncall", ACTION="unlock").returncode in {0, 1}
    refused = job.run("oncall", ACTION="$(touch broken)")
    assert refused.returncode == 64
    assert not (job.shop.root / "broken").exists()


def test_one_issue_about_drift_is_opened_written_again_and_closed(job: Job):
    out = job.shop.root / "reconciler-out"
    out.mkdir()
    for drift, text in (("true", "one"), ("true", "two"), ("unknown", "three")):
        (out / "drift.md").write_text(text)
        assert job.run("github-issue", DRIFT=drift, **WHERE).returncode == 0
    (issue,) = job.kept()["issues"]
    assert issue == {"number": 1, "title": "Drift: shop", "body": "two", "open": True}
    job.run("github-issue", DRIFT="false", **WHERE)
    assert job.kept()["issues"][0]["open"] is False
    job.run("github-issue", DRIFT="false", **WHERE)
    (out / "drift.md").write_text("again")
    job.run("github-issue", DRIFT="true", **WHERE)
    assert [each["open"] for each in job.kept()["issues"]] == [False, True]


def test_a_name_from_outside_never_becomes_a_command(job: Job):
    job.run("plan", TARGET="shop; touch broken #")
    job.run("plan", TARGET="$(touch broken)")
    job.run("plan", FOLDER="`touch broken`")
    assert not (job.shop.root / "broken").exists()


def test_drift_is_looked_for_and_told(job: Job):
    job.shop.market.set_switches({"line_status": "shown"})
    job.shop.declare(states("1", "hold: always", l1="delivered"))
    job.run("plan")
    assert job.run("apply").returncode == 0
    ended = job.run("drift")
    assert (ended.returncode, job.told) == (0, {"drift": "false"}), ended.stderr
    job.shop.market.touch("1", lines={"l1": "canceled"})
    ended = job.run("drift")
    assert (ended.returncode, job.told["drift"]) == (0, "true")
    body = (job.shop.root / "reconciler-out" / "drift.md").read_text()
    assert "    Drift: 1 changed, 0 gone, 0 cannot be told." in body
    job.shop.settle_in("http://127.0.0.1:9", token_env="SHOP_TOKEN", timeout=1, account="sandbox:market.db")
    ended = job.run("drift", SHOP_TOKEN="t")
    assert (ended.returncode, job.told["drift"]) == (1, "unknown")


def test_the_applies_of_all_shards_have_one_report(job: Job):
    for order in "23456":
        job.shop.stock(order, l1="new")
    wanted = "".join(states(order, l1="delivered").removeprefix("orders:\n") for order in "123456")
    job.shop.declare(f"orders:\n{wanted}")
    assert job.run("plan").returncode == 0
    plan = "reconciler-out/plan.json"
    for shard in ("1/2", "2/2"):
        out = f"shards/{shard[0]}"
        ended = job.run("apply", RECONCILER_SHARD=shard, PLAN=plan, OUT=out, FINAL="true")
        assert ended.returncode == 0, ended.stderr
    assert len(job.shop.updates()) == 6
    ended = job.run("report", REPORTS="shards", OUT="whole")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].startswith("Applied: 6 done, 0 failed")
    assert json.loads((job.shop.root / "whole" / "report.json").read_text())["runs"] == [1, 2]
    (job.shop.root / "shards" / "2" / "report.json").unlink()
    assert job.run("report", REPORTS="shards", OUT="whole").returncode == 3
    assert job.run("report", REPORTS="nowhere", OUT="whole").returncode == 1
