#!/usr/bin/env bash
# test-vscode.sh
# Tests editors/vscode in a real VS Code: code-server and a headless Chromium, which it installs below ~/.cache/arda/vscode-test (300 MB, some minutes, the first time). Uses
# target/arda as it is built. Prints what VS Code offers behind `self.nixosConfigurations.w` and keeps a picture of it in target/vscode.png. Not a part of
# test.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
repository=$PWD
cache=${XDG_CACHE_HOME:-$HOME/.cache}/arda/vscode-test
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

if ! command -v chromium-headless-shell >/dev/null || ! command -v rg >/dev/null; then
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install chromium-headless-shell ripgrep libkrb5-dev >/dev/null
fi
if [ ! -e "$cache/ready" ]; then
  mkdir -p "$cache"
  # Headers of this Node instead of a download; scripts of packages are run one by one, for those that need it.
  export npm_config_nodedir=/usr npm_config_yes=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false npm_config_loglevel=error
  (
    cd "$cache"
    [ -e package.json ] || echo '{ "private": true, "name": "arda-vscode-test" }' >package.json
    npm install --ignore-scripts code-server@4.100.3 playwright-core@1.56.1
    npm rebuild argon2
    cd node_modules/code-server/lib/vscode
    npm install --ignore-scripts --omit=dev
    npm rebuild kerberos @vscode/spdlog node-pty native-watchdog @vscode/native-watchdog @parcel/watcher @vscode/deviceid
    mkdir -p node_modules/@vscode/ripgrep/bin
    ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
    cd extensions
    npm install --ignore-scripts --omit=dev
  )
  touch "$cache/ready"
fi
scripts/build-vscode.sh

work=$(mktemp -d /tmp/arda-vscode.XXXXXX)
server=
# shellcheck disable=SC2317 # the trap calls it
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  env -i "${environment[@]}" "$repository/target/arda/bin/arda" daemon stop >/dev/null 2>&1 || true
  chmod -R u+w "$work"
  rm -rf "$work"
}
environment=(PATH="$repository/target/arda/bin:$PATH" LANG=C.UTF-8 NIX_REMOTE= ARDA_TRAINING=off ARDA_JAVA_HOME="$(scripts/find-jdk.sh)"
  NIX_CONFIG=$'sandbox = false\nsubstituters =\nbuild-users-group =\nexperimental-features = nix-command flakes')
for name in HOME XDG_RUNTIME_DIR XDG_STATE_HOME XDG_CACHE_HOME XDG_CONFIG_HOME NIX_STORE_DIR NIX_STATE_DIR NIX_LOG_DIR NIX_CONF_DIR; do
  mkdir "$work/$name"
  environment+=("$name=$work/$name")
done
trap finish EXIT
mkdir -p "$work/flake" "$work/data/User"
cat >"$work/flake/flake.nix" <<'END'
{
  outputs = { self }: {
    nixosConfigurations = builtins.mapAttrs (name: x: { config = x; }) { web01 = { }; web02 = { }; web03 = { }; db01 = { }; };
    x = self.nixosConfigurations.w;
  };
}
END
echo '{ "arda.command": "'"$repository"'/target/arda/bin/arda", "security.workspace.trust.enabled": false, "extensions.autoUpdate": false, "workbench.startupEditor": "none", "editor.wordBasedSuggestions": "off" }' >"$work/data/User/settings.json"
env -i "${environment[@]}" "$repository/target/arda/bin/arda" trust "$work/flake" >/dev/null
vscode=(env -i "${environment[@]}" node "$cache/node_modules/code-server/out/node/entry.js" --user-data-dir "$work/data" --extensions-dir "$work/extensions")
"${vscode[@]}" --install-extension target/arda.vsix >/dev/null
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"${vscode[@]}" --auth none --disable-telemetry --disable-update-check --bind-addr "127.0.0.1:$port" >"$work/log" 2>&1 &
server=$!
for _ in $(seq 120); do
  if node -e "fetch('http://127.0.0.1:$port/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"; then break; fi
  sleep 0.5
done
ARDA_TEST_URL=http://127.0.0.1:$port node editors/vscode/test.mjs "$cache" "$work/flake" "$repository/target/vscode.png"
echo "test-vscode.sh: passed; see target/vscode.png"
