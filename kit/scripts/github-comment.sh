#!/usr/bin/env bash
# Put OUT/comment.md on the pull request PULL_REQUEST of REPOSITORY: one comment, written again at each plan.
#
# The comment is found by the hidden marker that the report holds, which names target and account, so each target has
# one. Needs `gh` with GH_TOKEN. A token that may not write (a fork's) is a warning: the plan is on the run's page.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

: "${REPOSITORY:?}" "${PULL_REQUEST:?}"
if [[ ! -s "$OUT/comment.md" ]]; then
    notice warning "There is no plan to comment with."
    exit 0
fi
marker="$(grep -m 1 -o '^<!-- reconciler:[^>]*-->' "$OUT/comment.md")"
comments="repos/$REPOSITORY/issues/$PULL_REQUEST/comments"
found="$(gh api "$comments" --paginate | pick comment "$marker")" || found=""
if [[ -n "$found" ]] &&
    gh api --silent -X PATCH "repos/$REPOSITORY/issues/comments/$found" -F "body=@$OUT/comment.md"; then
    exit 0
fi
gh api --silent -X POST "$comments" -F "body=@$OUT/comment.md" ||
    notice warning "The plan could not be put on the pull request; it is on the page of this run."
