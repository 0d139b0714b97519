#!/bin/sh
# Says which share of the lines the tests reached, and refuses less than FLOOR per cent of the core:
#     sh scripts/check_coverage.sh [PYTHON]
# Reads .coverage, which `make coverage` writes.
set -eu
python=${1:-python3}
FLOOR=90

"$python" -m coverage report --skip-covered --sort=cover
for part in losses topology geometry evaluation; do
    printf '%s: ' "$part"
    "$python" -m coverage report --include="tomclip/$part/*" --fail-under="$FLOOR" --format=total
done
