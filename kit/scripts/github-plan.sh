#!/usr/bin/env bash
# Fetch into OUT the plan that was approved with the pull request whose merge is COMMIT, from REPOSITORY.
#
# The plan is the artifact ARTIFACT of the last run of WORKFLOW for the pull request's last commit. Where there is
# none, OUT/plan.json is missing afterwards and apply.sh takes the second way. Needs `gh` with GH_TOKEN.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

: "${REPOSITORY:?}" "${COMMIT:?}" "${WORKFLOW:?}" "${ARTIFACT:?}"
rm -f "$OUT/plan.json"
head="$(gh api "repos/$REPOSITORY/commits/$COMMIT/pulls" | pick head)"
if [[ -z "$head" ]]; then
    notice warning "Commit $COMMIT is no merge of a pull request."
    exit 0
fi
found="$(gh run list --repo "$REPOSITORY" --workflow "$WORKFLOW" --commit "$head" --event pull_request \
    --limit 1 --json databaseId | pick run)"
if [[ -z "$found" ]]; then
    notice warning "No run of $WORKFLOW planned commit $head."
    exit 0
fi
gh run download "$found" --repo "$REPOSITORY" --name "$ARTIFACT" --dir "$OUT" ||
    notice warning "Run $found left no artifact $ARTIFACT, or it is gone by now."
