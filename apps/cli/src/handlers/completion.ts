import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';

/** The shells that a script can be written for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

// Each script asks the command itself, word by word, so that it never knows less than the command it completes.
const scripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash: `# seaworthy completion bash > ~/.local/share/bash-completion/completions/seaworthy
_seaworthy() {
  local proposal
  COMPREPLY=()
  while IFS= read -r proposal; do
    COMPREPLY+=("$proposal")
  done < <(seaworthy completion propose -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _seaworthy seaworthy
`,
  zsh: `#compdef seaworthy
# seaworthy completion zsh > "\${fpath[1]}/_seaworthy"
_seaworthy() {
  local -a proposals
  proposals=("\${(@f)$(seaworthy completion propose -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${proposals[*]}" ]]; then
    compadd -a proposals
  else
    _files
  fi
}
compdef _seaworthy seaworthy
`,
  fish: `# seaworthy completion fish > ~/.config/fish/completions/seaworthy.fish
complete -c seaworthy -a '(set -l words (commandline -opc) (commandline -ct); seaworthy completion propose -- $words[2..-1] 2>/dev/null)'
`,
};

/** Writes the script for a shell. */
export async function script(shell: (typeof shells)[number], io: Io): Promise<number> {
  io.stdout.write(scripts[shell]);
  return exitCodes.clean;
}
