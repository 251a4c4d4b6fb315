"""Project: plan and apply for programs. `from reconciler import Project`.

What the command line does, as coroutines that give values. The work is done in a thread: a plan of a million
lines keeps no event loop waiting. Nothing is printed, nobody is asked, and the environment is read only for
tokens and the facts of the journal. Whatever goes wrong before the first write is a `Stop` with the exit code
and the diagnostics that the command line would have ended with; what goes wrong later is an outcome.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from reconciler.model.diagnostic import Diagnostic, error
from reconciler.model.evidence import Evidence
from reconciler.model.plan import OnMoved, Options, Selection, TargetName
from reconciler.model.settlement import Assumption
from reconciler.model.size import read_limit
from reconciler.pipeline import Declared, Drawn, declare, emptiness
from reconciler.project import codes
from reconciler.project.applying import MAX_AGE, Applying, apply
from reconciler.project.approving import PlanFile
from reconciler.project.asking import Asking
from reconciler.project.audience import Audience
from reconciler.project.guards import Trust
from reconciler.project.leasing import Patience
from reconciler.project.opened import Opened
from reconciler.project.opening import place_of
from reconciler.project.planning import Planned, plan
from reconciler.project.ran import Ran, ran
from reconciler.project.resuming import Resuming, resume
from reconciler.project.sharing import read_shard
from reconciler.project.stop import Stop
from reconciler.project.stopping import stopping
from reconciler.project.thread import in_thread
from reconciler.project.watch import Watch
from reconciler.reports.json import written


class Project:
    """A repository of manifests, and one target of it.

    A coroutine that is cancelled sends nothing new, waits for what is in flight, puts on record what became
    of it, and is cancelled then, however often it is cancelled. Several may run side by side, each with a
    `Watch` of its own; two applies of one account may not (exit 7).
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] = ".",
        target: str | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        shard: str | None = None,
    ) -> None:
        """Find `reconciler.yaml` from this folder upwards and choose a target, as the option -t does.

        `environment` is where tokens are looked up, the process's own when left out. `shard` is a share of
        the work such as `2/4`, as the option --shard takes it. Raises `Stop`: exit 4 for settings that are
        wrong, 64 when it is not clear which target is meant, or for what is no share.
        """
        with stopping():
            opened = Opened.at(Path(directory), target, os.environ if environment is None else environment)
            self._opened = opened.shared(read_shard(shard))

    @property
    def target(self) -> TargetName:
        """The target with its URL, account and state, as every report names it."""
        return self._opened.target

    async def validate(self) -> tuple[Diagnostic, ...]:
        """Give everything that is wrong with the manifests, or worth a warning. Needs no network."""

        def work() -> tuple[Diagnostic, ...]:
            place = place_of(self._opened.chosen)
            declared: Declared = declare(place)
            return (*declared.diagnostics, *emptiness(declared, place))

        return await in_thread(work, Watch())

    async def plan(  # noqa: PLR0913 -- the options of the command, one for one
        self,
        *,
        only: str | Sequence[str] = (),
        exclude: str | Sequence[str] = (),
        origin: str | Sequence[str] = (),
        exclude_origin: str | Sequence[str] = (),
        options: Options | None = None,
        require_evidence: Evidence | None = None,
        source_cache: str | os.PathLike[str] | None = None,
        observation: str | os.PathLike[str] | None = None,
        strict: bool = False,
        memory_limit: str | None = None,
        watch: Watch | None = None,
    ) -> Planned:
        """Observe the target and draw a plan. Reads, and writes nothing.

        The selections are globs, one or several, as on the command line (contract, section 3);
        `memory_limit` is a size such as `64MiB`, as the option takes it. Raises `Stop`:
        exit 4 for manifests that are wrong, 8 for a token that is missing or refused, 1 for a target that
        cannot be read at all. A plan that exceeds a limit is given, with its `breaches`.
        """
        asking = Asking(
            selection=Selection(_globs(only), _globs(exclude), _globs(origin), _globs(exclude_origin)),
            options=options or Options(),
            require_evidence=require_evidence,
            source_cache=None if source_cache is None else Path(source_cache),
            observation=None if observation is None else Path(observation),
            memory_limit=_limit(memory_limit),
            strict=strict,
        )
        watch = watch or Watch()
        return await in_thread(lambda: plan(self._opened, asking, watch), watch)

    async def apply(  # noqa: PLR0913 -- as above
        self,
        approved: Planned | str | os.PathLike[str],
        *,
        max_age: timedelta = MAX_AGE,
        on_moved: OnMoved | None = None,
        first: int | None = None,
        trust: Trust | None = None,
        patience: Patience | None = None,
        watch: Watch | None = None,
    ) -> Ran:
        """Carry out a plan that was approved: one that `plan` gave, or the path of one that was saved.

        The manifests are read and the target is observed again: what is already so is dropped, what has
        moved is exit 6, what is new waits for the next plan. A plan is used once. Raises `Stop` where
        nothing was sent: exit 4, 5, 6, 7, 8 as the contract's section 6.1 says. What was sent and failed, or
        was lost, is no exception but an outcome.
        """
        applying = Applying(
            max_age=max_age,
            on_moved=on_moved,
            first=first,
            trust=trust or Trust(),
            patience=patience or Patience(),
        )
        watch = watch or Watch()

        def work() -> Ran:
            given = replace(applying, plan=_file_of(approved))
            carried = apply(self._opened, given, watch, _audience(watch))
            return ran(carried, carried.exit_code(approved_unseen=True))

        return await in_thread(work, watch)

    async def resume(
        self,
        *,
        assumptions: Sequence[Assumption] = (),
        settle_only: bool = False,
        patience: Patience | None = None,
        watch: Watch | None = None,
    ) -> Ran | None:
        """Settle what was lost and finish what was approved; None where there is nothing of either.

        `assumptions` say of what cannot be read whether it happened; what stays open stays lost.
        """
        resuming = Resuming(assumptions=assumptions, settle_only=settle_only, patience=patience or Patience())
        watch = watch or Watch()

        def work() -> Ran | None:
            resumed = resume(self._opened, resuming, watch, _audience(watch))
            return None if resumed is None else ran(resumed.carried, resumed.exit_code, "resume")

        return await in_thread(work, watch)


def _limit(text: str | None) -> int | None:
    try:
        return None if text is None else read_limit(text)
    except ValueError as fault:
        raise Stop(codes.USAGE, (error(str(fault)),)) from None


def _globs(given: str | Sequence[str]) -> tuple[str, ...]:
    """Take one glob as one: a text is a sequence of letters too, and one of them may be a star."""
    return (given,) if isinstance(given, str) else tuple(given)


def _file_of(approved: Planned | str | os.PathLike[str]) -> PlanFile:
    if isinstance(approved, Planned):
        return PlanFile(Path("the plan"), written(approved.document()).encode())
    return PlanFile.read(Path(approved))


def _audience(watch: Watch) -> Audience:
    """Ask nobody, but send nothing once the caller has given up."""

    def confirm(_: Drawn) -> None:
        if watch.stop.is_set():
            raise Stop(
                codes.INTERRUPTED,
                (error("stopped before anything was sent", advice="apply the same plan again"),),
            )

    return Audience(confirm=confirm)
