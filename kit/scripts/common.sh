# What all steps of the kit share. Sourced, never run.
#
# A step is told by the environment: TARGET (which target), FOLDER (where reconciler.yaml is, default the current
# folder), OUT (where reports go, default reconciler-out). Each value is quoted wherever it is used, so a name from
# a pull request can never become a command.
# shellcheck shell=bash

set -euo pipefail

TARGET="${TARGET:?which target? set TARGET}"
FOLDER="${FOLDER:-.}"
OUT="${OUT:-reconciler-out}"
mkdir -p "$OUT"

# Run the program and leave its exit code in $code.
run() {
    code=0
    # shellcheck disable=SC2034 # read by the steps
    reconciler "$@" -C "$FOLDER" -t "$TARGET" || code=$?
}

# Tell the workflow something that a later step or job reads: on GitHub as an output, on GitLab as a variable.
tell() {
    if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
        printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
    fi
    printf 'RECONCILER_%s=%s\n' "$(tr 'a-z-' 'A-Z_' <<<"$1")" "$2" >>"$OUT/told.env"
}

# Show a Markdown file on the page of the run, where there is one.
summarize() {
    if [[ -n "${GITHUB_STEP_SUMMARY:-}" && -s "$1" ]]; then
        cat "$1" >>"$GITHUB_STEP_SUMMARY"
    fi
}

# Pick one thing out of a forge's answer; see pick.py.
pick() {
    python3 "$(dirname "${BASH_SOURCE[0]}")/pick.py" "$@"
}

# Say a sentence that stands out in the log.
notice() {
    if [[ -n "${GITHUB_ACTIONS:-}" ]]; then
        printf '::%s::%s\n' "$1" "$2" >&2
    else
        printf '%s: %s\n' "$1" "$2" >&2
    fi
}
