#!/usr/bin/env bash
# Keep one issue about the drift of TARGET in REPOSITORY: opened when there is some (DRIFT=true, with OUT/drift.md),
# written again while there is, closed when there is none (DRIFT=false). Any other DRIFT changes nothing: what could
# not be read is not gone. Needs `gh` with GH_TOKEN, and the label of that name is made when it is missing.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

: "${REPOSITORY:?}"
label=reconciler-drift
title="Drift: $TARGET"
found="$(gh issue list --repo "$REPOSITORY" --state open --label "$label" --limit 100 --json number,title |
    pick issue "$title")"
case "${DRIFT:-unknown}" in
true)
    if [[ -n "$found" ]]; then
        gh issue edit "$found" --repo "$REPOSITORY" --body-file "$OUT/drift.md"
    else
        gh label create "$label" --repo "$REPOSITORY" --force --description "Changed outside of the manifests"
        gh issue create --repo "$REPOSITORY" --title "$title" --label "$label" --body-file "$OUT/drift.md"
    fi
    ;;
false)
    if [[ -n "$found" ]]; then
        gh issue close "$found" --repo "$REPOSITORY" --comment "No drift any more."
    fi
    ;;
*) notice warning "Whether there is drift is not known; the issue stays as it is." ;;
esac
