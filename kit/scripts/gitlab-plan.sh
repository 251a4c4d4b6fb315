#!/usr/bin/env bash
# Fetch into OUT the plan that was approved with the merge request whose merge is COMMIT, from PROJECT.
#
# The plan is an artifact of the job JOB in the last pipeline of the merge request. Where there is none, OUT/plan.json
# is missing afterwards and apply.sh takes the second way. Needs `glab` with GITLAB_TOKEN.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

: "${PROJECT:?}" "${COMMIT:?}" "${JOB:?}"
rm -f "$OUT/plan.json"
iid="$(glab api "projects/$PROJECT/repository/commits/$COMMIT/merge_requests" | pick merge)"
if [[ -z "$iid" ]]; then
    notice warning "Commit $COMMIT is no merge of a merge request."
    exit 0
fi
file="projects/$PROJECT/jobs/artifacts/refs%2Fmerge-requests%2F$iid%2Fhead/raw/$OUT/plan.json?job=$JOB"
if ! glab api "$file" >"$OUT/plan.json.part"; then
    rm -f "$OUT/plan.json.part"
    notice warning "The pipeline of merge request $iid left no plan, or it is gone by now."
    exit 0
fi
mv "$OUT/plan.json.part" "$OUT/plan.json"
