# How files of a home differ from those of a generation, as `diff -u` tells it. Changes nothing.
#   $1 generation; further arguments: only these paths below the home directory
new=$1/home-files
shift
[ -d "$new" ] || exit 66
one() {
  there=$HOME/$1
  if [ ! -e "$new/$1" ] && [ ! -L "$new/$1" ]; then
    printf 'the environment has no file %s\n' "$1" | tr '[:cntrl:]' ' '
    echo
  elif [ -d "$there" ]; then
    printf '~/%s is a directory\n' "$1"
  elif [ -e "$there" ]; then
    cmp -s "$there" "$new/$1" || diff -u --label "~/$1" --label "environment/$1" "$there" "$new/$1" || [ $? = 1 ] || printf '~/%s differs\n' "$1"
  else
    diff -u --label "~/$1 (not there)" --label "environment/$1" /dev/null "$new/$1" || [ $? = 1 ] || printf '~/%s is not there\n' "$1"
  fi
}
if [ $# -gt 0 ]; then
  for path; do one "$path"; done
else
  (cd "$new" && find . \( -type f -o -type l \) -print | sed 's,^\./,,' | LC_ALL=C sort) | while IFS= read -r path; do one "$path"; done
fi | head -c 1000000
exit 0
