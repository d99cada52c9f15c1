#!/bin/sh
# train.sh DIRECTORY [SECONDS]
# Makes arda start faster: runs its parts once and keeps in DIRECTORY what Java loaded and linked for that (JEP 483, 514). The build calls this.
# bin/arda calls it in the background, with the SECONDS to wait, where the caches of the distribution may not fit: another Java, or jars that were
# touched. It then does nothing if they fit, if another one is at it, or if it failed less than a day ago. $ARDA_JAVA_HOME is the Java to do it for.
set -u
trap '' HUP
home=$(cd "${0%/*}/../.." && pwd -P) || exit
arda=$home/bin/arda
target=${1:?directory} later=${2-}
if [ -n "$later" ]; then
  umask 077
  renice -n 19 $$ >/dev/null 2>&1
fi
mkdir -p "$target" || exit

# One at a time. Who holds the lock longer than any training takes is dead.
lock=$target/training
[ -z "$(find "$lock" -prune -mmin +15 2>/dev/null)" ] || rmdir "$lock" 2>/dev/null
mkdir "$lock" 2>/dev/null || exit 0
tmp=
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null; [ -z "$tmp" ] || rm -rf "$tmp"; rmdir "$lock" 2>/dev/null' EXIT
trap 'exit 130' INT TERM

