#!/usr/bin/env bash
# one-jar.sh DISTRIBUTION command|language-server
# Puts a part, with what it needs, into one jar, lib/arda-PART.jar: that is opened faster than thirty, and all its classes can be kept in a cache, which those
# of signed jars cannot. The build calls this.
set -euo pipefail
lib=${1:?distribution}/lib
case ${2:?part} in
  command) main=("$lib"/arda-client-*.jar) ;;
  language-server) main=("$lib"/arda-lsp-*.jar) ;;
esac
scripts=$(cd "$(dirname "$0")" && pwd -P)
# Both talk to the daemon by dev.arda.client.wire, without Netty.
exec "$("$scripts/find-jdk.sh")/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$scripts/OneJar.java" "$lib/arda-$2.jar" "${main[@]}" \
  netty- grpc-netty- grpc-core- grpc-util- grpc-context- perfmark- annotations- animal-sniffer- error_prone_ j2objc- jsr305- listenablefuture- jspecify- \
  com/google/api/ com/google/apps/ com/google/cloud/ com/google/geo/ com/google/longrunning/ com/google/logging/ com/google/shopping/ com/google/type/
