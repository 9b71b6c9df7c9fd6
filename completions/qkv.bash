# Completions of qkv for bash. In ~/.bashrc: eval "$(qkv completion bash)"
# The words come from qkv itself, so that they are those of its commands, steps, tokens and systems.
_qkv() {
  local IFS=$'\n' words=() word plain=() quote='' current prefix='' line files='' last
  # Bash takes --option=value, weights=file and mse:file apart at the signs.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    last=$((${#words[@]} - 1))
    if ((last >= 0)) && [[ $word == [=:] || ${words[last]} == *[=:] ]]; then
      words[last]+=$word
    else
      words+=("$word")
    fi
  done
  last=$((${#words[@]} - 1))
  current=${words[last]}
  for word in "${words[@]:0:last}"; do
    case $word in
      [\'\"]*) word=${word#?} word=${word%[\'\"]} ;;
      '~/'*) word=$HOME/${word#??} ;;
      *) word=${word//\\/} ;;
    esac
    plain+=("$word")
  done
  if [[ $current == [\'\"]* ]]; then
    quote=${current:0:1} current=${current:1}
  else
    current=${current//\\/}
    # What stands before the last sign is not replaced.
    [[ $current == *[=:]* ]] && prefix=${current%"${current##*[=:]}"}
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=yes
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$prefix"}")
    fi
  done < <(qkv __complete ${plain[@]+"${plain[@]}"} "=$current" 2> /dev/null)
  # Files alone are left to bash.
  if [[ $files && ${#COMPREPLY[@]} -gt 0 ]]; then
    for line in $(compgen -f -- "${current#"$prefix"}"); do
      [[ -d $line ]] && line+=/
      COMPREPLY+=("$line")
    done
  fi
  if [[ ! $quote ]]; then
    for last in "${!COMPREPLY[@]}"; do
      [[ ${COMPREPLY[last]} == *[[:space:]\'\"\$\`\&\;\|\<\>\(\)\\]* ]] && printf -v "COMPREPLY[$last]" %q "${COMPREPLY[last]}"
    done
  fi
  # macOS has a bash without compopt.
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[\[,=/] ]] && type compopt &> /dev/null; then
    compopt -o nospace 2> /dev/null
  fi
  return 0
}
complete -o default -F _qkv qkv
