#!/usr/bin/env bash
# test.sh [--quick] [MAVEN OPTION...]
# Installs what is missing (setup.sh), then runs every check: shell scripts, protocol, formatting, and all Java tests with the Nix of this
# system and with those that install-nix.sh puts beside it. --quick: unit tests only, with the Nix of this system only.
# ARDA_TEST_NIX, a list of nix programs joined by colons, says which ones to test with instead.
# shellcheck disable=SC2317 # the functions below are called by their names
set -uo pipefail
cd "$(dirname "$0")/.." || exit
quick=no
if [ "${1-}" = --quick ]; then quick=yes; shift; fi
scripts/setup.sh --tests || exit

summary=() failed=0
stage() { # NAME COMMAND...: runs it, notes how it ended and how long it took
  local name=$1 start=$SECONDS outcome=ok
  shift
  printf '\n== %s\n' "$name"
  "$@" || { outcome=FAILED; failed=1; }
  summary+=("$(printf '%-28s %-6s %4d s' "$name" "$outcome" $((SECONDS - start)))")
}

shell_scripts() { shellcheck mvnw .ci/run scripts/*.sh client/src/main/dist/bin/arda client/src/main/dist/share/arda/*.sh; }

# The Java code is checked where Maven runs on the JDK that can read it; `verify` below runs on the default one.
formatting() { JAVA_HOME=$(scripts/find-jdk.sh) ./mvnw -B -q spotless:check; }

# The Nix versions of both Debian releases.
nixes() {
  if [ "$quick" = yes ]; then nix_programs=$(command -v nix); else nix_programs=$(scripts/test-nixes.sh); fi
}

java_tests() {
  echo "Testing with: ${ARDA_TEST_NIX//:/, }"
  if [ "$quick" = yes ]; then ./mvnw -B --no-transfer-progress test "$@"; else ./mvnw -B --no-transfer-progress verify "$@"; fi
}

stage "shell scripts" shell_scripts
stage "protocol (buf)" scripts/lint-proto.sh
stage "formatting" formatting
if [ -z "${ARDA_TEST_NIX-}" ]; then
  stage "other Nix versions" nixes
  export ARDA_TEST_NIX=$nix_programs
fi
stage "Java tests" java_tests "$@"

printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
if [ $failed = 0 ]; then echo "test.sh: everything passed"; else echo "test.sh: FAILED"; fi
exit $failed
