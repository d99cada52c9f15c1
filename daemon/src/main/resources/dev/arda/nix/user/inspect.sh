# What a generation would change in a home, before anything is changed: lines KIND<TAB>PATH.
#   +  -  ~   a file that the generation before does not have, only it has, has otherwise
#   file link directory parent   in the way: what it is, or that a directory above it is none
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
    case $(readlink "$there") in
    "$store"/*-home-manager-files/* | "$store"/*-home-manager-generation/home-files/*) ;;
    *) same "$new/$path" "$there" || kind='link' ;;
    esac
  elif [ -d "$there" ]; then
    kind=directory
  elif [ -e "$there" ]; then
    cmp -s "$new/$path" "$there" || kind='file'
  else
    above=$path
    while [ "$above" != "${above%/*}" ]; do
      above=${above%/*}
      if [ -e "$HOME/$above" ] || [ -L "$HOME/$above" ]; then
        [ -d "$HOME/$above" ] || kind=parent
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
