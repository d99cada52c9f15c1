# take_lock ROOT: this process holds the lock of deployments of a machine from now on and until it ends, whatever happens; 1: somebody else has it.
# ROOT is the directory that stands for /; its run/arda is there.
take_lock() {
  lock=$1/run/arda/lock attempts=0
  if command -v flock >/dev/null 2>&1; then
    exec 9>>"$lock"
    # Whoever only looks at it, see lock.sh, has it for a moment.
    until flock -n 9; do
      attempts=$((attempts + 1))
      [ "$attempts" -lt 60 ] || return 1
      sleep 0.05
    done
  else
    # A link that names a process: it is there with its name, or it is not there.
    until ln -s "$$" "$lock.process" 2>/dev/null; do
      attempts=$((attempts + 1))
      kill -0 "$(readlink "$lock.process")" 2>/dev/null && return 1
      { [ "$attempts" -lt 60 ] && rm -f "$lock.process"; } || return 1
    done
    trap 'rm -f "$lock.process"' EXIT
  fi
}
