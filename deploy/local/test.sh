#!/bin/sh
# All checks, quick ones first; ends at the first section that fails and names it. `make test` runs it, `make lint` with
# the word "lint" for the sections that start nothing.
set -u
cd "$(dirname "$0")/../.."
bin=$PWD/.venv/bin
PATH=$bin:$PATH
client=reporter/client

section() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    started=$(date +%s)
    "$@" || { printf '\n== FAILED: %s\n' "$name" >&2; exit 1; }
    printf '== %s: passed in %s s\n' "$name" "$(($(date +%s) - started))"
}

types_of_the_client() { $client/node_modules/.bin/tsc --noEmit -p $client; }
node_tests() {
    files=$(find tests/client tests/vectors -name '*.test.mjs' | sort)
    [ -n "$files" ] || { echo "no tests found" >&2; return 1; }
    # shellcheck disable=SC2086 # one word a file
    node --test $files
}

section "style (ruff)" ruff check --quiet .
section "types (mypy)" mypy
section "types of the client (tsc)" types_of_the_client
section "who may import whom (import-linter)" lint-imports
[ "${1:-}" != lint ] || exit 0
section "system programs" deploy/local/need.sh chromium nginx tor
section "client tests (node)" node_tests
section "tests (pytest)" pytest -q -n "${WORKERS:-2}" --dist loadfile --durations 20
printf '\n== all passed\n'
