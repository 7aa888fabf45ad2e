export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/**
 * A shell asks `seqtune completion SHELL -- WORDS` at every press of Tab: the answer is a line for each candidate, its
 * explanation after a tab character; a line of a colon alone means that names of files fit.
 */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const bash = String.raw`# seqtune completion for bash: eval "$(seqtune completion bash)" in ~/.bashrc
_seqtune() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line value files=
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ":" ]; then files=yes; continue; fi
    value="\${line%%$'\t'*}"
    if [[ "$value" == "$current"* ]]; then COMPREPLY+=("$(printf '%q' "$value")"); fi
  done < <("\${COMP_WORDS[0]}" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ -n "$files" ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
  fi
}
complete -F _seqtune seqtune
`.replaceAll("\\${", "${");

const zsh = String.raw`#compdef seqtune
# seqtune completion for zsh: eval "$(seqtune completion zsh)" in ~/.zshrc, after compinit
_seqtune() {
  local line value about files=
  local -a values
  while IFS= read -r line; do
    if [[ "$line" == ":" ]]; then files=yes; continue; fi
    value="\${line%%$'\t'*}"
    about="\${line#*$'\t'}"
    values+=("\${value//:/\\:}:$about")
  done < <("\${words[1]}" completion zsh -- "\${(@)words[2,$CURRENT]}" 2>/dev/null)
  (( $#values )) && _describe 'seqtune' values
  [[ -n "$files" ]] && _files
}
if [[ "\${funcstack[1]}" = "_seqtune" ]]; then _seqtune "$@"; else compdef _seqtune seqtune; fi
`.replaceAll("\\${", "${");

const fish = String.raw`# seqtune completion for fish: seqtune completion fish > ~/.config/fish/completions/seqtune.fish
function __seqtune_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    $words[1] completion fish -- $words[2..-1] "$current" 2>/dev/null | string match -v ":"
end
function __seqtune_files
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    $words[1] completion fish -- $words[2..-1] "$current" 2>/dev/null | string match -q ":"
end
complete -c seqtune -f -a "(__seqtune_complete)"
complete -c seqtune -n __seqtune_files -F
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
