"""Exit codes (contract, section 6.1)."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
ERROR: Final = 1
PENDING: Final = 2
IN_PART: Final = 3
INVALID: Final = 4
REFUSED: Final = 5
STALE: Final = 6
HELD: Final = 7
DENIED: Final = 8
LOST: Final = 9
USAGE: Final = 64
INTERRUPTED: Final = 130
TERMINATED: Final = 143

MEANINGS: Final = {
    DONE: "done; with plan --detailed-exitcode: nothing pending and nothing withheld",
    ERROR: "an error not listed here",
    PENDING: "changes pending, something withheld or drifted (plan and drift --detailed-exitcode only)",
    IN_PART: "applied in part: something failed or was skipped, or was withheld unacknowledged",
    INVALID: "manifests or settings invalid",
    REFUSED: "refused by a guard: limits, permanent creates, evidence, state",
    STALE: "the plan is stale, used, expired or for another target",
    HELD: "the account is held by somebody else",
    DENIED: "authentication or permission",
    LOST: "an outcome is lost: sent, not confirmed",
    USAGE: "wrong usage",
    INTERRUPTED: "interrupted, report written",
    TERMINATED: "terminated, report written",
}
