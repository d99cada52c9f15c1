# Whether somebody holds the lock of deployments, see take-lock.sh: held or free; nothing where one may not look. Makes and changes nothing.
# $1 the directory that stands for /
dir=$1/run/arda
[ ! -d "$dir" ] || { [ -r "$dir" ] && [ -x "$dir" ]; } || exit 0
if [ -e "$dir/lock" ] && command -v flock >/dev/null 2>&1; then
  [ -r "$dir/lock" ] || exit 0
  exec 8<"$dir/lock"
  # Shared, so that those who only look are not in the way of each other.
  flock -s -n 8 || { echo held; exit 0; }
elif [ -L "$dir/lock.process" ]; then
  kill -0 "$(readlink "$dir/lock.process")" 2>/dev/null && { echo held; exit 0; }
fi
echo free
