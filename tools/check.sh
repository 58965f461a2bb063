#!/usr/bin/env bash
# What `make test` runs, after the set-up. Every step runs, so that one run tells everything there is to mend;
# the end names the steps that failed and repeats pytest's closing lines.
set -uo pipefail

bin=.venv/bin
failed=()
closing=()
artifacts=test-artifacts
mkdir -p "$artifacts"
rm -f .coverage .coverage.*

step() { # step "name" command …
    local name=$1
    shift
    printf -- '--- %s\n' "$name"
    "$@" </dev/null || failed+=("$name")
}

tests() { # tests "name" log pytest-options …
    local name=$1 log=$artifacts/$2
    shift 2
    printf -- '--- %s\n' "$name"
    "$bin/pytest" -n 2 --dist worksteal --cov --cov-append --cov-report= "$@" </dev/null 2>&1 | tee "$log" || failed+=("$name")
    closing+=("$(tail -n 1 "$log")")
}

step "format (ruff format)" "$bin/ruff" format --check --quiet .
step "lint (ruff check)" "$bin/ruff" check --quiet .
step "types (mypy)" "$bin/mypy"
step "import contracts (lint-imports)" "$bin/lint-imports" --no-logo
step "translations" "$bin/python" -m tools.translations --check
tests "tests on PostgreSQL" postgresql.log --database=postgresql -m "not browser"
tests "tests on SQLite and in the browser" sqlite.log --database=sqlite
step "branch coverage of rules and access" "$bin/python" -m tools.branches

status=0
if [ ${#failed[@]} -gt 0 ]; then
    status=1
    printf '\nmake test failed, see above:\n'
    printf '  %s\n' "${failed[@]}"
fi
printf '%s\n' "${closing[@]}"
exit $status
