# Holds the lock of deployments, see agent.sh, as long as somebody reads what it prints: first held, or busy if somebody else has it.
# $1 the directory that stands for /  $2 prefix of that
umask 077
mkdir -p "$1/run/arda" || exit 1
if command -v flock >/dev/null 2>&1; then
  exec 9>>"$1/run/arda/lock"
  attempts=0
  until flock -n 9; do
    attempts=$((attempts + 1))
    [ "$attempts" -lt 60 ] || { echo "$2busy"; exit 0; }
    sleep 0.05
  done
else
  until mkdir "$1/run/arda/lock.d" 2>/dev/null; do
    kill -0 "$(cat "$1/run/arda/lock.d/pid" 2>/dev/null)" 2>/dev/null && { echo "$2busy"; exit 0; }
    rm -rf "$1/run/arda/lock.d"
  done
  echo $$ >"$1/run/arda/lock.d/pid"
  trap 'rm -rf "$1/run/arda/lock.d"' EXIT
  trap exit PIPE HUP TERM
fi
echo "$2held"
while echo . 2>/dev/null; do sleep 0.2 9>&-; done
