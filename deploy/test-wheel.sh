#!/usr/bin/env bash
# Builds the wheel and tries it outside the tree: the program starts, and the bundled model finds things.
# Usage: deploy/test-wheel.sh [PYTHON]
set -euo pipefail
python=${1:-python3}
tree=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$tree/.venv/bin/python" -m build --wheel --outdir "$scratch/dist" "$tree" >/dev/null
"$python" -m venv "$scratch/kernel"
"$scratch/kernel/bin/python" -m pip --disable-pip-version-check install --quiet --quiet "$scratch"/dist/*.whl
cd "$scratch"

# The kernel alone: the verbs that need no pictures work, the others say what they need.
kernel/bin/sharp-eyes --help >/dev/null
printf '[[camera]]\nid = "a"\n' >one.toml
kernel/bin/sharp-eyes check one.toml >/dev/null
if kernel/bin/sharp-eyes replay clip.mp4 --cameras one.toml >refused 2>&1; then
    echo "the kernel alone must not claim that it can replay" >&2
    exit 1
fi
grep -q "pip install .sharp-eyes.worker" refused

# A worker: the whole way on the sample clip.
"$scratch/kernel/bin/python" -m pip --disable-pip-version-check install --quiet --quiet "$(ls "$scratch"/dist/*.whl)[worker]"
kernel/bin/sharp-eyes demo --once >printed
grep -q "loitering" printed
echo "the wheel works outside the tree"
