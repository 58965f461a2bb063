#!/bin/sh
# tools/system.sh command:package …   installs Debian's package of each command that is missing (as root),
#                                     or says in one sentence what to install.
# tools/system.sh --install package   installs it without looking.
set -eu

if [ "${1:-}" = --install ]; then
    shift
    packages=$*
else
    packages=
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || packages="$packages ${pair#*:}"
    done
fi
[ -n "$packages" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Some programs that the tests use are missing: install them (Debian: apt-get install$packages) and try again." >&2
    exit 1
fi
echo "Installing$packages…"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $packages; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "apt-get could not install$packages: the lines above say why." >&2
    exit 1
fi
rm -f "$log"
