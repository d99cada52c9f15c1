#!/usr/bin/env bash
# Prints the Nix programs to test and measure with, joined by colons: the system's own, and that of the other Debian release, which this installs
# beside it where it is missing. ARDA_TEST_NIX, where it is set, is printed instead.
set -euo pipefail
cd "$(dirname "$0")"
if [ -n "${ARDA_TEST_NIX-}" ]; then
  echo "$ARDA_TEST_NIX"
  exit
fi
programs=$(command -v nix)
if command -v apt-get >/dev/null; then
  for suite in bookworm trixie; do
    if [ "${programs%%:*}" = /usr/bin/nix ] && grep -q "^VERSION_CODENAME=$suite" /etc/os-release; then continue; fi
    prefix=${XDG_CACHE_HOME:-$HOME/.cache}/arda/nix-$suite
    ./install-nix.sh "$suite" "$prefix" >&2
    programs+=:$prefix/usr/bin/nix
  done
else
  echo "test-nixes.sh: only $(nix --version): the others come from Debian's packages, and there is no apt here" >&2
fi
echo "$programs"
