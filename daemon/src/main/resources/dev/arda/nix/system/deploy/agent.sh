# Brings one machine to a system, and back if that fails or nobody confirms it. Runs on that machine, detached from whoever started it.
# take-lock.sh comes before this.
# $1 name of this run  $2 directory that stands for /  $3 store path of the system  $4 switch, boot, test or dry-activate
# $5 generation to go back to, or 0  $6 seconds to wait for a confirmation, or 0  $7 specialisation, or nothing
id=$1 root=$2 system=$3 mode=$4 generation=$5 patience=$6 specialisation=$7
dir=$root/run/arda/$id
profile=$root/nix/var/nix/profiles/system
current=$root/run/current-system
exec >>"$dir/log" 2>&1 </dev/null
cd / || exit 1
# Whoever reads it while it is written would read half a number.
printf '%s\n' $$ 1<>"$dir/pid.new" && mv -f "$dir/pid.new" "$dir/pid"

# What is told is written over what is there, so that it is told also where no room is left.
state() { printf '%-12s\n' "$1" 1<>"$dir/state"; }
full=
look_for_room() {
  { printf '%512s' '' >"$dir/room"; } 2>/dev/null
  [ -s "$dir/room" ] || full=yes
  rm -f "$dir/room"
}
path() { readlink -f "$1" 2>/dev/null || :; }
number() { readlink "$profile" 2>/dev/null | sed -n 's/^.*system-\([0-9]*\)-link$/\1/p'; }

finish() { # RESULT CODE
  look_for_room
  printf 'result=%s\ncode=%s\nold=%s\nnow=%s\ngeneration=%s\nwanted=%s\nfull=%s\n' \
    "$1" "$2" "$old" "$(path "$current")" "$(number)" "$system" "$full" 1<>"$dir/result.new"
  mv -f "$dir/result.new" "$dir/result"
  state 'done'
  exit 0
}

take_lock "$root" || { old=''; finish locked 0; }

old=$(path "$current")
old_number=$(number)
new=$system${specialisation:+/specialisation/$specialisation}

configure() { # SYSTEM ACTION
  env -i PATH="$PATH" HOME="${HOME:-/root}" LOCALE_ARCHIVE="${LOCALE_ARCHIVE-}" NIXOS_NO_CHECK="${NIXOS_NO_CHECK-}" NIXOS_INSTALL_BOOTLOADER=0 \
    "$1/bin/switch-to-configuration" "$2" 9>&-
}

back() { # RESULT CODE
  if [ -z "$old" ]; then
    echo "there was no system before that could be gone back to"
    finish "$1-stuck" "$2"
  fi
  look_for_room
  state reverting
  echo "going back to $old"
  configure "$old" test
  if [ "$(path "$current")" = "$old" ]; then finish "$1" "$2"; else finish "$1-stuck" "$2"; fi
}

restore_profile() {
  made=$(number)
  if [ -n "$old_number" ]; then
    nix-env -p "$profile" --switch-generation "$old_number" 9>&-
    [ "$generation" = 0 ] && [ -n "$made" ] && [ "$made" != "$old_number" ] && nix-env -p "$profile" --delete-generations "$made" 9>&-
  elif [ "$generation" = 0 ] && [ -n "$made" ]; then
    # There was no profile. nix-env never removes the generation that is current.
    rm -f "$profile" "$profile-$made-link"
  fi
}

if [ ! -x "$system/bin/switch-to-configuration" ] || [ ! -x "$new/bin/switch-to-configuration" ]; then
  echo "$new has no bin/switch-to-configuration"
  finish refused 1
fi

state activating
code=0
case $mode in
  dry-activate)
    configure "$new" dry-activate
    finish tried $?
    ;;
  switch | test)
    configure "$new" test
    code=$?
    case $code in
      0 | 4 | 100) ;;
      *)
        echo "switch-to-configuration ended with $code"
        back failed "$code"
        ;;
    esac
    if [ "$patience" -gt 0 ]; then
      state waiting
      waited=0 # in twentieths of a second
      while [ ! -e "$dir/confirmed" ]; do
        if [ -e "$dir/rejected" ]; then
          echo "it did not pass its health checks"
          back rejected "$code"
        fi
        if [ "$waited" -ge $((patience * 20)) ]; then
          echo "nobody confirmed within $patience s that this machine can still be reached"
          back unconfirmed "$code"
        fi
        # Mostly it is reached at once.
        if [ "$waited" -lt 60 ]; then
          sleep 0.05
          waited=$((waited + 1))
        else
          sleep 0.2
          waited=$((waited + 4))
        fi
      done
    fi
    ;;
esac
case $mode in
  switch | boot)
    state committing
    if [ "$generation" != 0 ]; then
      nix-env -p "$profile" --switch-generation "$generation" 9>&-
    elif [ "$(path "$profile")" != "$system" ]; then
      nix-env -p "$profile" --set "$system" 9>&-
    fi
    if [ "$(path "$profile")" != "$system" ]; then
      restore_profile
      echo "the system profile cannot be set"
      if [ "$mode" = boot ]; then finish failed 1; else back failed 1; fi
    fi
    configure "$system" boot
    boot_code=$?
    if [ $boot_code -ne 0 ]; then
      restore_profile
      echo "the boot loader cannot be set: switch-to-configuration boot ended with $boot_code"
      if [ "$mode" = boot ]; then finish failed "$boot_code"; else back failed "$boot_code"; fi
    fi
    ;;
esac
finish 'done' "$code"