# Whether Java takes the cache that bin/arda would choose for a part.
fits() { ARDA_TRAINING=check "$arda" "$@" >/dev/null 2>&1; }
java_build=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "${ARDA_JAVA_HOME:?}/release")
tried=$target/tried.arda-client.$java_build.aot
if [ -n "$later" ]; then
  [ -z "$(find "$tried" -mtime -1 2>/dev/null)" ] || exit 0
  sleep "$later"
  if fits eval && fits build && fits daemon run; then
    exit 0
  fi
  : >"$tried"
  # Caches for another Java, and those of distributions that are gone, are of no use any more.
  find "$target" -name '*.aot' ! -name "*.$java_build.aot" -exec rm -f {} +
  root=${target%"$home"}
  find "$root" -name '*.aot' | while IFS= read -r file; do
    [ -e "$(dirname "${file#"$root"}")/bin/arda" ] || rm -f "$file"
  done
fi

# A home, a daemon and a Nix store of its own, in a directory with a short name. Where there is no Nix the questions fail, and are worth nearly as much.
tmp=$(mktemp -d /tmp/arda-train.XXXXXX) || exit
mkdir -m 0700 "$tmp/home" "$tmp/out" "$tmp/conf" "$tmp/flake" "$tmp/text" "$tmp/run" "$tmp/run/arda"
cat >"$tmp/flake/flake.nix" <<'FLAKE'
{
  outputs = _:
    let
      made = system: { made = derivation { name = "made"; inherit system; builder = "/bin/sh"; args = [ "-c" "echo building; echo >$out" ]; }; };
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    in
    {
      hosts.a.name = "a";
      hosts.b.name = "b";
      nixosConfigurations.a.config.x = 1;
      homeConfigurations.u.config.x = 1;
      x86 = import ./more.nix;
      t = throw "t";
      packages = builtins.listToAttrs (map (name: { inherit name; value = made name; }) systems);
    };
}
FLAKE
: >"$tmp/text/flake.nix"
# shellcheck disable=SC2016 # it is Nix that expands this
echo '{ a = "${"x"} \"y\""; }' >"$tmp/flake/more.nix"
export HOME="$tmp/home" XDG_RUNTIME_DIR="$tmp/run" XDG_STATE_HOME="$tmp/state" XDG_CACHE_HOME="$tmp/cache" XDG_CONFIG_HOME="$tmp/conf"
unset ARDA_RUNTIME_DIR ARDA_STATE_DIR ARDA_FLAKE CLAN_DIR
export ARDA_TRAINING=off ARDA_IDLE_TIMEOUT=10m NIX_CONF_DIR="$tmp/conf" NIX_REMOTE=
export NIX_STORE_DIR="$tmp/store" NIX_STATE_DIR="$tmp/nix" NIX_LOG_DIR="$tmp/log"
export NIX_CONFIG='sandbox = false
substituters =
experimental-features = nix-command flakes'

# Waits until a command succeeds, for half a minute.
await() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    if "$@"; then return 0; fi
    sleep 1
  done
  return 1
}
listening() { for socket in "$tmp"/run/arda/*.sock; do [ -S "$socket" ] && return; done; }
gone() { ! kill -0 "$daemon" 2>/dev/null; }

train() {
  cd "$tmp/flake" || return
  ARDA_AOT_OUTPUT=$tmp/out "$arda" daemon run --runtime-dir "$tmp/run/arda" --state-dir "$tmp/state/arda" &
  daemon=$!
  await listening || return
  set -- eval 'hosts.*.name'
  set -- "$@" --then eval 'hosts.*.name' --then eval hosts --then eval --raw hosts.a.name --then eval hosts.a.nam --then eval t --then eval '{a'
  set -- "$@" --then eval hosts.a.name hosts.b --then version
  ARDA_AOT_OUTPUT=$tmp/out "$arda" "$@"
  set -- __complete --shell bash eval hosts. --then __complete --shell zsh eval ho --then daemon status --then evl
  set -- "$@" --then build .#made --then build .#made --then build .#mad --then ops list --then flake metadata --then flake show
  set -- "$@" --then host list --then host list --names --then user list --then user show u
  ARDA_AOT_OUTPUT=$tmp/out "$arda" "$@"
  # The language server is told to begin, to read a text, and what editors ask of one: before it has a connection to the daemon, and with one.
  "$arda" trust "$tmp/flake"
  : >"$tmp/answers"
  text='{ outputs = { self }: { nixosConfigurations.a = { }; y = self.nixosConfigurations.a; z = self.packages.; x = self.nixosConfigurations.;'
  # shellcheck disable=SC2016 # and these
  text=$text' s = select self \"nixosConfigurations.a\"; m = import ./more.nix; n = import ./no.nix { k = \"${x.y} \\\\n\"; }; }; }'
  # As flakes are written, and in a directory that is not trusted: its text alone is asked.
  # shellcheck disable=SC2016
  written='{\n  outputs = { self, ... }@inputs:\n    let\n      pad = n: if n < 10 then \"0${toString n}\" else toString n;\n      size.hosts = 2;\n'
  written=$written'      made = import ./more.nix;\n    in\n    rec {\n      inherit size;\n      inherit (made) a;\n      lib = with builtins; { inherit pad; } // { b = [ 1 ./more.nix ]; };\n'
  written=$written'      nixosConfigurations = { a = { }; } // builtins.listToAttrs (builtins.genList (n: { name = pad n; value = { }; }) size.hosts);\n'
  written=$written'      x = self.nixosConfigurations.a;\n    };\n}\n'
  file=file://$tmp/flake/flake.nix other=file://$tmp/text/flake.nix
  document='"textDocument":{"uri":"'$file'"}'
  # shellcheck disable=SC2094 # what was answered is looked at while more is asked
  {
    request initialize '"processId":'$$',"rootUri":"'"file://$tmp/flake"'","capabilities":{"textDocument":{"completion":{"completionItem":{"snippetSupport":true}}},"window":{"workDoneProgress":true}}'
    lsp '{"jsonrpc":"2.0","method":"initialized","params":{}}'
    lsp '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"'"$file"'","languageId":"nix","version":1,"text":"'"$text"'"}}}'
    lsp '{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"'"$other"'","languageId":"nix","version":1,"text":"'"$written"'"}}}'
    request textDocument/completion '"textDocument":{"uri":"'"$other"'"},"position":{"line":12,"character":15}'
    request textDocument/completion '"textDocument":{"uri":"'"$other"'"},"position":{"line":12,"character":35}'
    request textDocument/completion "$document"',"position":{"line":0,"character":134}'
    # Until it has described something, which waits for Nix; without Nix it never does.
    for round in 1 2 3 4 5 6 7 8 9 10; do
      sleep 1
      request textDocument/completion "$document"',"position":{"line":0,"character":134}'
      request textDocument/completion "$document"',"position":{"line":0,"character":103}'
      request textDocument/hover "$document"',"position":{"line":0,"character":83}'
      request completionItem/resolve '"label":"a","data":{"uri":"'"$file"'","selector":"nixosConfigurations.a"}'
      for method in documentSymbol codeLens; do request textDocument/$method "$document"; done
      request textDocument/codeAction "$document"',"range":{"start":{"line":0,"character":83},"end":{"line":0,"character":83}},"context":{"diagnostics":[]}'
      request textDocument/completion "$document"',"position":{"line":0,"character":173}'
      request textDocument/definition "$document"',"position":{"line":0,"character":83}'
      lsp '{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"'"$file"'","version":'"$round"'2},
        "contentChanges":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"text":" "}]}}'
      if [ "$round" -gt 1 ] && grep -q 'defined at' "$tmp/answers"; then break; fi
    done
    sleep 1
    lsp '{"jsonrpc":"2.0","id":"last","method":"shutdown"}' '{"jsonrpc":"2.0","method":"exit"}'
  } | ARDA_AOT_OUTPUT=$tmp/out "$arda" lsp >"$tmp/answers"
  "$arda" daemon stop
  # The daemon writes its cache after it has answered for the last time, which takes long where others are busy.
  await gone || await gone || await gone || await gone || return
  daemon=
  for part in client work daemon lsp; do [ -s "$tmp/out/arda-$part.$java_build.aot" ] || return; done
}
lsp() { for message; do printf 'Content-Length: %d\r\n\r\n%s' "${#message}" "$message"; done; }
request() {
  id=$((id + 1))
  lsp '{"jsonrpc":"2.0","id":'"$id"',"method":"'"$1"'","params":{'"$2"'}}'
}
id=0

if train >"$tmp/log.txt" 2>&1 </dev/null; then
  # Moved within one file system, a file is there whole or not at all.
  for file in "$tmp"/out/*.aot; do
    part=${file##*/arda-}
    part=${part%%.*}
    case $part in client | work) part='command' ;; lsp) part=language-server ;; esac
    for jar in "$home/lib/arda-$part"*.jar; do :; done
    # The time of the jar says which one it is for; bin/arda looks at it.
    cp "$file" "$lock.new" && touch -r "$jar" "$lock.new" && mv "$lock.new" "$target/${file##*/}" || exit
  done
  rm -f "$tried" "$target/training.log"
else
  [ -z "$later" ] || cp "$tmp/log.txt" "$target/training.log"
  echo "train.sh: arda starts slower than it could; this is what happened:" >&2
  grep -v '\[aot\]' "$tmp/log.txt" >&2
  exit 1
fi
