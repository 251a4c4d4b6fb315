"""Choose: which target is meant, and what the settings say about it, as the stages want to know it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reconciler.model.document import Document
from reconciler.model.manifest import ORDER_STATUSES
from reconciler.model.plan import TargetName
from reconciler.model.rules import Acknowledged, Limits, Rules, Transition
from reconciler.model.shard import Shard
from reconciler.model.state_url import shown
from reconciler.model.text import did_you_mean, listed
from reconciler.ports import Terms
from reconciler.settings.read import Misused
from reconciler.settings.shape import SANDBOX, SettingsShape, TargetShape

_ENVIRONMENT_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One target of one repository, with everything that the settings say about it."""

    root: Path
    target: TargetName
    shape: TargetShape
    rules: Rules
    terms: Terms
    patterns: tuple[str, ...]
    variables: Mapping[str, Any]
    targets: tuple[str, ...]
    """The names of all targets."""
    state: str
    """The URL of the state, with an absolute path."""
    project: str
    """Which of the repositories that share an account this is."""
    transitions: tuple[Transition, ...] = ()
    """The rows of `line_transitions` with their places."""

    def quiet(self) -> Chosen:
        """Give the same target with triggers skipped on every import."""
        return replace(self, shape=self.shape.model_copy(update={"skip_triggers": True}))

    def shared(self, shard: Shard | None) -> Chosen:
        """Give the same target for one of several processes: together they keep to its ceiling."""
        if shard is None:
            return self
        each = self.shape.requests_per_second / shard.count
        return replace(self, shape=self.shape.model_copy(update={"requests_per_second": each}))

    @property
    def sandbox(self) -> Path | None:
        """The file of the embedded sandbox, None for a server."""
        if not self.shape.url.startswith(SANDBOX):
            return None
        return self.root / self.shape.url.removeprefix(SANDBOX)


def named(shape: SettingsShape, wanted: str | None, environment: Mapping[str, str]) -> str:
    """Give the name of the target that is meant; raises `Misused` when that is not clear."""
    if wanted is not None:
        if wanted not in shape.targets:
            hint = did_you_mean(wanted, shape.targets) or f"there are {listed(shape.targets)}"
            raise Misused(f"there is no target {wanted}", hint)
        return wanted
    if len(shape.targets) == 1:
        return next(iter(shape.targets))
    if environment.get("CI"):
        raise Misused(
            f"there are several targets ({listed(shape.targets)}), and in CI one has to be named",
            "add -t NAME, or set RECONCILER_TARGET",
        )
    if shape.default_target is not None:
        return shape.default_target
    raise Misused(f"there are several targets: {listed(shape.targets)}", "add -t NAME, or set default_target")


def choose(
    shape: SettingsShape,
    root: Path,
    wanted: str | None,
    environment: Mapping[str, str],
    document: Document | None = None,
) -> Chosen:
    """Choose a target by name, or the one that goes without saying; raises `Misused` when it is not clear.

    `document` is what the shape was read from, for the places of what validation finds.
    """
    name = named(shape, wanted, environment)
    target = shape.targets[name]
    account = target.account or target.url
    written = target.state or shape.state
    return Chosen(
        root=root,
        target=TargetName(name, target.url, account, shown(written)),
        shape=target,
        rules=_rules(shape, target),
        terms=Terms(
            amount_scale=target.amount_scale,
            order_statuses=frozenset((*ORDER_STATUSES, *target.order_statuses)),
            salt=account,
            xml=target.wire_format == "xml",
        ),
        patterns=tuple(target.manifests or shape.manifests),
        variables={**shape.vars, **target.vars},
        targets=tuple(shape.targets),
        state=_absolute(_expanded(written, environment), root),
        project=shape.project,
        transitions=tuple(_transitions(shape, document)),
    )


def _transitions(shape: SettingsShape, document: Document | None) -> Iterator[Transition]:
    for before, after in shape.line_transitions.items():
        row = ("line_transitions", before)
        yield Transition(
            before,
            document.at(row, key=True) if document is not None else None,
            tuple(
                (each, document.at((*row, number)) if document is not None else None)
                for number, each in enumerate(after)
            ),
        )


def _rules(shape: SettingsShape, target: TargetShape) -> Rules:
    return Rules(
        transitions={before: frozenset(after) for before, after in shape.line_transitions.items()},
        skip_triggers=target.skip_triggers,
        definitions=target.definitions,
        batch_size=target.batch_size,
        concurrency=target.concurrency,
        recheck_after=target.recheck_after,
        limits=Limits(**shape.limits.model_dump()),
        acknowledged=tuple(Acknowledged(each.address, each.reason, each.until) for each in shape.acknowledge),
    )


def _expanded(url: str, environment: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise Misused(f"state names ${{{match[1]}}}, and that variable is not set", f"export {match[1]}")
        return environment[match[1]]

    return _ENVIRONMENT_NAME.sub(value, url)


def _absolute(url: str, root: Path) -> str:
    if not url.startswith(_SQLITE):
        return url
    return _SQLITE + str((root / url.removeprefix(_SQLITE)).absolute())
