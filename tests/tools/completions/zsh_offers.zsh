# zsh -f zsh_offers.zsh COMPLETIONS CALLS LINE: what zsh offers when tab is pressed behind the line.
# Each offer is printed between two bytes 1; what dinitctl was called with is appended to the file CALLS.
if [[ -z $ZSH_OFFERS_INNER ]]; then
  zmodload zsh/zpty
  export ZSH_OFFERS_INNER=1
  zpty shell zsh -f -i
  zpty -w shell "source ${0:A} ${(q)1} ${(q)2}"
  zpty -r shell output '*ready*'
  zpty -w -n shell "$3"$'\t'
  zpty -r shell output $'*\x01end\x01*'
  print -r -- "$output"
  exit
fi

fpath=($1 $fpath)
calls=$2
autoload -U compinit && compinit -u -D
zstyle ':completion:*' insert-tab false
dinitctl() {
  print -r -- "$*" >>$calls
  printf '[[+]     ] web (pid: 3)\n[        ] spare (not loaded)\n'
}
# Tells what it is given, and adds nothing, so that zsh goes on with nothing else.
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a offers
  builtin compadd -A offers "$@"
  [[ -n $offers ]] && printf '\x01%s\x01' $offers
  return 1
}
tell_end() { printf '\x01end\x01'; exit }
comppostfuncs=(tell_end)
bindkey '^I' complete-word
# The line itself, which the terminal shows, must not have the word that is waited for.
print rea''dy
