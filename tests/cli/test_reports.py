"""-o, as a user types it: several reports at once, to stdout and to files, also when there is no result."""

import json
from contextlib import chdir

import pytest
from lxml import etree

from tests.cli.shop import APPLIED, STATUSES, SUMMARY, states

LASTING = "expires: 2099-01-01"


@pytest.fixture
def stocked(shop):
    """One order whose two lines are to be moved."""
    shop.stock("1", l1="new", l2="new")
    shop.declare(STATUSES + states("1", LASTING, l1="packed", l2="delivered"))
    return shop


@pytest.fixture
def broken(shop):
    """A manifest with one mistake."""
    shop.declare(states("1", LASTING, l1="pakced"))
    return shop


def test_markdown_begins_with_the_line_with_which_the_text_ends(stocked):
    text = stocked.plan().last
    first, _, marker, *_ = stocked.plan("-o", "markdown").out.splitlines()

    assert first == text
    assert SUMMARY.fullmatch(first)
    assert marker == "<!-- reconciler:plan target=shop account=sandbox:market.db -->"


def test_several_reports_are_written_at_once(stocked):
    page, comment, plan = (stocked.root / name for name in ("plan.html", "plan.md", "plan.json"))

    ended = stocked.plan("-o", f"html={page}", "-o", f"markdown={comment}", "-o", f"json={plan}")

    assert SUMMARY.fullmatch(ended.last)
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert page.read_text().endswith("</html>\n")
    assert comment.read_text().splitlines()[0] == ended.last
    assert json.loads(plan.read_text())["summary"]["update"] == 2


def test_html_to_stdout_is_html_and_nothing_else(stocked):
    ended = stocked.plan("-o", "html")

    assert ended.out.startswith("<!DOCTYPE html>")
    assert ended.out.endswith("</html>\n")


def test_what_became_of_it_is_told_in_every_format(stocked):
    page, comment = stocked.root / "applied.html", stocked.root / "applied.md"

    ended = stocked.apply("-o", f"html={page}", "-o", f"markdown={comment}")

    assert APPLIED.fullmatch(ended.last)
    assert comment.read_text().splitlines()[0] == ended.last
    assert "<!-- reconciler:apply target=shop" in comment.read_text()
    assert ended.last in page.read_text()


def test_a_resume_is_told_too(stocked):
    ended = stocked.run("resume", "--settle-only", "-o", "markdown")

    assert ended.code == 0
    assert ended.out.splitlines()[0] == "Applied: 0 done, 0 failed, 0 lost, 0 skipped, 0 moved, 0 withheld."
    assert "nothing is unsettled" in ended.out


@pytest.mark.parametrize("command", ["plan", "apply", "resume"])
def test_a_report_of_a_command_that_was_stopped_says_so(broken, command):
    page, comment = broken.root / "x.html", broken.root / "x.md"
    sure = {"plan": (), "apply": ("--auto-approve",), "resume": ("--settle-only",)}[command]

    ended = broken.run(command, *sure, "-o", f"html={page}", "-o", f"markdown={comment}")

    assert ended.code == 4
    line = f"No {command}: stopped with exit code 4."
    assert comment.read_text().splitlines()[0] == line
    assert "pakced" in comment.read_text()
    assert line in page.read_text()


def test_markdown_keeps_to_the_limit_that_was_given(stocked):
    stocked.declare(
        states("2", LASTING, **{f"line_{number}": "delivered" for number in range(400)}), "m.yaml"
    )
    stocked.stock("2", **{f"line_{number}": "new" for number in range(400)})

    ended = stocked.plan("-o", "markdown", "--markdown-limit", "9000")

    assert 8_000 < len(ended.out.encode()) <= 9_000
    assert "**Shortened** to 9,000 bytes" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "-o", "sarif"),
        ("plan", "-o", "pdf=x"),
        ("validate", "-o", "html"),
        ("plan", "-o", "html=x", "--markdown-limit", "10"),
        ("plan", "-o", "html", "-o", "markdown"),
    ],
)
def test_a_format_that_is_not_there_is_wrong_usage(stocked, arguments):
    assert stocked.run(*arguments).code == 64


# ------------------------------------------------------------------ validate


def test_what_is_wrong_is_told_to_every_machine_at_once(broken):
    formats = {name: broken.root / f"found.{name}" for name in ("sarif", "github", "gitlab", "junit", "json")}

    ended = broken.run("validate", *(f"-o{name}={path}" for name, path in formats.items()))

    assert ended.code == 4
    assert "Valid: no." in ended.last
    (result,) = json.loads(formats["sarif"].read_text())["runs"][0]["results"]
    assert "pakced" in result["message"]["text"]
    assert formats["github"].read_text().startswith("::error file=")
    assert json.loads(formats["gitlab"].read_text())[0]["severity"] == "critical"
    assert etree.parse(str(formats["junit"])).getroot().get("failures") == "1"


def test_the_path_begins_at_the_top_of_the_checkout(broken):
    ended = broken.run("validate", "-o", "github", GITHUB_WORKSPACE=str(broken.root.parent))

    assert ended.out.startswith(f"::error file={broken.root.name}/manifests/shop.yaml,line=2,")


def test_the_path_begins_at_the_working_directory_where_nothing_names_the_checkout(broken):
    with chdir(broken.root):
        ended = broken.run("validate", "-o", "github")

    assert ended.out.startswith("::error file=manifests/shop.yaml,line=2,")


def test_a_checkout_that_is_a_loop_of_links_is_none(broken, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with chdir(broken.root):
        ended = broken.run("validate", "-o", "github", GITHUB_WORKSPACE=str(tmp_path / "loop"))

    assert ended.out.startswith("::error file=manifests/shop.yaml,line=2,")


def test_settings_that_are_wrong_are_told_too(shop):
    (shop.root / "reconciler.yaml").write_text("version: 1\ntargest: {}\n")

    ended = shop.run("validate", "-o", "sarif", GITHUB_WORKSPACE=str(shop.root))

    assert ended.code == 4
    places = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in json.loads(ended.out)["runs"][0]["results"]
    }
    assert places == {"reconciler.yaml"}


def test_nothing_wrong_is_a_report_too(stocked):
    formats = {name: stocked.root / f"found.{name}" for name in ("sarif", "github", "gitlab", "junit")}

    ended = stocked.run("validate", *(f"-o{name}={path}" for name, path in formats.items()))

    assert ended.code == 0
    assert json.loads(formats["sarif"].read_text())["runs"][0]["results"] == []
    assert formats["github"].read_text() == ""
    assert json.loads(formats["gitlab"].read_text()) == []
    suites = etree.parse(str(formats["junit"])).getroot()
    assert [suite.get("name", "").rpartition("/")[2] for suite in suites] == ["reconciler.yaml", "shop.yaml"]
