#!/usr/bin/env bash
# Plan, and keep the plan for the apply: plan.json, comment.md and plan.html in OUT.
#
# Exit 0 when a plan was drawn, whether something is pending or not; any other exit code of the program passes
# through. Without a token (a pull request from a fork) that is 8, and the comment says so: never green by accident.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rm -f "$OUT/plan.json" "$OUT/comment.md" "$OUT/plan.html"
run plan --detailed-exitcode \
    -o text -o json="$OUT/plan.json" -o markdown="$OUT/comment.md" -o html="$OUT/plan.html"
summarize "$OUT/comment.md"
tell exit-code "$code"
case "$code" in
0) tell pending false ;;
2)
    tell pending true
    code=0
    ;;
8)
    tell pending unknown
    notice error "No plan was drawn: the target refused us, or no token is here (a pull request from a fork has none). \
Somebody with access has to run the plan."
    ;;
*) tell pending unknown ;;
esac
exit "$code"
