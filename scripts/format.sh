#!/bin/sh
# Formats Java and the poms the way the build checks them.
set -eu
cd "$(dirname "$0")/.."
JAVA_HOME=$(scripts/find-jdk.sh) exec ./mvnw -q spotless:apply "$@"
