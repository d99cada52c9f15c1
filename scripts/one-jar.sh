#!/usr/bin/env bash
# one-jar.sh DISTRIBUTION
# Puts the command, with what it needs, into lib/arda-command.jar: one jar is opened faster than thirty. The build calls this.
set -euo pipefail
lib=${1:?distribution}/lib
scripts=$(cd "$(dirname "$0")" && pwd -P)
# The command talks to the daemon by dev.arda.client.wire; Netty is for the language server.
exec "$("$scripts/find-jdk.sh")/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$scripts/OneJar.java" "$lib/arda-command.jar" "$lib"/arda-client-*.jar \
  netty- grpc-netty- grpc-core- grpc-util- grpc-context- perfmark- annotations- animal-sniffer- error_prone_ j2objc- jsr305- listenablefuture- jspecify- \
  com/google/api/ com/google/apps/ com/google/cloud/ com/google/geo/ com/google/longrunning/ com/google/logging/ com/google/shopping/ com/google/type/
