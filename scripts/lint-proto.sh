#!/bin/sh
# Checks the protocol in proto/ with buf, in the version that scripts/buf pins. Needs npm.
set -eu
cd "$(dirname "$0")/.."
case $(uname -s)-$(uname -m) in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64) platform=linux-aarch64 ;;
  *)
    echo "lint-proto.sh: scripts/buf/package.json pins no buf for $(uname -sm)" >&2
    exit 1
    ;;
esac
buf=scripts/buf/node_modules/@bufbuild/buf-$platform/bin/buf
pinned=$(sed -n "s/.*\"@bufbuild\/buf-$platform\": \"\(.*\)\".*/\1/p" scripts/buf/package.json)
if [ ! -x "$buf" ] || [ "$("$buf" --version)" != "$pinned" ]; then
  npm --prefix scripts/buf ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
./mvnw -B -q -pl proto dependency:unpack-dependencies@imports
"$buf" lint proto
