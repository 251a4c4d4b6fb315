"""Hearing: what an answer of the Market means before anybody reads what is in it.

Which answers are met by asking again, and after what wait (reference, sections 1.2 and 1.3):

    420, parallel requests    after a second, with fewer at a time
    420, quota                when the server says that it is filled up again, at most a minute at once
    423                       after a minute: a store is being moved
    499, 5xx, no JSON         with growing pauses

All of it is reading, so asking again does no harm. Codes of errors are an open set: the HTTP status decides,
and the message is shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from reconciler.model.secret import veil
from reconciler.model.text import visible
from reconciler.ports import Broken, Denied
from reconciler.sources.yandex_market.seen import Quota
from reconciler.sources.yandex_market.shapes import Envelope, Garbled, Misshapen, decoded
from reconciler.wire import Fault, Reply, Trouble, by_status
from reconciler.wire.dates import moment_of

PARALLEL_WAIT: Final = 1.0
MOVING_WAIT: Final = 60.0
"""Seconds."""
LOOK: Final = "check token_env or token_file of this source"
_SCOPE: Final = (
    "the token needs the right inventory-and-order-processing:read-only, and the store has to be open to the "
    "API; a new right takes up to ten minutes"
)
_LONGEST: Final = 300
_LIMITS: Final = "x-ratelimit-resource-"


def judge(reply: Reply, now: datetime) -> Trouble | None:
    """Tell what keeps an answer from being taken at its word, None when nothing does.

    `now` stands in for the clock of a server that sends no Date.
    """
    if reply.status == 420:
        return _over_quota(reply, now)
    if reply.status == 423:
        said = "the Market answered 423: the store or the cabinet is being moved"
        return Trouble(Fault.LATER, said, MOVING_WAIT)
    if reply.status == 499:
        return Trouble(Fault.OUTAGE, "the Market answered 499: it saw the connection closed")
    trouble = by_status(reply)
    if trouble is None and reply.status < 300:
        try:
            decoded(reply.body, Envelope)
        except Garbled:
            return Trouble(Fault.GARBLED, "the answer is no JSON")
        except Misshapen:
            return None
    return trouble


def _over_quota(reply: Reply, now: datetime) -> Trouble:
    """Tell the two kinds of 420 apart, by the only thing that does: their text."""
    words = envelope(reply).words
    parallel = "parallel" in words.lower()
    until = moment_of(reply.headers.get(_LIMITS + "until"))
    if parallel:
        return Trouble(Fault.CALM, "too many requests at a time for the Market (420)", PARALLEL_WAIT)
    if until is None:
        return Trouble(Fault.CALM, "the Market's quota is used up (420)")
    wait = (until - (reply.at or now)).total_seconds()
    reason = f"the Market's quota is used up until {until:%H:%M:%S} UTC (420)"
    return Trouble(Fault.CALM, reason, wait if wait > 0 else None)


def envelope(reply: Reply) -> Envelope:
    """Read what a refusal says; empty where it is no envelope."""
    try:
        return decoded(reply.body, Envelope)
    except (Garbled, Misshapen):
        return Envelope()


def is_enveloped(reply: Reply) -> bool:
    """Tell whether it is the Market that speaks, and no gateway before it."""
    found = envelope(reply)
    return found.is_error or bool(found.errors)


def refuse(reply: Reply, words: str, secrets: tuple[str, ...]) -> None:
    """Raise for an answer that is a refusal: `Denied` where the token is at fault, else `Broken`."""
    told = discreet(words, secrets)
    if reply.status == 401:
        raise Denied(_sentence(401, told), exit_code=8, advice=_of_401(told, secrets))
    if reply.status == 403:
        raise Denied(_sentence(403, told), exit_code=8, advice=_of_403(told))
    raise Broken(_sentence(reply.status, told))


def discreet(text: str, secrets: tuple[str, ...]) -> str:
    """Make a server's words fit to be shown: without the token, on one line, not too long."""
    shown = " ".join(veil(text, secrets).split())
    parts = [visible(shown[start : start + 50]) for start in range(0, min(len(shown), _LONGEST), 50)]
    return "".join(parts) + ("…" if len(shown) > _LONGEST else "")


def quota_of(entity: str, reply: Reply) -> Quota | None:
    """Read what an answer says of the quota, None where it says nothing that can be read."""
    limit, left = (reply.headers.get(_LIMITS + word, "") for word in ("limit", "remaining"))
    if not (limit.isascii() and limit.isdigit() and left.isascii() and left.isdigit()):
        return None
    until = moment_of(reply.headers.get(_LIMITS + "until"))
    return Quota(entity, int(limit[:12]), int(left[:12]), until)


def _sentence(status: int, told: str) -> str:
    what = f"the Market answered {status}" if status >= 300 else "the Market says that it failed"
    return f"{what}: {told}" if told else what


def _of_401(told: str, secrets: tuple[str, ...]) -> str:
    if "bearer" in told.lower() or any(each.lower().startswith("bearer") for each in secrets):
        return "the token goes without the word Bearer: take it out of the variable or the file"
    return f"the token is missing, wrong or revoked: {LOOK}"


def _of_403(told: str) -> str:
    lowered = told.lower()
    if any(word in lowered for word in ("disabled", "inactiv", "contract", "отключ", "неактив", "договор")):
        return "the store is closed to the API; the cabinet, and GET /v2/campaigns, tell why"
    return _SCOPE
