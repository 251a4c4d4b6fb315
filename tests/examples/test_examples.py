"""Each example gives the plan that stands in its folder, can be applied, and then has nothing left to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.examples.cases import CASES, EXAMPLES, Case
from tests.examples.shell import answer

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.folder}-{case.target}")


@each_case
def test_the_plan_is_the_one_that_stands_in_the_folder(case: Case, tmp_path: Path):
    drawn = case.plan(case.copied(tmp_path))
    kept = case.path.read_text("utf-8")
    assert drawn == kept, f"{case.path.name} is not the plan any more: `make docs` writes it again"


@each_case
def test_after_an_apply_nothing_is_pending(case: Case, tmp_path: Path):
    folder = case.copied(tmp_path)
    _, planned = answer(folder, "plan", "-t", case.target, "-o", "json")
    withheld = json.loads(planned)["summary"]["withhold"]
    code, applied = answer(folder, "apply", "-t", case.target, "--auto-approve")
    assert code == (3 if withheld else 0), applied
    _, again = answer(folder, "plan", "-t", case.target, "-o", "json")
    assert {each["action"] for each in json.loads(again)["changes"]} <= {"withhold"}


@each_case
def test_the_manifests_are_valid_without_a_word(case: Case, tmp_path: Path):
    code, told = answer(case.copied(tmp_path), "validate", "-t", case.target)
    assert (code, told.splitlines()[-1]) == (0, "Valid: yes. 0 errors, 0 warnings."), told


def test_every_folder_is_a_case():
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert folders == {case.folder for case in CASES}


def test_every_folder_tells_what_it_is_for():
    assert all((EXAMPLES / case.folder / "README.md").is_file() for case in CASES)
