#!/usr/bin/env bash
# bench.sh [--quick] [--only N[,N]] [--nix PROGRAM]... [--json FILE]
# bench.sh --jmh [OPTION OF JMH...]
# Measures arda against Nix, side by side in one run, and prints one table (docs/performance.md says what each line means). Installs what is
# missing (setup.sh) and builds target/arda with its caches. Everything it starts and writes, the Nix stores included, is its own, and goes
# with it, at the end and on ^C.
# --quick: few repetitions · --only: some sections · --nix: against this Nix; else those of scripts/test-nixes.sh and of ARDA_BENCH_NIX, a list
# joined by colons · --json: writes the table to a file as well · --jmh: measures the selection tree and the parser instead.
set -euo pipefail
cwd=$PWD
cd "$(dirname "$0")/.."
repository=$PWD
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit ;; esac

scripts/setup.sh --tests >&2
java=$(scripts/find-jdk.sh)/bin/java
echo "bench: building target/arda and its caches" >&2
./mvnw -B -q --no-transfer-progress -Dmaven.test.skip -Pbench package >&2
flags=(-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
if [ "${1-}" = --jmh ]; then
  shift
  exec "$java" "${flags[@]}" -cp "scripts/bench/target/lib/*" org.openjdk.jmh.Main "$@"
fi
nixes=
case " $* " in *' --nix '*) ;; *) nixes=$(scripts/test-nixes.sh)${ARDA_BENCH_NIX:+:$ARDA_BENCH_NIX} ;; esac
cd "$cwd"
exec "$java" "${flags[@]}" "-Darda.repository=$repository" "-Darda.nixes=$nixes" -cp "$repository/scripts/bench/target/lib/*" dev.arda.bench.BenchMain "$@"
