"""`fmt` changes the layout of files, and nothing else about them."""

import json
import os
import stat
import subprocess
import sys

import pytest

from reconciler.cli import run

UGLY = "custom_line_statuses:   # ours\n- external_id:   packed\n  name: 'Packed'\n  type: in_process\n"
NEAT = (
    "custom_line_statuses:   # ours\n  - external_id: \"packed\"\n    name: 'Packed'\n    type: in_process\n"
)
SETTINGS = "version: 1\ntargets:\n  here:\n    url: sandbox:here.db\n"


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "reconciler.yaml").write_text(SETTINGS)
    (tmp_path / "manifests/deep").mkdir(parents=True)
    (tmp_path / "manifests/deep/ugly.yaml").write_text(UGLY)
    (tmp_path / "manifests/neat.yaml").write_text("# nothing yet\n")
    return tmp_path


def fmt(shop, *arguments):
    return run(["fmt", "-C", str(shop), *arguments])


def ugly(shop):
    return (shop / "manifests/deep/ugly.yaml").read_text()


def test_it_lays_out_what_the_settings_name_and_lists_what_it_changed(shop, capsys):
    assert fmt(shop) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("manifests/deep/ugly.yaml\n", "3 files: 1 changed.\n")
    assert ugly(shop) == NEAT
    assert fmt(shop) == 0
    assert capsys.readouterr().out == ""


def test_the_manifests_of_every_target_and_the_settings_are_meant(shop, capsys):
    wide = "version: 1\ntargets:\n    here:\n        url: sandbox:here.db\n        manifests: [other]\n"
    for path in (shop / "manifests/deep/ugly.yaml", shop / "manifests/neat.yaml"):
        path.unlink()  # what no target names is not looked for
    (shop / "reconciler.yaml").write_text(wide)
    (shop / "other").mkdir()
    (shop / "other/a.yml").write_text(UGLY)
    assert fmt(shop) == 0
    assert capsys.readouterr().out.split() == ["reconciler.yaml", "other/a.yml"]
    assert (shop / "reconciler.yaml").read_text() == SETTINGS + "    manifests: [other]\n"


def test_check_and_diff_write_nothing(shop, capsys):
    assert fmt(shop, "--check") == 1
    assert capsys.readouterr().out == "manifests/deep/ugly.yaml\n"
    assert fmt(shop, "--diff") == 0
    assert '+  - external_id: "packed"\n' in capsys.readouterr().out
    assert fmt(shop, "--check", "--diff") == 1
    assert ugly(shop) == UGLY
    assert fmt(shop) == 0
    assert fmt(shop, "--check") == 0


def test_a_broken_file_is_left_alone_and_shown_and_the_others_are_laid_out(shop, capsys):
    broken = "orders: [\n  a: {\n"
    (shop / "manifests/broken.yaml").write_text(broken)
    assert fmt(shop) == 4
    said = capsys.readouterr()
    assert said.out == "manifests/deep/ugly.yaml\n"
    assert "manifests/broken.yaml:" in said.err
    assert "error:" in said.err
    assert "     2 |" in said.err or "     3 |" in said.err
    assert (shop / "manifests/broken.yaml").read_text() == broken
    assert fmt(shop, "--check") == 4


def test_settings_that_are_broken_are_shown(shop, capsys):
    (shop / "reconciler.yaml").write_text("version: [\n")
    assert fmt(shop) == 4
    assert "reconciler.yaml:" in capsys.readouterr().err


def test_named_files_and_folders_need_no_settings(tmp_path, capsys):
    (tmp_path / "b").mkdir()
    for path in (tmp_path / "a.yaml", tmp_path / "b/c.yaml", tmp_path / "b/d.txt"):
        path.write_text(UGLY)
    assert run(["fmt", str(tmp_path / "a.yaml"), str(tmp_path / "b")]) == 0
    assert capsys.readouterr().out.split() == [f"{tmp_path}/a.yaml", f"{tmp_path}/b/c.yaml"]
    assert (tmp_path / "b/d.txt").read_text() == UGLY


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path, capsys):
    assert run(["fmt", str(tmp_path / "nowhere.yaml")]) == 64
    assert f"there is no file or folder {tmp_path}/nowhere.yaml" in capsys.readouterr().err


def test_who_may_read_a_file_does_not_change(shop, capsys):
    path = shop / "manifests/deep/ugly.yaml"
    path.chmod(0o640)
    assert fmt(shop) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in path.parent.iterdir()] == ["ugly.yaml"]


def test_a_link_stays_a_link(shop, capsys):
    real = shop / "real.yaml"
    real.write_text(UGLY)
    link = shop / "manifests/link.yaml"
    link.symlink_to(real)
    assert fmt(shop) == 0
    assert link.is_symlink()
    assert real.read_text() == NEAT


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert run(["fmt", str(tmp_path / "pipe.yaml")]) == 4
    assert "not a regular file" in capsys.readouterr().err


def test_json_tells_what_changed(shop, capsys):
    assert fmt(shop, "--check", "-o", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["files"], document["changed"]) == (3, ["manifests/deep/ugly.yaml"])
    assert (document["command"], document["exit_code"], document["diagnostics"]) == ("fmt", 1, [])
    (shop / "reconciler.yaml").unlink()
    assert fmt(shop, "-o", "json") == 4
    assert json.loads(capsys.readouterr().out).keys() == document.keys()


@pytest.mark.parametrize(
    ("arguments", "source", "code", "out"),
    [
        ([], UGLY, 0, NEAT),
        ([], NEAT, 0, NEAT),
        (["--check"], UGLY, 1, ""),
        (["--check"], NEAT, 0, ""),
        ([], "a: [", 4, ""),
        ([], "a:   'Доставлен'\n", 0, "a: 'Доставлен'\n"),
    ],
)
def test_stdin_goes_to_stdout(arguments, source, code, out):
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "fmt", *arguments, "-"],
        input=source.encode(),
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stdout.decode()) == (code, out)
    assert (b"stdin:2:1: error:" in done.stderr) == (code == 4)


def test_stdin_stands_alone(tmp_path, capsys):
    assert run(["fmt", "-", str(tmp_path)]) == 64
    assert "- stands alone" in capsys.readouterr().err
