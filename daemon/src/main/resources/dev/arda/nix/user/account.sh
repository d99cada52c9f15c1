# Whose home it is. Every other script begins with this one.
#   $1  login name that the configuration is for; empty: whoever runs this
#   $2  home directory that the configuration is for; empty: that of the login name
# Sets and exports what an activation may rely on; leaves with 64 and a word where that cannot be had.
user=$1 home=$2
shift 2
me=$(id -un) || exit 64
[ -n "$user" ] || user=$me
if [ "$user" != "$me" ]; then
  printf 'stranger\t%s\n' "$me"
  exit 64
fi
# HOME of a shell that became somebody else may still be that of the one before.
if [ -z "$home" ] && [ -n "${HOME-}" ] && [ -O "$HOME" ]; then
  home=$HOME
fi
if [ -z "$home" ]; then
  home=$(getent passwd "$user" 2>/dev/null | cut -d: -f6)
fi
if [ ! -d "$home" ]; then
  printf 'homeless\t%s\n' "$home"
  exit 64
fi
if [ ! -w "$home" ]; then
  printf 'readonly\t%s\n' "$home"
  exit 64
fi
# Directories of another home are not of this one.
if [ "${HOME-}" != "$home" ]; then
  unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
fi
HOME=$home USER=$user LOGNAME=$user
export HOME USER LOGNAME
if [ -z "${XDG_RUNTIME_DIR-}" ] || [ ! -O "$XDG_RUNTIME_DIR" ]; then
  XDG_RUNTIME_DIR=/run/user/$(id -u)
  if [ -d "$XDG_RUNTIME_DIR" ] && [ -O "$XDG_RUNTIME_DIR" ]; then
    export XDG_RUNTIME_DIR
  else
    unset XDG_RUNTIME_DIR
  fi
fi
if [ -n "${XDG_RUNTIME_DIR-}" ] && [ -S "$XDG_RUNTIME_DIR/bus" ]; then
  DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
  export DBUS_SESSION_BUS_ADDRESS
fi
state=${XDG_STATE_HOME:-$HOME/.local/state}
old=${NIX_STATE_DIR:-/nix/var/nix}/profiles/per-user/$user
# As home-manager chooses; where there is none yet, its newer place.
if [ -d "$state/nix/profiles" ] || [ ! -d "$old" ]; then
  profiles=$state/nix/profiles
else
  profiles=$old
fi
profile=$profiles/home-manager
records=$state/arda/activations
unset DRY_RUN VERBOSE HOME_MANAGER_BACKUP_EXT HOME_MANAGER_BACKUP_COMMAND HOME_MANAGER_BACKUP_OVERWRITE
# A directory of the user's that is never on a disk, below which arda-secrets is.
secrets_place() {
  if [ -n "${XDG_RUNTIME_DIR-}" ]; then
    printf '%s' "$XDG_RUNTIME_DIR"
  elif [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ]; then
    printf '/dev/shm/arda-%s' "$(id -u)"
  else
    return 1
  fi
}
