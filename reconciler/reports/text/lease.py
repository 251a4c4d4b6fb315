"""Who holds an account, in words."""

from __future__ import annotations

from reconciler.model.lease import Holder
from reconciler.reports.shown.values import clean, moment


def holder_line(holder: Holder) -> str:
    """Say who holds an account, from where, what for and since when."""
    facts = holder.claim.facts
    who = f"{facts.actor or 'somebody'} on {facts.host or 'an unknown host'}, pid {holder.claim.process.pid}"
    run = "" if holder.run is None else f", run {holder.run}"
    link = f", {facts.ci_url}" if facts.ci_url else ""
    share = "" if holder.claim.shard is None else f" of shard {holder.claim.shard}"
    return clean(f"{who}: {holder.claim.purpose}{share}{run}, since {moment(holder.taken_at)}{link}")


def holder_text(holder: Holder, *, alive: bool, expired: bool) -> str:
    """Show all that is known of a holder, ending with a newline."""
    facts = holder.claim.facts
    if alive:
        state = "its process runs on this machine"
    elif expired:
        state = "it has been silent for too long: the next command that writes takes the account over"
    else:
        state = "its process cannot be seen from here"
    rows = {
        "holder": facts.actor or "not known",
        "host": facts.host or "not known",
        "pid": str(holder.claim.process.pid),
        "purpose": holder.claim.purpose,
        "run": "none yet" if holder.run is None else str(holder.run),
        "CI job": facts.ci_url or "none",
        "since": moment(holder.taken_at),
        "last heard": moment(holder.heartbeat_at),
        "expires": moment(holder.expires_at),
        "state": state,
    }
    if holder.claim.shard is not None:
        rows["shard"] = str(holder.claim.shard)
    if holder.stop_requested:
        rows["asked"] = "to stop"
    return "".join(f"  {name:<11} {clean(value)}\n" for name, value in rows.items())
