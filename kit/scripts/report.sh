#!/usr/bin/env bash
# Make one report of the applies of all shards, from the run numbers in the reports below REPORTS.
#
# Exits as the whole ended. A shard that left no report, because its job never ran, makes it 3.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

shopt -s globstar nullglob
runs=()
for each in "${REPORTS:?where are the reports? set REPORTS}"/**/report.json; do
    number="$(pick number <"$each")"
    if [[ -n "$number" ]]; then
        runs+=("$number")
    fi
done
if [[ ${#runs[@]} == 0 ]]; then
    notice error "No apply left a report with a run in $REPORTS."
    exit 1
fi
run runs report "${runs[@]}" -o text -o json="$OUT/report.json" -o markdown="$OUT/report.md" \
    -o html="$OUT/report.html"
summarize "$OUT/report.md"
tell exit-code "$code"
exit "$code"
