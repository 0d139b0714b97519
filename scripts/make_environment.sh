#!/bin/sh
# Makes a virtual environment with pip in it: sh scripts/make_environment.sh DIRECTORY [PYTHON]
# Uses PYTHON, or the first Python 3.11, 3.12 or 3.13 on the path. One that works is kept.
set -eu
directory=$1
wanted=${2:-}
inside=$directory/bin/python
accepted="Python 3.11, 3.12 or 3.13"

fail() { printf '%s\n' "$*" >&2; exit 1; }
runs() { "$@" >/dev/null 2>&1; }
fits() { runs "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'; }
version() { "$1" --version 2>&1 || echo missing; }

named_python() {
    runs command -v "$wanted" || fail "PYTHON=$wanted was not found: give the path of $accepted."
    fits "$wanted" || fail "PYTHON=$wanted is $(version "$wanted"): give the path of $accepted."
    echo "$wanted"
}

first_python() {
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        if fits "$candidate"; then command -v "$candidate"; return; fi
    done
    fail "No $accepted was found (python3 is: $(version python3)):" \
        "install one, or name it with 'make app PYTHON=/path/to/python3.12'."
}

keep() {
    fits "$inside" || fail "$directory is an environment of $(version "$inside"), and $accepted" \
        "is needed: remove it, or name another place with 'make app VENV=DIRECTORY'."
    runs "$inside" -m pip --version || "$inside" -m ensurepip
}

refuse_to_overwrite() {
    if [ -e "$directory" ] && [ ! -e "$directory/pyvenv.cfg" ] && [ -n "$(ls -A "$directory")" ]; then
        fail "$directory holds something that is no virtual environment:" \
            "name another place with 'make app VENV=DIRECTORY'."
    fi
}

make_with() {
    printf '==> Making the environment %s with %s (%s)\n' "$directory" "$(version "$1")" "$1"
    if runs "$1" -c 'import ensurepip, venv'; then
        "$1" -m venv --clear "$directory"
    elif runs "$1" -m virtualenv --version; then
        "$1" -m virtualenv --quiet --clear "$directory"
    elif runs "$1" -c 'import pip, venv'; then
        "$1" -m venv --clear --without-pip "$directory"
        "$1" -m pip --python "$inside" install --quiet pip
    else
        fail "$(version "$1") ($1) cannot make environments, as it has no module ensurepip: on Debian" \
            "and Ubuntu install it with 'apt-get install python3-venv', then call make again."
    fi
}

if runs "$inside" --version; then
    keep
else
    refuse_to_overwrite
    if [ -n "$wanted" ]; then python=$(named_python); else python=$(first_python); fi
    make_with "$python"
fi
