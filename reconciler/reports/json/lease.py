"""Who holds an account, as JSON."""

from __future__ import annotations

from typing import Any

from reconciler.model.lease import Holder
from reconciler.reports.json.parts import moment


def holder_data(holder: Holder | None) -> dict[str, Any] | None:
    """Give all that is known of a holder, None when there is none."""
    if holder is None:
        return None
    facts = holder.claim.facts
    return {
        "purpose": holder.claim.purpose,
        "run": holder.run,
        "actor": facts.actor,
        "host": facts.host,
        "pid": holder.claim.process.pid,
        "ci_url": facts.ci_url,
        "taken_at": moment(holder.taken_at),
        "heartbeat_at": moment(holder.heartbeat_at),
        "expires_at": moment(holder.expires_at),
        "stop_requested": holder.stop_requested,
        "fence": holder.fence,
        **({} if holder.claim.shard is None else {"shard": str(holder.claim.shard)}),
    }
