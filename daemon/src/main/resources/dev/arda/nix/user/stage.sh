# Puts secrets where only this user can read them, beside those that are in use; the driver has them used.
#   $1 name of the new directory
# Lines that follow this text hold the values. Leaves with 67 if there is no place that is never on a disk, with 65 if something is in the way of a link.
umask 077
# Where the one who logged in was may be no place for this user.
cd /
tell() { printf '%s\t%s\n' "$1" "$2"; }
fail() {
  [ -z "${new-}" ] || rm -rf -- "$new"
  exit "$1"
}
# A program would show in the list of processes what it is told.
case $(command -v printf) in */*) fail 67 ;; esac
base=$(secrets_place) || fail 67
case $base in
/dev/shm/*)
  mkdir -m 700 "$base" 2>/dev/null
  if [ -L "$base" ] || [ ! -O "$base" ] || [ "$(stat -c %a "$base")" != 700 ]; then
    tell unsafe "$base"
    fail 67
  fi
  ;;
esac
all=$base/arda-secrets.d
mkdir -p "$all" || fail 73
if [ -L "$all" ] || [ ! -O "$all" ]; then
  tell unsafe "$all"
  fail 67
fi
# Of processes that were killed.
find "$all" -mindepth 1 -maxdepth 1 -mmin +1440 ! -path "$(readlink "$base/arda-secrets" 2>/dev/null)" -exec rm -rf {} \; 2>/dev/null
new=$all/$1
mkdir "$new" || fail 73
: >"$new/.links" || fail 73
value() { # NAME PATH: the next one
  file=$new/$1
  : >"$file" || fail 73
  [ -n "$2" ] || return 0
  there=$HOME/$2
  if [ -L "$there" ]; then
    case $(readlink "$there") in
    */arda-secrets/*) ;;
    *) taken="${taken-}$2
" ;;
    esac
  elif [ -e "$there" ]; then
    taken="${taken-}$2
"
  fi
  printf '%s\t%s\n' "$1" "$2" >>"$new/.links" || fail 73
}
add() { printf %b "$1" >>"$file" || fail 73; }
staged() {
  if [ -n "${taken-}" ]; then
    printf '%s' "$taken" | while IFS= read -r path; do tell taken "$path"; done
    fail 65
  fi
  for file in "$new"/* "$new/.links"; do
    [ ! -f "$file" ] || chmod 0400 "$file" || fail 73
  done
  tell staged "$new"
}
