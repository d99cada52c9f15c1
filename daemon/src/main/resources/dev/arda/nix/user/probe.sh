# What is known of a home: lines NAME<TAB>VALUE.
tell() { printf '%s\t%s\n' "$1" "$2"; }
tell user "$USER"
tell home "$HOME"
tell profile "$profile"
tab=$(printf '\t')
# One process for all of them, where find can do it.
if found=$(find "$profiles" -maxdepth 1 -type l -name 'home-manager-*-link' -printf '%T@\t%f\t%l\n' 2>/dev/null); then
  [ -z "$found" ] || printf '%s\n' "$found" | while IFS="$tab" read -r time link target; do
    number=${link%-link}
    tell generation "${number##*-}	${time%%.*}	$target"
  done
else
  for link in "$profile"-*-link; do
    [ -L "$link" ] || continue
    number=${link%-link}
    number=${number##*-}
    tell generation "$number	$(stat -c %Y "$link" 2>/dev/null || stat -f %m "$link" 2>/dev/null || echo 0)	$(readlink "$link")"
  done
fi
if [ -L "$profile" ]; then
  current=$(readlink "$profile")
  current=${current%-link}
  tell current "${current##*-}"
fi
if place=$(secrets_place) && [ -L "$place/arda-secrets" ]; then tell secrets yes; fi
if [ -L "$records/last" ]; then
  last=$(readlink "$records/last")
  tell last "$last"
  [ -f "$records/$last/phase" ] && tell phase "$(cat "$records/$last/phase")"
  if [ -f "$records/$last/status" ]; then
    while IFS= read -r line; do tell status "$line"; done <"$records/$last/status"
  elif [ -f "$records/$last/pid" ] && kill -0 "$(cat "$records/$last/pid")" 2>/dev/null; then
    tell running yes
  fi
fi
