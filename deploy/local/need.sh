#!/bin/sh
# need.sh WHAT...: makes sure that the tests' system programs are there: installs their Debian packages when run as root,
# otherwise fails naming what is missing. WHAT is a program, or a library such as libpango-1.0.so.0, perhaps with the
# package that brings it when that has another name: java:default-jre-headless.
set -eu
PATH=$PATH:/usr/sbin:/sbin

there() {
    case $1 in
    *.so.*) ldconfig -p | grep -qF "$1 " ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=
for what in "$@"; do
    there "${what%:*}" || missing="$missing $what"
done
[ -n "$missing" ] || exit 0

packages=
for what in $missing; do packages="$packages ${what#*:}"; done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need these packages, which are not installed:$packages" >&2
    echo "Install them and try again; on Debian: sudo apt-get install$packages" >&2
    exit 1
fi

echo "Installing Debian packages:$packages ..."
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then # a server that comes with a package must not start here
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends $packages >/dev/null
for what in $missing; do
    there "${what%:*}" || { echo "The package ${what#*:} did not bring ${what%:*}." >&2; exit 1; }
done
