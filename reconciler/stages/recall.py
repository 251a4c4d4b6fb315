"""recall: the text of a plan's file becomes the approval that it stands for.

A file that was changed by accident is refused by its digest; this is no protection against forgery, which is
what the repository's reviews are for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.model.address import parse
from reconciler.model.approval import NOT_GIVEN, Approval, Reviewed, Wordings
from reconciler.model.fingerprint import digest_of, marked
from reconciler.model.plan import OnMoved, Options, Selection, TargetName
from reconciler.model.shard import Shard

MAJOR: Final = "1"
LARGEST: Final = 512 * 1024 * 1024
"""Bytes; a plan of a million changes is about half of it."""
BODY: Final = ("target", "complete", "selection", "options", "inputs", "summary", "changes", "drift")
"""The keys that the digest covers: everything that was reviewed."""


class NotAPlan(Exception):
    """The text is no plan that may be applied; the message says why, `advice` what to do."""

    def __init__(self, message: str, advice: str = "plan again with -o json=FILE") -> None:
        super().__init__(message)
        self.advice = advice


def recall(text: str) -> Approval:
    """Read an approval back from a plan's file; raises `NotAPlan`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAPlan("it is not JSON") from None
    if not isinstance(document, dict) or document.get("command") != "plan":
        raise NotAPlan("it is not the JSON of a plan")
    version = document.get("format_version")
    if not isinstance(version, str) or version.partition(".")[0] != MAJOR:
        raise NotAPlan(f"its format_version is {version!r}, and this program reads {MAJOR}.x")
    try:
        if document.get("refresh_only", False) is not False:
            raise NotAPlan("it shows drift alone (--refresh-only) and approves no change", "plan without it")
        body = {key: document[key] for key in BODY}
        saved_at = _saved_at(document)
        if digest_of(marked(body, saved_at)) != document["digest"]:
            raise NotAPlan("its digest does not match: the file was changed after it was written")
        if saved_at is not None:
            raise NotAPlan(
                f"it was drawn from an observation saved {saved_at}, not from the target",
                "plan again without --observation",
            )
        if document["complete"] is not True:
            raise NotAPlan("it is not complete: a read broke off when it was drawn")
        return _approval(document)
    except RecursionError:
        raise NotAPlan("it is nested too deeply for a plan") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as fault:
        raise NotAPlan(f"a key is missing or has another shape than a plan's: {fault}") from None


def _saved_at(document: Mapping[str, Any]) -> str | None:
    observation = document.get("observation")
    return None if observation is None else _text(observation["saved_at"])


def _approval(document: Mapping[str, Any]) -> Approval:
    changes = {parse(each["address"]): each for each in document["changes"]}
    if len(changes) != len(document["changes"]):
        raise ValueError("an address is listed twice")
    same = Wordings().same
    pending = {
        where: same(_reviewed(each)) for where, each in changes.items() if each["action"] != "withhold"
    }
    target, selection = document["target"], document["selection"]
    return Approval(
        digest=document["digest"],
        created_at=_moment(document["created_at"]),
        target=TargetName(*(_text(target[key]) for key in ("name", "url", "account"))),
        selection=_selection(selection),
        options=_options(document["options"]),
        inputs=_text(document["inputs"]),
        changes=pending,
        withheld=frozenset(changes) - frozenset(pending),
    )


_ACTIONS: Final = frozenset({"create", "update", "ensure", "release"})


def _selection(selection: Mapping[str, Any]) -> Selection:
    shard = selection.get("shard")
    return Selection(
        only=_globs(selection["only"]),
        exclude=_globs(selection["exclude"]),
        origin=_globs(selection["origin"]),
        exclude_origin=_globs(selection["exclude_origin"]),
        shard=None if shard is None else Shard.parse(_text(shard)),
    )


def _options(options: Mapping[str, Any]) -> Options:
    return Options(
        allow_reopen=_flag(options["allow_reopen"]),
        resend_stale=_globs(options["resend_stale"]),
        max_line_changes=_limit(options["max_line_changes"]),
        allow_permanent=_limit(options.get("allow_permanent")),
        skip_triggers=_flag(options.get("skip_triggers", False)),
        on_moved=OnMoved(options["on_moved"]),
    )


def _reviewed(change: Mapping[str, Any]) -> Reviewed:
    if change["action"] not in _ACTIONS:
        raise ValueError(f"there is no action {change['action']!r}")
    return Reviewed(
        action=change["action"],
        fields=tuple(
            (_text(each["path"]), each.get("before", NOT_GIVEN), each.get("after", NOT_GIVEN))
            for each in change["fields"]
        ),
        permanent=_flag(change["permanent"]),
        triggers=_flag(change["triggers"]),
        evidence=_text(change["evidence"]),
        says=tuple(sorted((_text(line), _text(status)) for line, status in change["says"].items())),
        body=_text(change.get("body", "")),
    )


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return moment.astimezone(UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _limit(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise TypeError(f"{value!r} is no number")
    return value


def _globs(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(map(_text, value))
