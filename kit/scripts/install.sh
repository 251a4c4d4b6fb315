#!/usr/bin/env bash
# Install the program of this checkout, with everything from the lock by hash, into the folder that is the first
# argument, and put its command on the path of the steps that follow.
#
# The checkout itself is not built: it is run from where it lies, so nothing is fetched beside the lock.
set -euo pipefail

place="${1:?into which folder?}"
source="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

python3 -m venv "$place"
"$place/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$source/requirements/all.txt"
mkdir -p "$place/command"
cat >"$place/command/reconciler" <<COMMAND
#!/bin/sh
PYTHONPATH='$source' exec '$place/bin/python' -P -m reconciler "\$@"
COMMAND
chmod +x "$place/command/reconciler"
if [[ -n "${GITHUB_PATH:-}" ]]; then
    printf '%s\n' "$place/command" >>"$GITHUB_PATH"
fi
"$place/command/reconciler" --version
