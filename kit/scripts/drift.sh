#!/usr/bin/env bash
# Look for what was changed outside, and leave what was found in OUT/drift.md.
#
# Tells `drift=true` or `drift=false`. Exit 0 for both; any other exit code of the program passes through.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

run drift --detailed-exitcode -o json="$OUT/drift.json" -o text="$OUT/drift.txt"
if [[ -s "$OUT/drift.txt" ]]; then
    cat "$OUT/drift.txt"
    sed 's/^/    /' "$OUT/drift.txt" >"$OUT/drift.md" # indented: a block of code that nothing in it can end
    summarize "$OUT/drift.md"
fi
case "$code" in
0) tell drift false ;;
2)
    tell drift true
    code=0
    ;;
*) tell drift unknown ;;
esac
exit "$code"
