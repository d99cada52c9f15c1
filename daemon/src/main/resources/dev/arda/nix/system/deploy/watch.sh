# Follows a run of agent.sh until it waits for a confirmation or is over.
# $1 name of the run  $2 directory that stands for /  $3 lines of its log that are known  $4 prefix of what is not its log
# $5 confirm or reject: say so first, over this connection  $6 start: begin it  $7 text of agent.sh  $8… its arguments but the first two
id=$1 root=$2 seen=$3 prefix=$4 confirm=$5 start=$6 agent=$7
shift 7
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin
dir=$root/run/arda/$id
say() { printf '%s%s=%s\n' "$prefix" "$1" "$2"; }

if [ "$start" = start ]; then
  umask 077
  place() { LC_ALL=C cat >"$dir/$1"; }
  begin() {
    mkdir -p "$root/run/arda" && mkdir "$dir" && : >"$dir/log" && printf '%s\n' "$agent" | place agent.sh && echo starting | place state &&
      # The agent writes over these, for which no room is needed.
      printf '%20s\n' '' | place pid.new && printf '%4096s\n' '' | place result.new
  }
  why=$(begin 2>&1) || {
    say state absent
    echo "nothing can be written to $root/run/arda: ${why##*: }"
    rm -rf "$dir"
    return 0
  }
  # Of those before, the last few are kept.
  ls -t "$root/run/arda" | grep '^d-' | tail -n +10 | while read -r name; do rm -rf "$root/run/arda/$name"; done
  if [ -d "$root/run/systemd/system" ] && command -v systemd-run >/dev/null 2>&1; then
    systemd-run --unit="arda-$id" --collect --no-ask-password --quiet --service-type=exec --setenv=PATH="$PATH" \
      --setenv=LOCALE_ARCHIVE="${LOCALE_ARCHIVE-}" --setenv=NIXOS_NO_CHECK="${NIXOS_NO_CHECK-}" /bin/sh "$dir/agent.sh" "$id" "$root" "$@" >>"$dir/log" 2>&1 ||
      { say state absent; sed "s/^/systemd-run: /" "$dir/log"; rm -rf "$dir"; return 0; }
  elif command -v setsid >/dev/null 2>&1; then
    # From a shell that ends at once, so that it is nobody's child.
    (setsid /bin/sh "$dir/agent.sh" "$id" "$root" "$@" </dev/null >>"$dir/log" 2>&1 &)
  else
    (trap '' HUP && /bin/sh "$dir/agent.sh" "$id" "$root" "$@" </dev/null >>"$dir/log" 2>&1 &)
  fi
fi
[ -d "$dir" ] || { say state absent; return 0; }

[ "$confirm" = reject ] && : >"$dir/rejected"
if [ "$confirm" = confirm ]; then
  if [ -d "$root/run/systemd/system" ]; then
    systemctl list-units --state=failed --plain --no-legend --no-pager 2>/dev/null | while read -r unit _; do say failed "$unit"; done
  fi
  : >"$dir/confirmed"
fi

show() {
  lines=$(($(wc -l <"$dir/log")))
  if [ "$lines" -gt "$seen" ]; then
    sed -n "$((seen + 1)),${lines}p" "$dir/log"
    seen=$lines
  fi
}
waited=0 # in twentieths of a second
while :; do
  state='' pid=''
  read -r state 2>/dev/null <"$dir/state"
  # To look into the log takes processes.
  [ $((waited % 4)) = 0 ] && show
  case $state in
    done) break ;;
    waiting) [ -n "$confirm" ] || break ;;
  esac
  read -r pid 2>/dev/null <"$dir/pid"
  if [ -n "$pid" ]; then
    if ! kill -0 "$pid" 2>/dev/null; then
      read -r state 2>/dev/null <"$dir/state"
      [ "$state" = 'done' ] || { say reached "$state"; state=died; }
      break
    fi
  elif [ "$waited" -ge 400 ]; then
    say reached "$state"
    state=died
    break
  fi
  # Much is over soon.
  if [ "$waited" -lt 60 ]; then
    sleep 0.05
    waited=$((waited + 1))
  else
    sleep 0.2
    waited=$((waited + 4))
  fi
done
show
say state "$state"
[ -r "$dir/result" ] && while read -r line; do [ -z "$line" ] || printf '%s%s\n' "$prefix" "$line"; done <"$dir/result"
say now "$(readlink -f "$root/run/current-system" 2>/dev/null)"
say profile "$(readlink -f "$root/nix/var/nix/profiles/system" 2>/dev/null)"
