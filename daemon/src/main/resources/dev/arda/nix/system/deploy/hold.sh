# Holds the lock of deployments, see take-lock.sh, which comes before this, as long as somebody reads what it prints: first held, or busy if somebody else has it.
# $1 the directory that stands for /  $2 prefix of that
umask 077
mkdir -p "$1/run/arda" || exit 1
take_lock "$1" || { echo "$2busy"; exit 0; }
trap exit PIPE HUP TERM
echo "$2held"
while echo . 2>/dev/null; do sleep 0.2 9>&-; done
