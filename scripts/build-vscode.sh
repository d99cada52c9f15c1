#!/usr/bin/env bash
# build-vscode.sh
# Builds the extension in editors/vscode, with what its package-lock.json pins, and writes target/arda.vsix. Needs npm.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p target
target=$PWD/target
cd editors/vscode
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
npm run --silent check
npm run --silent bundle -- --log-level=warning
cp ../../LICENSE LICENSE
trap 'rm -f LICENSE' EXIT
npm run --silent package -- --out "$target/arda.vsix" >/dev/null
echo "build-vscode.sh: $target/arda.vsix"
