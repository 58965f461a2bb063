#!/bin/sh
# Make .venv with the oldest Python that will do (3.11, the one the code is written for, before newer ones).
set -eu

found=
for name in python3.11 python3 python3.12 python3.13; do
    if "$name" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
        found=$name
        break
    fi
done
if [ -z "$found" ]; then
    echo "Python 3.11 or newer is needed and was not found: install it (Debian: apt-get install python3 python3-venv) and try again." >&2
    exit 1
fi
if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        sh tools/system.sh --install python3-venv
    fi
    if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv) and try again." >&2
        exit 1
    fi
fi
echo "Making .venv with $("$found" --version)…"
exec "$found" -m venv .venv
