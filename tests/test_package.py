"""The package as it is installed: one version, one command, types for those who import it."""

import subprocess
import sys
from importlib import metadata, resources

import reconciler


def test_the_installed_version_is_the_one_in_the_package():
    assert metadata.version("reconciler") == reconciler.__version__


def test_the_command_is_the_main_of_the_package():
    (command,) = metadata.entry_points(group="console_scripts", name="reconciler")
    assert command.value == "reconciler.__main__:main"


def test_the_package_says_that_it_is_typed():
    assert resources.files("reconciler").joinpath("py.typed").is_file()


def test_importing_the_package_loads_nothing_but_its_version():
    source = "import sys, reconciler; print(*sorted(m for m in sys.modules if m.startswith('reconciler')))"
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["reconciler", "reconciler.version"]
