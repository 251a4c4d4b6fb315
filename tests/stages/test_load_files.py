"""Which files are read, and which of their documents are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.model.diagnostic import Diagnostic
from reconciler.stages.load import Limits, Loaded, load


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (
        "m/b.yaml",
        "m/a.yml",
        "m/sub/c.yaml",
        "m/.git/d.yaml",
        "m/.e.yaml",
        "m/readme.md",
        "other/f.yaml",
        "g.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name: {name}\n")
    return tmp_path


def loaded(root: Path, *patterns: str, target: str | None = None, limits: Limits | None = None) -> Loaded:
    return load(root, patterns, variables={"x": 1}, target=target, targets=["prod", "test"], limits=limits)


def names(result: Loaded) -> list[str]:
    assert result.diagnostics == ()
    assert list(result.sources) == [each.file for each in result.documents]
    return list(result.sources)


def messages(result: Loaded) -> list[str]:
    def told(each: Diagnostic) -> str:
        return f"{each.origin or ''} {each.summary}".strip()

    return [told(each) for each in result.diagnostics]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["m"], ["m/a.yml", "m/b.yaml", "m/sub/c.yaml"]),
        (["m/"], ["m/a.yml", "m/b.yaml", "m/sub/c.yaml"]),
        (["./m/../m/b.yaml", "m/b.yaml"], ["m/b.yaml"]),
        (["m/*.yaml"], ["m/b.yaml"]),
        (["m/**/*.yaml"], ["m/b.yaml", "m/sub/c.yaml"]),
        (["**/*.y*ml"], ["m/a.yml", "m/b.yaml", "m/sub/c.yaml", "other/f.yaml"]),
        (["m/s*"], ["m/sub/c.yaml"]),
        (["other", "m/sub", "other/f.yaml"], ["m/sub/c.yaml", "other/f.yaml"]),
        (["g.txt"], ["g.txt"]),
        (["m/.git/d.yaml"], ["m/.git/d.yaml"]),
        (["."], ["m/a.yml", "m/b.yaml", "m/sub/c.yaml", "other/f.yaml"]),
    ],
)
def test_patterns_are_files_folders_or_globs(root, patterns, found):
    assert names(loaded(root, *patterns)) == found


def test_a_file_outside_of_the_root_is_named_as_given(root):
    assert names(loaded(root / "m", "../other/f.yaml")) == ["../other/f.yaml"]
    absolute = (root / "other").as_posix()
    assert names(loaded(root / "m", absolute)) == [f"{absolute}/f.yaml"]
    assert names(loaded(root, absolute)) == ["other/f.yaml"]


def test_a_name_with_signs_of_a_glob_is_taken_as_it_stands_when_it_exists(root):
    (root / "x[1].yaml").write_text("a: 1")
    assert names(loaded(root, "x[1].yaml")) == ["x[1].yaml"]


@pytest.mark.parametrize("pattern", ["gone", "gone/*.yaml", "m/*.txt", "", "nul\0.yaml"])
def test_a_pattern_that_names_nothing_is_an_error(root, pattern):
    if pattern == "":
        (root / "empty").mkdir()
        pattern = "empty"
    assert messages(loaded(root, pattern)) == [f"{pattern!r} names no *.yaml or *.yml file"]


def test_links_are_followed_and_each_file_is_read_once(root):
    (root / "m/link.yaml").symlink_to("b.yaml")
    (root / "m/zz").symlink_to("../other")
    assert names(loaded(root, "m")) == ["m/a.yml", "m/b.yaml", "m/sub/c.yaml", "m/zz/f.yaml"]


def test_links_to_nothing_to_themselves_and_to_a_parent_are_errors(root):
    (root / "m/broken.yaml").symlink_to("nothing")
    (root / "m/gone").symlink_to("nowhere")
    (root / "m/self.yaml").symlink_to("self.yaml")
    (root / "m/sub/up").symlink_to("..")
    result = loaded(root, "m")
    assert sorted(messages(result)) == [
        "m/broken.yaml cannot be read: No such file or directory",
        "m/gone cannot be read: No such file or directory",
        "m/self.yaml cannot be read: Too many levels of symbolic links",
        "m/sub/up the link leads back to a folder that it lies in",
    ]
    assert len(result.documents) == 3


def test_what_is_no_regular_file_is_an_error_and_never_waited_for(root):
    os.mkfifo(root / "m/pipe.yaml")
    assert messages(loaded(root, "m/pipe.yaml")) == ["m/pipe.yaml cannot be read: not a regular file"]
    (root / "m/folder.yaml").mkdir()
    assert messages(loaded(root, "m/*.yaml")) == ["m/pipe.yaml cannot be read: not a regular file"]


def test_a_broken_link_that_is_named_itself_is_an_error(root):
    (root / "broken.yaml").symlink_to("nothing")
    assert messages(loaded(root, "broken.yaml")) == ["broken.yaml cannot be read: No such file or directory"]


def test_a_file_beyond_the_limit_is_an_error(root):
    assert messages(loaded(root, "m/b.yaml", limits=Limits(size=3))) == [
        "m/b.yaml the file has more than 3 bytes"
    ]


def test_one_file_with_wrong_syntax_does_not_hide_the_others(root):
    (root / "m/b.yaml").write_text("a: [")
    result = loaded(root, "m")
    assert [each.file for each in result.documents] == ["m/a.yml", "m/sub/c.yaml"]
    assert result.sources["m/b.yaml"] == "a: ["
    assert len(result.diagnostics) == 1


def test_documents_for_other_targets_are_left_out_before_variables_are_looked_at(root):
    (root / "m/b.yaml").write_text("targets: [test]\na: ${undefined}\n---\ntargets: [prod, test]\na: ${x}\n")
    result = loaded(root, "m/b.yaml", target="prod")
    assert result.diagnostics == ()
    assert [each.data for each in result.documents] == [{"targets": ["prod", "test"], "a": 1}]
    assert len(loaded(root, "m/b.yaml").documents) == 2


def test_syntax_counts_even_where_targets_are_others(root):
    (root / "m/b.yaml").write_text("targets: [test]\na: 1\na: 2\n")
    result = loaded(root, "m/b.yaml", target="prod")
    assert result.documents == ()
    assert messages(result) == ["m/b.yaml:3:1 the key 'a' is given twice"]


def test_an_unknown_target_is_an_error_with_a_suggestion(root):
    (root / "m/b.yaml").write_text("targets:\n  - prdo\n")
    (found,) = loaded(root, "m/b.yaml", target="prod").diagnostics
    assert (str(found.origin), found.summary) == ("m/b.yaml:2:5", "there is no target 'prdo'")
    assert found.advice == "did you mean prod? defined: prod, test"


@pytest.mark.parametrize(
    "text", ["targets: prod", "targets: {a: b}", "targets: [1]", "- targets", "targets:"]
)
def test_targets_of_a_wrong_type_are_left_to_validation(root, text):
    (root / "m/b.yaml").write_text(text)
    assert len(loaded(root, "m/b.yaml", target="test").documents) == 1
