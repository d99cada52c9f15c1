#!/bin/sh
# Prints the home of a JDK 25: $ARDA_JAVA_HOME, $JAVA_HOME, the one of the `javac` on PATH, or one in the usual places. Fails if there is none.
set -eu
is_jdk() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null; }
# The home that the link $1 leads to.
home_of() { [ ! -x "$1" ] || dirname "$(dirname "$(readlink -f "$1")")"; }
for home in "${ARDA_JAVA_HOME-}" "${JAVA_HOME-}" "$(home_of "$(command -v javac)")" "$(home_of "$HOME/.nix-profile/bin/javac")" \
    "$(home_of /run/current-system/sw/bin/javac)" "${XDG_DATA_HOME:-$HOME/.local/share}"/arda/jdk* /usr/lib/jvm/* /opt/*jdk* \
    "$HOME"/.jdks/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  if [ -n "$home" ] && is_jdk "$home"; then
    echo "$home"
    exit 0
  fi
done
echo "find-jdk.sh: no JDK 25 found; set JAVA_HOME to one, or run scripts/setup.sh" >&2
exit 1
