# Asks a machine whether it is well.  $1 seconds in all  $2 prefix of what is not output  $3… commands
# Each is tried every second until it succeeds or the time is over.
limit=$1 prefix=$2
shift 2
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin
say() { printf '%s%s=%s\n' "$prefix" "$1" "$2"; }
end=$(($(date +%s) + limit))
number=0
for command do
  while :; do
    left=$((end - $(date +%s)))
    [ "$left" -ge 1 ] || left=1
    if command -v timeout >/dev/null 2>&1; then
      output=$(timeout "$left" /bin/sh -c "$command" </dev/null 2>&1)
      code=$?
      [ "$code" -ne 124 ] || [ "$(date +%s)" -lt "$end" ] || code=late
    else
      output=$(/bin/sh -c "$command" </dev/null 2>&1)
      code=$?
    fi
    [ "$code" = 0 ] && break
    if [ "$(date +%s)" -ge "$end" ]; then
      printf '%s\n' "$output"
      say failed "$number"
      say code "$code"
      return 0
    fi
    sleep 1
  done
  number=$((number + 1))
done
say healthy yes
