#!/bin/sh
# Makes .venv: Python's environment, Pango, the locked packages and Diptych itself. `make` runs it when one of these changed.
set -eu
cd "$(dirname "$0")/.."
. scripts/system.sh

# The first Python that is new enough: $PYTHON, python3, then any by its own name.
find_python() {
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return; fi
    done
    need "Python 3.11 or newer" "python3 python3-venv" python3 python
    python=python3
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Python 3.11 or newer is missing; this system's python3 is older. Install one and run: make PYTHON=/path/to/python3"
}

# Debian keeps venv and ensurepip in a package of their own.
find_venv() {
    "$python" -c 'import venv, ensurepip' 2>/dev/null || need "Python's venv" python3-venv python3 python
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "$python has no venv module. Install it and run make again."
}

find_pango() {
    "$python" scripts/check_pango.py && return
    need Pango "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" pango pango
    "$python" scripts/check_pango.py || stop "Pango is installed and yet cannot be loaded by $python."
}

# An environment whose Python has gone, or has become another version, is made anew.
make_environment() {
    version='import sys; print(sys.version_info[:2])'
    if [ "$(.venv/bin/python -c "$version" 2>/dev/null)" != "$("$python" -c "$version")" ]; then
        "$python" -m venv --clear .venv
    fi
}

find_python
find_venv
find_pango
make_environment
echo "Installing the locked packages into .venv (half a minute or so) …"
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
.venv/bin/python -c 'import weasyprint' || stop "WeasyPrint does not load: see the message above."
