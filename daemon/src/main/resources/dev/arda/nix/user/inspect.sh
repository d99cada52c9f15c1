# What a generation would change in a home, before anything is changed: lines KIND<TAB>PATH.
#   +  -  ~   a file that the generation before does not have, only it has, has otherwise
#   file link directory   in the way: what it is
#   parent    in the way, since a directory is needed there
#   backup    in the way, and so is the backup of it
#   name      has a name that cannot be handled
# Leaves with 66 if there is nothing to activate.
# $1 generation, or specialisation of it; $2 the one before, may be empty, `current`: that to which the profile leads; $3 directory of the store; $4 extension of backups
new=$1/home-files before=$2 store=$3 extension=$4
if [ "$before" = current ]; then
  before=
  [ ! -L "$profile" ] || before=$(readlink "$profiles/$(basename "$(readlink "$profile")")")
fi
before=${before:+$before/home-files}
[ -x "$1/activate" ] || exit 66
[ -d "$new" ] || exit 0
tell() { printf '%s\t%s\n' "$1" "$2"; }
same() { [ "$(readlink -f "$1")" = "$(readlink -f "$2")" ] || { [ ! -d "$1" ] && [ ! -d "$2" ] && cmp -s "$1" "$2"; }; }
# A link that home-manager made; it removes its own.
ours() {
  [ -L "$1" ] || return 1
  case $(readlink "$1") in
  "$store"/*-home-manager-files/* | "$store"/*-home-manager-generation/home-files/*) ;;
  *) return 1 ;;
  esac
}
files() { (cd "$1" && find . \( -type f -o -type l \) -print | sed 's,^\./,,' | LC_ALL=C sort); }
strange=$(cd "$new" && find . -name '*[[:cntrl:]]*' -print | head -n 1 | tr '[:cntrl:]' '?')
if [ -n "$strange" ]; then
  tell name "$strange"
  exit 0
fi
# Asked once, and not for each file.
other=
if [ -d "$before" ] && [ "$(readlink -f "$before")" != "$(readlink -f "$new")" ]; then
  other=yes
  files "$before" | while IFS= read -r path; do
    [ -e "$new/$path" ] || [ -L "$new/$path" ] || tell - "$path"
  done
fi
files "$new" | while IFS= read -r path; do
  if [ ! -d "$before" ]; then
    tell + "$path"
  elif [ -n "$other" ]; then
    if [ ! -e "$before/$path" ] && [ ! -L "$before/$path" ]; then
      tell + "$path"
    elif ! same "$before/$path" "$new/$path"; then
      tell '~' "$path"
    fi
  fi
  there=$HOME/$path kind=
  if [ -L "$there" ]; then
    ours "$there" || same "$new/$path" "$there" || kind='link'
  elif [ -d "$there" ]; then
    kind=directory
  elif [ -e "$there" ]; then
    cmp -s "$new/$path" "$there" || kind='file'
  else
    above=$path
    while [ "$above" != "${above%/*}" ]; do
      above=${above%/*}
      if [ -e "$HOME/$above" ] || [ -L "$HOME/$above" ]; then
        if [ ! -d "$HOME/$above" ] && ! ours "$HOME/$above"; then
          kind=parent path=$above there=$HOME/$above
        fi
        break
      fi
    done
  fi
  if [ -n "$kind" ]; then
    tell "$kind" "$path"
    if [ -n "$extension" ] && { [ -e "$there.$extension" ] || [ -L "$there.$extension" ]; }; then
      tell backup "$path"
    fi
  fi
done
