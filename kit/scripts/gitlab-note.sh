#!/usr/bin/env bash
# Put OUT/comment.md on the merge request MERGE_REQUEST of PROJECT: one note, written again at each plan.
#
# Found by the hidden marker that the report holds. Needs `glab` with GITLAB_TOKEN, a project access token that may
# write notes; without it the plan is in the job's artifacts and log, and a warning says so.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

: "${PROJECT:?}" "${MERGE_REQUEST:?}"
if [[ ! -s "$OUT/comment.md" ]]; then
    notice warning "There is no plan to write a note with."
    exit 0
fi
marker="$(grep -m 1 -o '^<!-- reconciler:[^>]*-->' "$OUT/comment.md")"
notes="projects/$PROJECT/merge_requests/$MERGE_REQUEST/notes"
found="$(glab api "$notes?per_page=100&sort=asc" --paginate | pick comment "$marker")" || found=""
if [[ -n "$found" ]] && glab api -X PUT "$notes/$found" -F "body=@$OUT/comment.md" >/dev/null; then
    exit 0
fi
glab api -X POST "$notes" -F "body=@$OUT/comment.md" >/dev/null ||
    notice warning "The plan could not be put on the merge request; it is among the artifacts of this job."
