#!/usr/bin/env bash
# test.sh [--quick] [MAVEN OPTION...]
# Installs what is missing (setup.sh), then runs every check: shell scripts, protocol, formatting, the extension for VS Code (kept in target/arda.vsix),
# and all Java tests with the Nix of this system and with those that install-nix.sh puts beside it. --quick: unit tests only, with the Nix of this
# system only.
# A test that fails is run once more, and counts if it fails again; those that passed only then are named, and more than five of them are a failure.
# ARDA_TEST_NIX, a list of nix programs joined by colons, says which ones to test with instead.
# shellcheck disable=SC2317 # the functions below are called by their names
set -uo pipefail
cd "$(dirname "$0")/.." || exit
quick=no
if [ "${1-}" = --quick ]; then quick=yes; shift; fi
scripts/setup.sh --tests || exit

begun=$(mktemp) summary=() failed=0
trap 'rm -f "$begun"' EXIT
stage() { # NAME COMMAND...: runs it, notes how it ended and how long it took
  local name=$1 start=$SECONDS outcome=ok
  shift
  printf '\n== %s\n' "$name"
  "$@" || { outcome=FAILED; failed=1; }
  summary+=("$(printf '%-28s %-6s %4d s' "$name" "$outcome" $((SECONDS - start)))")
}

# The Java code is checked where Maven runs on the JDK that can read it; `verify` below runs on the default one.
formatting() { JAVA_HOME=$(scripts/find-jdk.sh) ./mvnw -B -q spotless:check; }

# The Nix versions of both Debian releases.
nixes() {
  if [ "$quick" = yes ]; then nix_programs=$(command -v nix); else nix_programs=$(scripts/test-nixes.sh); fi
}

java_tests() {
  echo "Testing with: ${ARDA_TEST_NIX//:/, }"
  local goal=verify
  if [ "$quick" = yes ]; then goal='test'; fi
  ./mvnw -B --no-transfer-progress -Dsurefire.rerunFailingTestsCount=1 -Dfailsafe.rerunFailingTestsCount=1 "$goal" "$@" || return
  local passed_later
  passed_later=$(tests_that_passed_later)
  if [ -n "$passed_later" ]; then printf 'Passed only when run again:\n%s\n' "$passed_later"; fi
  [ "$(wc -l <<<"$passed_later")" -le 5 ]
}

# CLASS: TEST of each that failed and then passed, from the reports of Surefire and Failsafe.
tests_that_passed_later() {
  find . -path '*/target/*-reports/TEST-*.xml' -newer "$begun" -exec awk '
    /<testcase / { match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8); match($0, / classname="[^"]*"/); class = substr($0, RSTART + 12, RLENGTH - 13) }
    /<flaky(Failure|Error)/ { print class ": " name }' {} + | sort -u
}

stage "shell scripts" scripts/lint-shell.sh
stage "protocol (buf)" scripts/lint-proto.sh
stage "formatting" formatting
if [ -z "${ARDA_TEST_NIX-}" ]; then
  stage "other Nix versions" nixes
  export ARDA_TEST_NIX=$nix_programs
fi
if [ "$quick" = no ]; then stage "VS Code extension" scripts/build-vscode.sh; fi
stage "Java tests" java_tests "$@"

printf '\n== Summary\n'
printf '%s\n' "${summary[@]}"
if [ $failed = 0 ]; then echo "test.sh: everything passed"; else echo "test.sh: FAILED"; fi
exit $failed
