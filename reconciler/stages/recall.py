"""recall: the text of a plan's file becomes the approval that it stands for.

A file that was changed by accident is refused by its digest; this is no protection against forgery, which is
what the repository's reviews are for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from reconciler.model.address import parse
from reconciler.model.approval import NOT_GIVEN, Approval, Reviewed
from reconciler.model.fingerprint import digest_of
from reconciler.model.plan import OnMoved, Options, Selection, TargetName

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
        body = {key: document[key] for key in BODY}
        if digest_of(body) != document["digest"]:
            raise NotAPlan("its digest does not match: the file was changed after it was written")
        if document["complete"] is not True:
            raise NotAPlan("it is not complete: a read broke off when it was drawn")
        return _approval(document)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise NotAPlan(f"a key is missing or has another shape than a plan's: {fault}") from None


def _approval(document: Mapping[str, Any]) -> Approval:
    changes = {parse(each["address"]): each for each in document["changes"]}
    pending = {where: _reviewed(each) for where, each in changes.items() if each["action"] != "withhold"}
    target, selection, options = document["target"], document["selection"], document["options"]
    return Approval(
        digest=document["digest"],
        created_at=datetime.fromisoformat(document["created_at"]),
        target=TargetName(target["name"], target["url"], target["account"]),
        selection=Selection(**{key: tuple(globs) for key, globs in selection.items() if key in _SELECTING}),
        options=Options(
            allow_reopen=bool(options["allow_reopen"]),
            resend_stale=tuple(options["resend_stale"]),
            max_line_changes=options["max_line_changes"],
            allow_permanent=options.get("allow_permanent"),
            skip_triggers=bool(options.get("skip_triggers")),
            on_moved=OnMoved(options["on_moved"]),
        ),
        inputs=document["inputs"],
        changes=pending,
        withheld=frozenset(changes) - frozenset(pending),
    )


_SELECTING: Final = frozenset({"only", "exclude", "origin", "exclude_origin"})


def _reviewed(change: Mapping[str, Any]) -> Reviewed:
    return Reviewed(
        action=change["action"],
        fields=tuple(
            (each["path"], each.get("before", NOT_GIVEN), each.get("after", NOT_GIVEN))
            for each in change["fields"]
        ),
        permanent=change["permanent"],
        triggers=change["triggers"],
    )
