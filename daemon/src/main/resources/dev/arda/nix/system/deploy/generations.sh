# Whether a generation is a system, or has it as a specialisation.  $1 link of the generation  $2 store path of the system, or nothing
holds() {
  [ -n "$2" ] || return 1
  [ "$(readlink -f "$1" 2>/dev/null)" = "$2" ] && return 0
  for one in "$1"/specialisation/*; do
    [ "$(readlink -f "$one" 2>/dev/null)" = "$2" ] && return 0
  done
  return 1
}
