#!/bin/sh
# The core's tests on the oldest versions that pyproject.toml accepts:
#     sh scripts/check_floors.sh [PYTHON]
# Makes an environment of its own in build/floors (some GB where torch brings CUDA) and keeps it.
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3.11}
folder=build/floors
inside=$folder/bin/python

[ -x "$inside" ] || "$python" -m venv "$folder"
"$inside" -m pip install --quiet --disable-pip-version-check uv
# Compiled at once, as pip does: an old library's syntax warnings are not ours, and ours are errors.
"$inside" -m uv pip install --python "$inside" --resolution lowest-direct --compile-bytecode --quiet '.[engines,transport]' \
    'hypothesis>=6.140' 'pytest>=9,<10' 'pytest-timeout>=2.4'
"$inside" -m uv pip list --python "$inside" | grep -iE '^(torch|numpy|scipy|pandas|gudhi|numba) '
# From the checkout: an installed copy would hide which sources are tested.
PYTHONPATH=$PWD exec "$inside" -m pytest -q -p no:cacheprovider \
    tests/losses tests/topology tests/geometry tests/encoders/stored
