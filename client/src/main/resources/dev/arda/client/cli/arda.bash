# Completion of arda for bash: source <(arda completion bash)
_arda() {
  local line=${COMP_LINE:0:COMP_POINT} word lead='' quoted='' plain candidate
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
  else
    words[-1]=${word//\\/}
  fi
  plain=${words[-1]}
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
        # What is typed stays as it is; only what comes behind it is quoted.
        if [[ ! $quoted && $plain && $candidate == "$plain"* ]]; then
          if [[ $candidate == "$plain" ]]; then candidate=''; else printf -v candidate %q "${candidate#"$plain"}"; fi
          candidate=$word$candidate
        elif [[ ! $quoted ]]; then
          printf -v candidate %q "$candidate"
        fi
        COMPREPLY+=("${candidate#"$lead"}")
        ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete --shell bash -- "${words[@]:1}" 2>/dev/null)
}
complete -F _arda arda
