#!/bin/sh
# Prints the home of a JDK 25: $ARDA_JAVA_HOME, $JAVA_HOME, the one of the `javac` on PATH, or one in the usual places. Fails if there is none.
set -eu
is_jdk() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null; }
javac=$(command -v javac || true)
[ -z "$javac" ] || javac=$(dirname "$(dirname "$(readlink -f "$javac")")")
for home in "${ARDA_JAVA_HOME-}" "${JAVA_HOME-}" "$javac" "${XDG_DATA_HOME:-$HOME/.local/share}"/arda/jdk* /usr/lib/jvm/* /opt/*jdk* \
    "$HOME"/.jdks/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  if [ -n "$home" ] && is_jdk "$home"; then
    echo "$home"
    exit 0
  fi
done
echo "find-jdk.sh: no JDK 25 found; set JAVA_HOME to one, or run scripts/setup.sh" >&2
exit 1
