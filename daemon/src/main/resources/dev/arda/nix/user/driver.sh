# Activates a generation, and puts everything back if that fails. Runs by itself: nothing that happens to arda ends it.
#   $1 directory of its record; $2 profile; $3 generation; $4 specialisation, may be empty; $5 nix-env; empty, or not for this user: the machine's own
#   $6 number of an existing generation to make current; empty: a new one is made
#   $7 directory of secrets that are to take the place of those in use; empty: none are
# Lines of $1/moves: what becomes of a file in the way, for example `backup EXTENSION PATH`, with tabs between.
dir=$1 profile=$2 generation=$3 specialisation=$4 nix_env=$5 number=$6 secrets=$7
trap '' HUP
note() { printf '%s\n' "$2" >"$dir/$1.new" && mv -f "$dir/$1.new" "$dir/$1"; }
tab=$(printf '\t')
aside=arda-$(basename "$dir")

current() {
  [ -L "$profile" ] || return 0
  one=$(readlink "$profile")
  one=${one%-link}
  printf '%s' "${one##*-}"
}
before=$(current)
before_path=$([ -L "$profile" ] && readlink -f "$profile")

where() { # POLICY EXTENSION: what a file is called meanwhile
  if [ "$1" = backup ]; then printf '%s' "$2"; else printf '%s' "$aside"; fi
}
move_aside() {
  while IFS="$tab" read -r policy extension path; do
    there=$HOME/$path.$(where "$policy" "$extension")
    if [ -e "$there" ] || [ -L "$there" ]; then
      echo "there is a $there already"
      return 1
    fi
    mv -- "$HOME/$path" "$there" || return 1
    printf '%s\t%s\t%s\n' "$policy" "$extension" "$path" >>"$dir/moved"
  done <"$dir/moves"
}
move_back() {
  [ -f "$dir/moved" ] || return 0
  while IFS="$tab" read -r policy extension path; do
    # What was made where a file had been, and is empty now.
    if [ -d "$HOME/$path" ] && [ ! -L "$HOME/$path" ]; then
      find "$HOME/$path" -depth -type d -exec rmdir {} \; 2>/dev/null
    fi
    if [ -L "$HOME/$path" ] || [ ! -e "$HOME/$path" ]; then
      rm -f -- "$HOME/$path"
      mv -- "$HOME/$path.$(where "$policy" "$extension")" "$HOME/$path" || unfinished=1
    else
      unfinished=1
    fi
  done <"$dir/moved"
}
drop_overwritten() {
  [ -f "$dir/moved" ] || return 0
  while IFS="$tab" read -r policy extension path; do
    [ "$policy" != overwrite ] || rm -rf -- "$HOME/$path.$aside"
  done <"$dir/moved"
}
# Secrets: …/arda-secrets leads to the directory in use; links in the home lead through it.
secrets_link=${secrets%.d/*}
secrets_before=
[ -z "$secrets" ] || secrets_before=$(readlink "$secrets_link" 2>/dev/null)
use_secrets() { # DIRECTORY
  [ -d "$1" ] || return 1
  rm -f -- "$secrets_link.new"
  ln -s "$1" "$secrets_link.new" && { mv -fT "$secrets_link.new" "$secrets_link" 2>/dev/null || mv -fh "$secrets_link.new" "$secrets_link"; } || return 1
  [ -f "$1/.links" ] || return 0
  while IFS="$tab" read -r name path; do
    there=$HOME/$path
    if [ -L "$there" ]; then
      case $(readlink "$there") in
      */arda-secrets/*) rm -f -- "$there" ;;
      esac
    fi
    mkdir -p -- "$(dirname -- "$there")" && ln -s -- "$secrets_link/$name" "$there" || return 1
  done <"$1/.links"
}
drop_secrets() { # DIRECTORY OTHER: removes one, and the links that the other one does not have
  [ -d "$1" ] || return 0
  if [ -f "$1/.links" ]; then
    while IFS="$tab" read -r name path; do
      if [ -n "$2" ] && grep -qxF "$name$tab$path" "$2/.links" 2>/dev/null; then continue; fi
      case $(readlink "$HOME/$path" 2>/dev/null) in
      */arda-secrets/"$name") rm -f -- "$HOME/$path" ;;
      esac
    done <"$1/.links"
  fi
  rm -rf -- "$1"
}
take_back_secrets() {
  [ -n "$secrets" ] && [ -d "$secrets" ] || return 0
  if [ -n "$secrets_before" ]; then
    drop_secrets "$secrets" "$secrets_before"
    use_secrets "$secrets_before" || unfinished=1
  else
    [ "$(readlink "$secrets_link" 2>/dev/null)" != "$secrets" ] || rm -f -- "$secrets_link"
    drop_secrets "$secrets" ''
  fi
}
activate() { # GENERATION SPECIALISATION
  program=$1${2:+/specialisation/$2}/activate
  if [ -e "$1/gen-version" ] || [ -e "${program%/activate}/gen-version" ]; then
    "$program" --driver-version 1
  else
    "$program"
  fi
}
# Links to files of the generation that failed, and that the one before does not have.
unlink_files() {
  for files in "$generation/home-files" "$generation/specialisation/$specialisation/home-files"; do
    [ -d "$files" ] || continue
    (cd "$files" && find . \( -type f -o -type l \) -print) | while IFS= read -r path; do
      path=${path#./}
      if [ -n "$before_path" ] && { [ -L "$before_path/home-files/$path" ] || [ -e "$before_path/home-files/$path" ]; }; then continue; fi
      if [ -L "$HOME/$path" ] && [ "$(readlink -f "$HOME/$path")" = "$(readlink -f "$files/$path")" ]; then
        rm -f -- "$HOME/$path"
      fi
    done
  done
  root=${XDG_STATE_HOME:-$HOME/.local/state}/home-manager/gcroots/current-home
  if [ -z "$before_path" ] && [ -L "$root" ] && [ "$(readlink -f "$root")" = "$(readlink -f "$generation")" ]; then
    rm -f -- "$root"
  fi
}
finish() { # STAGE EXIT-CODE RESTORED
  {
    printf 'stage\t%s\n' "$1"
    printf 'exit\t%s\n' "$2"
    printf 'restored\t%s\n' "$3"
    printf 'before\t%s\n' "$before"
    printf 'current\t%s\n' "$(current)"
  } >"$dir/status.new"
  mv -f "$dir/status.new" "$dir/status"
  exit 0
}
put_back() { # STAGE EXIT-CODE
  # What is printed from here on is not of the generation that failed.
  printf '\n\001restoring\t%s\n' "$before"
  note phase restoring
  unfinished=0
  take_back_secrets
  now=$(current)
  if [ "$now" != "$before" ]; then
    if [ -n "$before" ]; then
      # The one that failed goes, so that nobody rolls back to it.
      "$nix_env" --profile "$profile" --switch-generation "$before" || unfinished=1
      [ -n "$number" ] || [ -z "$now" ] || "$nix_env" --profile "$profile" --delete-generations "$now" || unfinished=1
    else
      rm -f -- "$profile" "$profile-$now-link"
    fi
  fi
  if [ -n "$before_path" ]; then
    # Its files are known to be those of a home, so it may have them back.
    case $1 in move | secrets) ;; *) false ;; esac || activate "$before_path" "" || unfinished=1
  fi
  unlink_files
  move_back
  if [ "$unfinished" = 0 ]; then finish "$1" "$2" yes; else finish "$1" "$2" no; fi
}

