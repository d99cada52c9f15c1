# Prints what an activation prints, until it has ended; then its status, each line behind an unprintable mark. inspect.sh comes behind this.
#   $1 name of the record; $2 how many bytes of its log were seen; $3… what is looked at once it has succeeded; none: nothing
dir=$records/$1 seen=$2
[ -d "$dir" ] || exit 66
mark=$(printf '\001')
show() {
  size=$(wc -c <"$dir/log")
  if [ "$size" -gt "$seen" ]; then
    tail -c "+$((seen + 1))" "$dir/log" | head -c "$((size - seen))"
    seen=$size
  fi
}
while [ ! -f "$dir/status" ]; do
  show
  kill -0 "$(cat "$dir/pid" 2>/dev/null)" 2>/dev/null || [ -f "$dir/status" ] || { sleep 0.2; [ -f "$dir/status" ] || break; }
  sleep 0.02
done
show
if [ -f "$dir/status" ]; then
  while IFS= read -r line; do printf '\n%s%s' "$mark" "$line"; done <"$dir/status"
else
  printf '\n%sstage\tvanished\n%sphase\t%s' "$mark" "$mark" "$(cat "$dir/phase" 2>/dev/null)"
fi
echo
[ $# -gt 2 ] && [ "$(head -n 1 "$dir/status" 2>/dev/null)" = "$(printf 'stage\tdone')" ] || exit 0
printf '%sinspected\tyes\n' "$mark"
shift 2
