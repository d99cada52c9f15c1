#!/usr/bin/env bash
# Shows arda at work: installs what is missing (setup.sh), builds, and asks the example fleet some questions through a daemon of its own.
# The daemon, its state, the Nix store and a copy of the flake are in a temporary directory, and go with it: nothing is left but target/.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh

say() { printf '\n%s\n' "$*"; }
say "Building target/arda (the first time, Maven downloads what it needs)"
./mvnw -B -q --no-transfer-progress -DskipTests package

tmp=$(mktemp -d /tmp/arda-demo.XXXXXX) # short: the path of a Unix socket holds 108 bytes at most
PATH=$PWD/target/arda/bin:$PATH
ARDA_JAVA_HOME=$(scripts/find-jdk.sh)
export PATH ARDA_JAVA_HOME
export HOME="$tmp/home" XDG_RUNTIME_DIR="$tmp/run" XDG_STATE_HOME="$tmp/state" XDG_CACHE_HOME="$tmp/cache" XDG_CONFIG_HOME="$tmp/config"
export NIX_STORE_DIR="$tmp/store" NIX_STATE_DIR="$tmp/nix/state" NIX_LOG_DIR="$tmp/nix/log" NIX_CONF_DIR="$tmp/nix/etc" NIX_REMOTE=
# A build in a store elsewhere cannot be sandboxed by a user who is not root, and what is cached for /nix/store does not fit it.
export NIX_CONFIG=$'sandbox = false\nsubstituters =\nexperimental-features = nix-command flakes'
unset NIX_PATH ARDA_FLAKE CLAN_DIR
mkdir -p "$HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME" "$NIX_CONF_DIR"
mkdir -m 0700 "$XDG_RUNTIME_DIR"
end() {
  arda daemon stop >/dev/null 2>&1 || true
  chmod -R u+w "$tmp"
  rm -rf "$tmp"
}
trap end EXIT
trap 'exit 130' INT TERM

cp -R examples/fleet "$tmp/fleet"
cd "$tmp/fleet"
show() { # shows a command line and what it prints
  printf '\n$'
  printf ' %s' "$@" | sed "s/ \([^ ]*[*{?][^ ]*\)/ '\1'/g"
  printf '\n'
  "$@"
}
say "A copy of examples/fleet, a flake of three hosts and two users. The first question starts the daemon, and Nix."
show arda eval 'nixosConfigurations.*.config.networking.hostName'
say "The daemon is there now, and has read the flake."
show arda eval 'nixosConfigurations.*.config.networking.hostName'
show arda eval 'nixosConfigurations.{web01,web02}.config.services.*.port'
show arda eval 'clan.core.machines.*.tags' 'clan.core.users.*.shell'
show arda eval --raw nixosConfigurations.db01.config.system.build.toplevel.drvPath
say "A step that is not there everywhere is marked with a question mark."
show arda eval 'nixosConfigurations.*.config.services.?postgresql.port'
say "What the daemon is."
show arda daemon status
say "The demonstration is over: its daemon is being stopped and its files are removed."
