#!/usr/bin/env bash
# train.sh DISTRIBUTION
# Makes arda start faster: runs the daemon and a question once and keeps, beside the jars, what Java loaded and linked for that (JEP 483, 514).
# The build calls this. A distribution works without, so nothing here fails the build; it says what went wrong instead.
set -uo pipefail
distribution=$(cd "${1:?distribution}" && pwd -P) || exit
arda=$distribution/bin/arda
rm -f "$distribution"/lib/arda-*.aot
tmp=$(mktemp -d /tmp/arda-train.XXXXXX) || exit
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$tmp"/{home,out,conf,flake}
echo '{ outputs = _: { hosts.a.name = "a"; hosts.b.name = "b"; }; }' >"$tmp/flake/flake.nix"

# A home, a daemon and a Nix store of its own. Where there is no Nix the question fails, and is worth nearly as much.
ARDA_JAVA_HOME=$("$(dirname "$0")/find-jdk.sh") || exit 0
export ARDA_JAVA_HOME HOME="$tmp/home" XDG_RUNTIME_DIR="$tmp/run" XDG_STATE_HOME="$tmp/state" XDG_CACHE_HOME="$tmp/cache"
export ARDA_RUNTIME_DIR="$tmp/run" ARDA_STATE_DIR="$tmp/state" NIX_CONF_DIR="$tmp/conf" NIX_REMOTE=
export NIX_STORE_DIR="$tmp/store" NIX_STATE_DIR="$tmp/nix" NIX_LOG_DIR="$tmp/log"
export NIX_CONFIG=$'sandbox = false\nsubstituters =\nexperimental-features = nix-command flakes'
mkdir -m 0700 "$XDG_RUNTIME_DIR"

train() {
  ARDA_AOT_OUTPUT=$tmp/out "$arda" daemon start || return
  pid=$("$arda" daemon status --json | sed -n 's/.*"pid" *: *"\{0,1\}\([0-9][0-9]*\).*/\1/p')
  "$arda" eval --flake "path:$tmp/flake" 'hosts.*.name'
  ARDA_AOT_OUTPUT=$tmp/out "$arda" eval --flake "path:$tmp/flake" 'hosts.*.name'
  "$arda" daemon stop
  # The daemon writes its cache after it has answered for the last time.
  for _ in $(seq 300); do
    kill -0 "${pid:?}" 2>/dev/null || { pid=; break; }
    sleep 0.1
  done
  ls "$tmp"/out/arda-client.*.aot "$tmp"/out/arda-daemon.*.aot
}
if train >"$tmp/log.txt" 2>&1 </dev/null; then
  mv "$tmp"/out/*.aot "$distribution/lib/"
else
  echo "train.sh: arda starts slower than it could; this is what happened:" >&2
  grep -v '\[aot\]' "$tmp/log.txt" >&2
fi
exit 0
