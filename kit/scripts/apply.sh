#!/usr/bin/env bash
# Apply the plan in OUT/plan.json, or in the file that PLAN names, and nothing else.
#
# Exit 0 when it was applied. A plan that went stale, is too old, was used, or is not there (exit 6) sends nothing;
# this step ends with 0 then and tells `stale=true`, so that the second way can follow: plan again, have it approved,
# apply that. With FINAL=true there is no second way, and 6 passes through. All other exit codes pass through.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

plan="${PLAN:-$OUT/plan.json}"
if [[ ! -f "$plan" ]]; then
    notice warning "There is no plan from the pull request; it has to be drawn again."
    code=6
else
    run apply "$plan" --if-locked wait --lock-timeout "${LOCK_TIMEOUT:-600}" --events "$OUT/events.jsonl" \
        -o text -o json="$OUT/report.json" -o markdown="$OUT/report.md" -o html="$OUT/report.html"
    summarize "$OUT/report.md"
fi
tell exit-code "$code"
if [[ "$code" == 6 && "${FINAL:-false}" != true ]]; then
    tell stale true
    notice warning "Nothing was sent: the plan is not to be used any more. Planning again, for a new approval."
    exit 0
fi
tell stale false
if [[ "$code" == 9 ]]; then
    notice error "Something was sent and not confirmed. Do not run this again: see the job for the person on call."
fi
exit "$code"
