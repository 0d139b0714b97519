#!/bin/sh
# Says which share of the lines the tests reached, and refuses less than FLOOR per cent of a package:
#     sh scripts/check_coverage.sh PYTHON FLOOR PACKAGE...
# Reads .coverage, which `make coverage` writes; the Makefile names the floor and the packages.
set -eu
python=$1 floor=$2
shift 2

"$python" -m coverage report --skip-covered --sort=cover
for part in "$@"; do
    printf '%s: ' "$part"
    "$python" -m coverage report --include="tomclip/$part/*" --fail-under="$floor" --format=total
done
