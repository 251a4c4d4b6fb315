"""Findings for machines: each format is what its readers expect, whatever the texts."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from lxml import etree

from reconciler.model.diagnostic import Origin, error
from reconciler.reports.github import github_text
from reconciler.reports.gitlab import gitlab_text
from reconciler.reports.junit import junit_text
from reconciler.reports.sarif import sarif_text
from reconciler.reports.shown.findings import findings
from tests.reports.goldens import FOUND
from tests.reports.hostile import texts

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0.schema.json").read_text())
CHECK = jsonschema.Draft4Validator(SCHEMA)


def sarif(found):
    return json.loads(sarif_text(findings(found), exit_code=4, tool_version="0"))


def hostile(text):
    return [error(text, Origin(text, 3, 2), text, [Origin(text, 1)]), error(text)]


# ------------------------------------------------------------------ SARIF


def test_sarif_is_what_its_schema_says():
    CHECK.validate(sarif(FOUND))


@given(texts)
def test_sarif_is_valid_whatever_the_texts(text):
    CHECK.validate(sarif(hostile(text)))


def test_every_result_has_a_rule_a_place_and_a_fingerprint():
    (run,) = sarif(FOUND)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (place,) = result["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["reconciler/v1"]


def test_no_text_becomes_a_link():
    *_, last = sarif(FOUND)["runs"][0]["results"]

    assert last["message"]["text"] == r"100% of \[these](https://evil.invalid) are fine"


def test_a_path_is_a_reference_that_can_be_read_back():
    uri = sarif(FOUND)["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert uri == "manifests/b%2Cc%3Ad.yaml"


# ------------------------------------------------------------------ fingerprints


def test_a_finding_keeps_its_fingerprint_when_it_moves():
    moved = [replace(each, origin=Origin("m.yaml", line)) for each, line in ((FOUND[0], 4), (FOUND[0], 40))]
    first, second = (findings([each])[0].fingerprint for each in moved)

    assert first == second


def test_two_findings_of_one_file_never_share_a_fingerprint():
    twice = [replace(FOUND[0], origin=Origin("m.yaml", line)) for line in (4, 40)]

    assert len({each.fingerprint for each in findings([*twice, *FOUND])}) == 6


# ------------------------------------------------------------------ GitHub


@given(texts)
def test_one_finding_is_one_command(text):
    lines = github_text(findings(hostile(text))).split("\n")

    assert [line[:8] for line in lines] == ["::error ", "::error ", ""]
    place, _, _ = lines[0].removeprefix("::error ").partition("::")
    assert [part.partition("=")[0] for part in place.split(",")] == ["file", "line", "col", "title"]


def test_errors_come_first_because_only_ten_are_shown():
    words = [line.split(" ")[0] for line in github_text(findings(reversed(FOUND))).splitlines()]

    assert words == ["::error", "::error", "::warning", "::notice"]


# ------------------------------------------------------------------ GitLab


@given(texts)
def test_an_issue_has_all_that_the_widget_needs(text):
    for issue in json.loads(gitlab_text(findings(hostile(text)))):
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1


# ------------------------------------------------------------------ JUnit


@given(texts)
def test_it_is_xml_that_says_what_was_found(text):
    suites = etree.fromstring(junit_text(findings(hostile(text)), ["sound.yaml"]).encode())

    assert suites.get("tests") == "3"
    assert len(suites.findall("testsuite/testcase")) == 3
    assert len(suites.findall("testsuite/testcase/failure")) == 2


def test_a_file_in_which_nothing_is_wrong_passes():
    (suite,) = etree.fromstring(junit_text((), ["manifests/a.yaml"]).encode())

    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("manifests/a.yaml", "1", "0")


@pytest.mark.parametrize("count", [0, 1, 4])
def test_the_numbers_add_up(count):
    suites = etree.fromstring(junit_text(findings(FOUND[:count]), ["reconciler.yaml"]).encode())

    assert int(suites.get("tests")) == len(suites.findall("testsuite/testcase"))
    assert int(suites.get("failures")) == len(suites.findall(".//failure"))
