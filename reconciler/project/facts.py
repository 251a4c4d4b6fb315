"""Facts: who runs us and where, for the journal."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping

from reconciler.model.history import RunFacts
from reconciler.version import __version__


def run_facts(environment: Mapping[str, str]) -> RunFacts:
    """Find out who runs us and where; what cannot be found out stays empty."""
    actor = environment.get("GITHUB_ACTOR") or environment.get("GITLAB_USER_LOGIN") or _user()
    return RunFacts(
        host=platform.node(),
        pid=os.getpid(),
        actor=actor,
        commit=environment.get("GITHUB_SHA") or environment.get("CI_COMMIT_SHA") or _commit(),
        ci_url=environment.get("CI_JOB_URL") or _github_url(environment),
        tool_version=__version__,
    )


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _commit() -> str:
    import subprocess

    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - the user's own git, wherever it is
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""


def _github_url(environment: Mapping[str, str]) -> str:
    server, repository, run = (
        environment.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    )
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""
