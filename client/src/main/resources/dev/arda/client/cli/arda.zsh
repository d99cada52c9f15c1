#compdef arda
# Completion of arda for zsh: source <(arda completion zsh)
_arda() {
  local line
  # PREFIX is the word up to the cursor, without a quote that is still open.
  local -a names descriptions suffix
  while IFS= read -r line; do
    case $line in
      :nospace) suffix=(-S '') ;;
      :dirs) _path_files -/; return ;;
      *)
        names+=("${line%%$'\t'*}")
        descriptions+=("${line/$'\t'/  -- }")
        ;;
    esac
  done < <("$words[1]" __complete --shell zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  (( $#names )) && compadd "${suffix[@]}" -l -d descriptions -- "${names[@]}"
}
if [[ $funcstack[1] == _arda ]]; then
  _arda "$@"
else
  compdef _arda arda
fi
