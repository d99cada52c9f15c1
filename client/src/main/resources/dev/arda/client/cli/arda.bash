# Completion of arda for bash: source <(arda completion bash)
_arda() {
  local line=${COMP_LINE:0:COMP_POINT} word lead='' quoted='' candidate
  local -a words
  # Bash splits words at colons and equals signs too; arda wants them whole.
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=${words[-1]}
  lead=${word%"${COMP_WORDS[COMP_CWORD]}"}
  if [[ $word == [\'\"]* ]]; then
    quoted=yes
    words[-1]=${word:1}
    lead=''
  fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    case $candidate in
      :nospace) compopt -o nospace 2>/dev/null ;;
      :dirs)
        compopt -o filenames 2>/dev/null
        while IFS= read -r candidate; do
          COMPREPLY+=("$candidate")
        done < <(compgen -d -- "${COMP_WORDS[COMP_CWORD]}")
        ;;
      *)
        [[ $quoted ]] || printf -v candidate %q "$candidate"
        COMPREPLY+=("${candidate#"$lead"}")
        ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete --shell bash -- "${words[@]:1}" 2>/dev/null)
}
complete -F _arda arda
