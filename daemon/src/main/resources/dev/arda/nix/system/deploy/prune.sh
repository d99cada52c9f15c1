# Removes generations of the system profile of a machine, but never the one that is booted next, nor one that runs or was booted. What is left is
# then in the boot menu. generations.sh and take-lock.sh come before this. $1 directory that stands for /  $2 prefix of what is no output of programs  $3… numbers of the generations
root=$1 prefix=$2
shift 2
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin
say() { printf '%s%s=%s\n' "$prefix" "$1" "$2"; }
profile=$root/nix/var/nix/profiles/system
current=$(readlink -f "$root/run/current-system" 2>/dev/null || :)
booted=$(readlink -f "$root/run/booted-system" 2>/dev/null || :)

mkdir -p "$root/run/arda" || return 1
take_lock "$root" || { say locked yes; return 0; }

doomed=
for number do
  link=$profile-$number-link
  [ -L "$link" ] || continue
  if [ "${link##*/}" = "$(readlink "$profile" | sed 's,^.*/,,')" ] || holds "$link" "$current" || holds "$link" "$booted"; then
    say kept "$number"
  else
    doomed="$doomed $number"
  fi
done
if [ -n "$doomed" ]; then
  # Numbers, each a word of its own.
  nix-env -p "$profile" --delete-generations $doomed >&2 9>&-
  removed=
  for number in $doomed; do
    if [ -L "$profile-$number-link" ]; then say failed "$number"; else say removed "$number" && removed=yes; fi
  done
  system=$(readlink -f "$profile" 2>/dev/null)
  if [ -n "$removed" ] && [ -x "$system/bin/switch-to-configuration" ]; then
    env -i PATH="$PATH" HOME="${HOME:-/root}" LOCALE_ARCHIVE="${LOCALE_ARCHIVE-}" NIXOS_NO_CHECK="${NIXOS_NO_CHECK-}" NIXOS_INSTALL_BOOTLOADER=0 \
      "$system/bin/switch-to-configuration" boot >&2 9>&-
    say boot_menu $?
  fi
fi
say complete yes
