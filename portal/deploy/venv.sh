#!/bin/sh
# Make or refresh .venv from a hashed lock: venv.sh requirements.txt | requirements-dev.txt
# Does nothing when .venv already holds what the lock says.
set -eu
cd "$(dirname "$0")/../.."
lock=$1
stamp=.venv/.locks

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

makes_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

line_for() {
    printf '%s %s\n' "$1" "$(cksum <"$1")"
}

if new_enough .venv/bin/python && [ -f "$stamp" ] && grep -qxF "$(line_for "$lock")" "$stamp"; then
    exit 0
fi

if ! new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    # The system's own first: it gets the updates of the system, and distributions build Python
    # with profiles, which takes a fifth off everything. One that cannot make environments is for
    # want of others.
    found=
    for candidate in ${PYTHON:-/usr/bin/python3 python3.13 python3.12 python3.11 python3}; do
        new_enough "$candidate" || continue
        found=${found:-$candidate}
        if makes_environments "$candidate"; then
            found=$candidate
            break
        fi
    done
    [ -n "$found" ] || stop "The portal needs Python 3.11 or newer; install it or name it: PYTHON=/path/to/python3 make run"

    if ! makes_environments "$found"; then
        package=$("$found" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "Installing $package ..."
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package"; } >/dev/null ||
                stop "Python cannot make virtual environments here and $package could not be installed."
        else
            stop "Python cannot make virtual environments here; on Debian or Ubuntu run: sudo apt-get install $package"
        fi
    fi

    echo "Making a virtual environment in .venv ..."
    rm -rf .venv
    "$found" -m venv .venv || stop "The virtual environment could not be made in $(pwd)/.venv."
fi

echo "Installing the packages of $lock ..."
rm -f "$stamp"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --requirement "$lock" ||
    stop "The packages could not be installed; see the message of pip above."

# The development lock contains the runtime lock.
{
    line_for requirements.txt
    [ "$lock" = requirements.txt ] || line_for "$lock"
} >"$stamp"
