# Starts an activation that goes on whoever goes away. follow.sh comes behind this.
#   $1 name of its record; $2 text of driver.sh; $3 lines that say what is moved out of the way; $4 to $8 arguments of the driver; $9… for inspect.sh
# Leaves with 75 and the name of the record if another one goes on.
mark=$(printf '\001')
id=$1 driver=$2 moves=$3
shift 3
umask 077
mkdir -p "$records" "$profiles" || exit 73
if [ -L "$records/last" ]; then
  last=$(readlink "$records/last")
  if [ ! -f "$records/$last/status" ] && [ -f "$records/$last/pid" ] && kill -0 "$(cat "$records/$last/pid")" 2>/dev/null; then
    printf '%sbusy\t%s\n' "$mark" "$last"
    exit 75
  fi
fi
# Whoever makes the link first is the one.
if ! ln -s "$id" "$records/claim.$$" || ! mkdir "$records/claim" 2>/dev/null; then
  rm -f "$records/claim.$$"
  # A claim lasts for moments; one that does not is of a process that was killed.
  find "$records" -maxdepth 1 -name claim -mmin +1 -exec rmdir {} \; 2>/dev/null
  printf '%sbusy\t\n' "$mark"
  exit 75
fi
dir=$records/$id
mkdir "$dir" || { rmdir "$records/claim"; rm -f "$records/claim.$$"; exit 73; }
printf '%s\n' "$driver" >"$dir/driver"
printf '%s' "$moves" >"$dir/moves"
: >"$dir/log"
umask 022
# Of a shell that ends at once, so that it is nobody's child: whoever ends this script with all below it does not reach it.
detach=nohup
command -v setsid >/dev/null 2>&1 && detach=setsid
started=$("$detach" /bin/sh "$dir/driver" "$dir" "$profile" "$1" "$2" "$3" "$4" "$5" </dev/null >>"$dir/log" 2>&1 & echo $!)
echo "$started" >"$dir/pid"
mv -f "$records/claim.$$" "$records/last.new" && mv -fT "$records/last.new" "$records/last" 2>/dev/null || mv -fh "$records/last.new" "$records/last"
rmdir "$records/claim"
# Records of old.
(cd "$records" && ls -1d [0-9]* 2>/dev/null | sort | head -n -20 2>/dev/null | while IFS= read -r one; do rm -rf "./$one"; done)
# Until it has a session of its own, it would end with the group of this script.
while [ ! -f "$dir/phase" ] && [ ! -f "$dir/status" ] && kill -0 "$started" 2>/dev/null; do sleep 0.01; done
printf '%sbegun\t%s\n' "$mark" "$dir"
shift 5
set -- "$id" 0 "$@"
