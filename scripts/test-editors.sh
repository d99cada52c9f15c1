#!/usr/bin/env bash
# test-editors.sh
# Tests the packages in editors/ in newer editors than this Debian has: Neovim of trixie and sid, Emacs of sid with the eglot that comes with it, and Helix
# of sid on a terminal of tmux. It installs them below ~/.cache/arda/editors (a minute, the first time) and uses target/arda as it is built. Prints what each of
# them showed. Not a part of test.sh, which tests with the editors of this Debian.
set -euo pipefail
cd "$(dirname "$0")/.."
repository=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/arda/editors
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
command -v tmux >/dev/null || as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install tmux >/dev/null
[ -x target/arda/bin/arda ] || ./mvnw -B -q --no-transfer-progress -DskipTests package
editor() { # SUITE PACKAGE PROGRAM: installs it
  scripts/install-debian.sh "$1" "$cache/$2-$1" "$2" "$3" | head -n 1
}
editor trixie neovim nvim
editor sid neovim nvim
editor sid emacs-nox emacs-nox
editor sid hx hx

work=$(mktemp -d /tmp/arda-editors.XXXXXX)
terminal=(tmux -S "$work/tmux" -f /dev/null)
# shellcheck disable=SC2317 # the trap calls it
finish() {
  "${terminal[@]}" kill-server 2>/dev/null || true
  env -i "${environment[@]}" arda daemon stop >/dev/null 2>&1 || true
  chmod -R u+w "$work"
  rm -rf "$work"
}
environment=(PATH="$repository/target/arda/bin:$PATH" TERM=xterm-256color LANG=C.UTF-8 NIX_REMOTE= ARDA_TRAINING=off ARDA_JAVA_HOME="$(scripts/find-jdk.sh)"
  NIX_CONFIG=$'sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command flakes')
for name in HOME XDG_RUNTIME_DIR XDG_STATE_HOME XDG_CACHE_HOME XDG_CONFIG_HOME NIX_STORE_DIR NIX_STATE_DIR NIX_LOG_DIR NIX_CONF_DIR; do
  mkdir -m 0700 "$work/$name"
  environment+=("$name=$work/$name")
done
trap finish EXIT
failed=0
check() { # WHAT TEXT PATTERN: the text has the pattern
  if grep -qE "$3" <<<"$2"; then
    printf '%s: %s\n' "$1" "$(grep -E "$3" <<<"$2" | head -n 1)"
  else
    printf '%s: FAILED: nothing like "%s" in\n%s\n' "$1" "$3" "$2"
    failed=1
  fi
}
flake() { # NAME: a flake of that name, from standard input, which is trusted
  mkdir "$work/$1"
  cat >"$work/$1/flake.nix"
  env -i "${environment[@]}" arda trust "$work/$1" >/dev/null
}
flake names <<'NIX'
{
  outputs = { self }: {
    nixosConfigurations = builtins.mapAttrs (name: x: { config = x; }) { web01 = { }; db01 = { }; };
    x = self.nixosConfigurations.web01;
  };
}
NIX
system=$(uname -m)-linux
in_flake() { # FLAKE EDITOR COMMAND...: runs an editor in a flake, told where things are
  local flake=$1 package=$2
  shift 2
  (cd "$work/$flake" && timeout 300 env -i "${environment[@]}" ARDA_TEST_FLAKE="$work/$flake" ARDA_TEST_STARTED="$work/started" \
    ARDA_TEST_PROGRAM="$repository/target/arda/bin/arda" ARDA_TEST_PACKAGE="$repository/editors/$package" "$@" 2>&1) || true
}

builds() { # NAME: a flake of that name, of a host that is built at once and one that is not
  flake "$1" <<NIX
{
  outputs = { self }:
    let
      system = script: derivation { name = "nixos-system"; system = "$system"; builder = "/bin/sh"; args = [ "-c" script ]; };
    in
    {
      nixosConfigurations.quick.config.system.build.toplevel = system "echo $1 > \$out";
      nixosConfigurations.slow.config.system.build.toplevel = system "echo \$\$ > $work/started; exec /bin/sleep 600 # $1";
    };
}
NIX
  rm -f "$work/started"
}

