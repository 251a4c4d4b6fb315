#!/usr/bin/env bash
# What the person on call may start by hand: one of the actions below, named by ACTION.
#
#   show         what the last runs did; with RUN one of them in full. Reads the state only.
#   settle       read what can be settled of lost answers; sends nothing
#   resume       settle, then send what was approved and is unchanged
#   unlock       take the account away from a holder that is gone
#
# Exit codes pass through.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "${ACTION:?what? set ACTION to show, settle, resume or unlock}" in
show)
    if [[ -n "${RUN:-}" ]]; then
        run runs show "$RUN"
    else
        run runs list
    fi
    ;;
settle)
    run resume --settle-only -o text -o json="$OUT/report.json" -o markdown="$OUT/report.md"
    summarize "$OUT/report.md"
    ;;
resume)
    run resume --auto-approve -o text -o json="$OUT/report.json" -o markdown="$OUT/report.md"
    summarize "$OUT/report.md"
    ;;
unlock) run state unlock --auto-approve ;;
*)
    notice error "There is no action ${ACTION@Q}: it is show, settle, resume or unlock."
    exit 64
    ;;
esac
exit "$code"
