"""What a shell offers at a press of the tabulator key."""

import os
import subprocess
import sys

import click
import pytest

from reconciler.cli.completion import target_names
from reconciler.cli.root import COMMANDS, root

SHELLS = ("bash", "zsh", "fish")
SETTINGS = (
    "version: 1\ntargets:\n  sandbox: {url: 'sandbox:a.db'}\n  production: {url: 'https://a.example'}\n"
)


def asked(instruction, line="", folder="."):
    """Give exit code, stdout and stderr of the program as a shell's completion calls it."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "reconciler"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "_RECONCILER_COMPLETE": instruction,
            "COMP_WORDS": line,
            "COMP_CWORD": words[-1] if instruction.startswith("fish") else str(len(words) - 1),
        },
    )
    return done.returncode, done.stdout, done.stderr


def offered(line, folder="."):
    """Give what bash would offer for the last word of a line."""
    code, out, err = asked("bash_complete", line, folder)
    assert (code, err) == (0, "")
    return [each.partition(",")[2] for each in out.splitlines() if each]


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "reconciler.yaml").write_text(SETTINGS)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_its_script(shell):
    code, out, err = asked(f"{shell}_source")
    assert (code, err) == (0, "")
    assert f"_RECONCILER_COMPLETE={shell}_complete" in out


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_commands(shell):
    code, out, err = asked(f"{shell}_complete", "reconciler sch")
    assert (code, err) == (0, "")
    assert "schema" in out
    assert "plan\n" not in out


def test_all_commands_are_offered_in_their_order():
    assert offered("reconciler ") == list(COMMANDS)


def test_options_and_choices_are_offered():
    assert offered("reconciler plan --det") == ["--detailed-exitcode"]
    assert offered("reconciler schema ") == ["manifest", "settings", "plan", "report"]
    assert offered("reconciler sandbox s") == ["seed", "serve"]


def test_kinds_and_switches_are_offered():
    assert offered("reconciler explain order") == ["order", "order_line", "order_source"]
    assert offered("reconciler sandbox serve --switch line_status=") == [
        "line_status=hidden",
        "line_status=shown",
    ]


def test_targets_are_offered_from_the_settings_that_hold(shop, tmp_path):
    below = shop / "manifests"
    below.mkdir()
    assert offered("reconciler plan -t ", below) == ["sandbox", "production"]
    assert offered("reconciler plan --target p", below) == ["production"]
    assert offered(f"reconciler plan -C {shop} -t s", "/") == ["sandbox"]
    assert offered(f"reconciler -C {shop} plan -t s", "/") == ["sandbox"]


@pytest.mark.parametrize("text", [None, "targets: [", "- 1\n", "", "targets: 5\n", "\x00"])
def test_settings_that_are_broken_or_missing_offer_nothing_and_never_fail(text, tmp_path):
    if text is not None:
        (tmp_path / "reconciler.yaml").write_text(text)
    context = click.Context(root)
    context.params = {"directory": str(tmp_path)}
    assert target_names(context, root.params[0], "") == []


def test_no_settings_offer_nothing(tmp_path):
    assert offered("reconciler plan -t ", tmp_path) == []
