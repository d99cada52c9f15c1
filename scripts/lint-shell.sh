#!/usr/bin/env bash
# lint-shell.sh: checks every shell script of the project with shellcheck.
set -euo pipefail
cd "$(dirname "$0")/.."
exec shellcheck mvnw .ci/run scripts/*.sh client/src/main/dist/bin/arda client/src/main/dist/share/arda/*.sh