for suite in trixie sid; do
  nvim=$cache/neovim-$suite/usr
  neovim=(VIMRUNTIME="$nvim/share/nvim/runtime" "$nvim/bin/nvim" --headless -u NONE -i NONE -n)
  version=$("$nvim/bin/nvim" --version | head -n 1)
  shown=$(in_flake names neovim "${neovim[@]}" -c "luafile $repository/editors/neovim/test/run.lua")
  check "$version, completion" "$shown" 'db01 web01$'
  check "$version, hover" "$shown" 'nixosConfigurations = \{ db01; web01; \}'
  builds "builds-$suite"
  built=$(in_flake "builds-$suite" neovim "${neovim[@]}" -c "luafile $repository/editors/neovim/test/build.lua")
  check "$version, a lens" "$built" 'end quick: built '
  check "$version, :ArdaCancel" "$built" 'end slow: cancelled'
done

prefix=$cache/emacs-nox-sid/usr
version=$(basename "$(echo "$prefix"/share/emacs/[0-9]*)")
lisp=$prefix/share/emacs/$version
emacs=(ARDA_TEST_CLIENT=eglot EMACSLOADPATH="$lisp/lisp" EMACSDATA="$lisp/etc" EMACSDOC="$lisp/etc"
  "$prefix/bin/emacs-nox" --dump-file="$(find "$prefix" -name '*.pdmp')" -Q --batch -l "$repository/editors/emacs/arda-test.el")
shown=$(in_flake names emacs "${emacs[@]}")
check "Emacs $version with eglot, completion" "$shown" 'db01 web01$'
check "Emacs $version with eglot, hover" "$shown" 'nixosConfigurations = \{ db01; web01; \}'
builds builds-emacs
built=$(in_flake builds-emacs emacs ARDA_TEST_TASK=build "${emacs[@]}")
check "Emacs $version with eglot, an action" "$built" '^end quick'
check "Emacs $version with eglot, arda-cancel" "$built" '^end slow'

hx=$cache/hx-sid/usr
mkdir -p "$work/XDG_CONFIG_HOME/helix"
awk '/^```/ { inside = !inside; next } inside' editors/helix/README.md | sed 's/, "nixd"//' >"$work/XDG_CONFIG_HOME/helix/languages.toml"
"${terminal[@]}" new-session -d -x 100 -y 24 -c "$work/names" env -i "${environment[@]}" HELIX_RUNTIME="$hx/lib/hx/runtime" "$hx/bin/hx" flake.nix
screen=
awaits() { # PATTERN...: until the screen shows all of them
  local pattern
  for _ in $(seq 240); do
    screen=$("${terminal[@]}" capture-pane -p)
    for pattern in "$@"; do grep -qE "$pattern" <<<"$screen" || { sleep 0.25; continue 2; }; done
    return 0
  done
}
types() { "${terminal[@]}" send-keys -l "$1"; }
presses() { "${terminal[@]}" send-keys "$@"; }
version=$("$hx/bin/hx" --version)
awaits 'web01'
sleep 3 # Helix says nowhere that a server is there
types '/self.nixosConfigurations.web01'
presses Enter
types 'cself.nixosConfigurations'
types .
awaits 'db01 +class'
check "$version, completion" "$screen" 'db01 +class'
printf '%s\n' "$screen" >target/helix.txt
presses Escape Escape
types 'u/ions.web01'
presses Enter
types ' k'
awaits 'set of'
check "$version, hover" "$screen" 'set of'
printf '%s\n' "$screen" >>target/helix.txt
presses Escape Escape
types ':q!'
presses Enter

[ $failed = 0 ] || exit 1
echo "test-editors.sh: passed"
