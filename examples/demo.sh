#!/usr/bin/env bash
# The quickstart in a folder of its own: seed, plan, apply, plan again. Leaves nothing behind.
set -euo pipefail

command -v reconciler >/dev/null || { echo 'reconciler is not on the PATH; `make demo` puts it there' >&2; exit 1; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The demonstration is to look alike everywhere: no setting of the caller's may change it.
for name in "${!RECONCILER_@}"; do unset "$name"; done

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    bold=$'\e[1m' plain=$'\e[0m'
fi

say() { printf '\n%s\n' "$*"; }

# show CODE WORD...: type a command, show what it answers, and insist on how it ends.
show() {
    local expected=$1 code=0
    shift
    printf '\n%s$ %s%s\n' "$bold" "$*" "$plain"
    "$@" 2>&1 || code=$?
    if ((code != expected)); then
        echo "the demonstration ended early: exit $code instead of $expected" >&2
        exit 1
    fi
}

cp -R "$here/quickstart/." "$folder"
cd "$folder"

say 'A small repository: two custom fields, two line statuses, two orders and a correction.'
say 'Its target is a sandbox in a file. First it gets the one order that exists already.'
show 0 reconciler sandbox seed sandbox.json

say 'What would be done? Each line says how it is known. Definitions cannot be read back: unknown.'
show 0 reconciler plan

say 'Do it. A person would be asked for the word yes; a pipeline approves beforehand.'
show 3 reconciler apply --auto-approve
say 'That was exit 3, on purpose: one correction names an order that the target does not show.'
say 'It is withheld and named, never made up.'

say 'Once more. Nothing is pending; what cannot be read back is counted as recorded.'
show 0 reconciler plan

say 'Where to go next: README.md, or `reconciler init shop && cd shop && reconciler plan`.'
