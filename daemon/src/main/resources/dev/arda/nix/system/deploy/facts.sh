# What a machine is and runs, as lines NAME=VALUE. Behind generations.sh.
# $1 the directory that stands for / on it  $2 revisions: ask each generation for the revision of its configuration, too  $3 text of lock.sh
root=$1 revisions=$2 look=$3
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin
say() { printf '%s=%s\n' "$1" "$2"; }
path() { readlink -f "$1" 2>/dev/null || :; }
profile=$root/nix/var/nix/profiles/system
grep -qs '^VARIANT_ID=.*installer' "$root/etc/os-release" && say installer yes
say uid "$(id -u)"
say user "$(id -un 2>/dev/null)"
say kernel "$(uname -s)"
say machine "$(uname -m)"
if [ -e "$root/etc/NIXOS" ] || grep -qs '^ID=.*nixos' "$root/etc/os-release"; then say nixos yes; fi
if [ -d "$root/run/systemd/system" ] && command -v systemd-run >/dev/null 2>&1; then
  say systemd yes
  systemctl list-units --state=failed --plain --no-legend --no-pager 2>/dev/null | while read -r unit _; do say failed "$unit"; done
fi
[ -e "$root/run/booted-system" ] && say booted "$(path "$root/run/booted-system")"
say boot_id "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
df -Pk "${NIX_STORE_DIR:-/nix/store}" 2>/dev/null | while read -r _ _ _ free _; do case $free in *[!0-9]* | '') ;; *) say free_kib "$free" ;; esac; done
[ -e "$root/run/booted-system/kernel" ] && say booted_kernel "$(path "$root/run/booted-system/kernel")"
for program in nix-env nix-daemon; do command -v $program >/dev/null 2>&1 || say missing $program; done
# What it runs and boots is known for certain only if nobody is about to change that: it is the same before and after a look at the lock.
before="$(path "$root/run/current-system") $(path "$profile")"
lock=
if [ -w "$root/nix/var/nix/profiles" ] && { [ -w "$root/run/arda" ] || [ -w "$root/run" ]; }; then
  say privilege none
  lock=$(/bin/sh -c "$look" sh "$root" 2>/dev/null)
elif lock=$(sudo -n /bin/sh -c "$look" sh "$root" 2>/dev/null); then say privilege sudo
elif lock=$(doas -n /bin/sh -c "$look" sh "$root" 2>/dev/null); then say privilege doas
elif LC_ALL=C sudo -n true 2>&1 | grep -Eiq 'password|authentication'; then say privilege sudo-password
elif command -v doas >/dev/null 2>&1; then say privilege doas-password
else say privilege refused
fi
current=$(path "$root/run/current-system")
[ "$before" = "$current $(path "$profile")" ] || lock=held
say lock "$lock"
[ -e "$root/run/current-system" ] && say current "$current"
[ -e "$profile" ] && say profile "$(path "$profile")"
say profile_link "$(readlink "$profile" 2>/dev/null)"
[ -e "$root/run/current-system/kernel" ] && say current_kernel "$(path "$root/run/current-system/kernel")"
say now "$(date +%s)"
booted=$(path "$root/run/booted-system")
for link in "$profile"-*-link; do
  [ -L "$link" ] || continue
  number=${link#"$profile"-}
  number=${number%-link}
  version=$(cat "$link/nixos-version" 2>/dev/null)
  kernel=
  for modules in "$link"/kernel-modules/lib/modules/*; do [ -d "$modules" ] && kernel=${modules##*/}; done
  specialisations=$(cd "$link/specialisation" 2>/dev/null && echo *)
  uses=
  holds "$link" "$current" && uses="$uses running"
  holds "$link" "$booted" && uses="$uses booted"
  revision=
  [ "$revisions" = revisions ] && [ -x "$link/sw/bin/nixos-version" ] && revision=$("$link/sw/bin/nixos-version" --configuration-revision 2>/dev/null)
  say generation "$number|$(stat -c %Y "$link" 2>/dev/null || stat -f %m "$link" 2>/dev/null)|$(path "$link")|$version|$kernel|$specialisations|$uses|$revision"
done
last=$(ls -t "$root/run/arda" 2>/dev/null | grep '^d-' | head -n 1)
[ -n "$last" ] && [ -r "$root/run/arda/$last/result" ] && while read -r line; do [ -z "$line" ] || say last "$line"; done <"$root/run/arda/$last/result"
say complete yes