if [ -z "$nix_env" ] || [ ! -x "$nix_env" ]; then
  nix_env=$(command -v nix-env) || for one in /run/current-system/sw/bin /nix/var/nix/profiles/default/bin "$HOME/.nix-profile/bin" /usr/bin; do
    [ ! -x "$one/nix-env" ] || { nix_env=$one/nix-env && break; }
  done
fi
[ -x "$nix_env" ] || { take_back_secrets && finish tools 1 yes; }
note phase moving
move_aside || put_back move 1
if [ -n "$secrets" ]; then
  note phase secrets
  use_secrets "$secrets" || put_back secrets 1
fi
note phase activating
activate "$generation" "$specialisation"
code=$?
[ "$code" = 0 ] || put_back activate "$code"
note phase profile
if [ -n "$number" ]; then
  "$nix_env" --profile "$profile" --switch-generation "$number" || put_back profile 1
elif [ "$(readlink -f "$profile" 2>/dev/null)" != "$generation" ]; then
  "$nix_env" --profile "$profile" --set "$generation" || put_back profile 1
fi
[ "$(readlink -f "$profile")" = "$(readlink -f "$generation")" ] || put_back verify 1
drop_overwritten
[ -z "$secrets_before" ] || [ "$secrets_before" = "$secrets" ] || drop_secrets "$secrets_before" "$secrets"
finish 'done' 0 no
