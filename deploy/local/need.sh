#!/bin/sh
# need.sh PROGRAM...: makes sure that the tests' system programs are there: installs their Debian packages when run as
# root, otherwise fails naming what is missing. Each program is named like its package.
set -eu
PATH=$PATH:/usr/sbin:/sbin
missing=
for program in "$@"; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need these programs, which are not installed:$missing" >&2
    echo "Install them and try again; on Debian: sudo apt-get install$missing" >&2
    exit 1
fi

echo "Installing Debian packages:$missing ..."
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then # a server that comes with a package must not start here
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends $missing >/dev/null
for program in $missing; do
    command -v "$program" >/dev/null || { echo "The package $program brought no program of that name." >&2; exit 1; }
done
