#!/bin/sh
# All checks, quick ones first; ends at the first section that fails and names it. `make test` runs it, `make lint` with
# the word "lint" for the sections that start nothing.
set -u
cd "$(dirname "$0")/../.."
bin=$PWD/.venv/bin
PATH=$bin:$PATH
client=reporter/client

# Every commit of a test's database waits for the disk; in memory, where there is plenty, the tests take half as long.
# Short, because sockets stand below it; open, because PostgreSQL runs as another user.
memory=/dev/shm
if [ -z "${TMPDIR:-}" ] && [ -w $memory ] && [ "$(df -Pk $memory | awk 'NR == 2 { print $4 }')" -gt 6000000 ]; then
    TMPDIR=$(mktemp -d $memory/ct.XXXX)
    chmod 755 "$TMPDIR"
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
    trap 'exit 130' INT TERM
fi

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
section "test tools" deploy/local/deps.sh tests
section "system programs" deploy/local/need.sh chromium firefox-esr nginx tor java:default-jre-headless libpango-1.0.so.0:libpango-1.0-0 \
    libpangoft2-1.0.so.0:libpangoft2-1.0-0 libharfbuzz-subset.so.0:libharfbuzz-subset0 pdftoppm:poppler-utils bwrap:bubblewrap mat2
section "client tests (node)" node_tests
section "tests (pytest)" pytest -q -n "${WORKERS:-3}" --dist loadfile --no-loadscope-reorder --durations 20
printf '\n== all passed\n'
