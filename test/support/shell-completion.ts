/** What the shells offer for the last word of a command line of f2bctl's, by the scripts that are shipped for them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './repository.js';

/** Sorted. */
export type Offers = (line: string) => readonly string[];

export interface ShellCompletion {
  readonly bash: Offers;
  /** Undefined where the shell is not installed. */
  readonly zsh: Offers | undefined;
  readonly fish: Offers | undefined;
  readonly remove: () => void;
}

/** Answers as f2bctl lists bans and what is allowed. */
const F2BCTL = `#!/bin/sh
printf '%s\\n' 'ADDRESS  SINCE' "192.0.2.1  $1 a b c" "2001:db8::1  $1 a b c"
`;

/** With nothing of bash-completion but what the script uses. */
const BASH = `
  _init_completion() { words=("\${given[@]}") cword=$((\${#given[@]} - 1)) cur=\${given[-1]} prev=\${given[-2]}; }
  __ltrim_colon_completions() { :; }
  _filedir() { COMPREPLY=(FILES); }
  compopt() { :; }
  . "$1"
  IFS=' ' read -ra given <<<"$2"
  [[ $2 == *' ' ]] && given+=('')
  _f2bctl
  printf '%s\\n' "\${COMPREPLY[@]}"`;

/** An interactive zsh on a terminal, in which what is offered is printed in the place of being shown. */
const ZSH = `
  zmodload zsh/zpty || exit 1
  zpty z zsh -f -i
  zpty -w z "source $1"
  repeat 20 { zpty -r z line; [[ $line == ok* ]] && break }
  [[ $line == ok* ]] || exit 2
  zpty -w z "$2"$'\\t'
  integer marks=0
  while zpty -r z; do :; done | while IFS= read -r line; do
    if [[ $line == *$'\\0\\r' ]]; then (( marks++ )) && exit 0 || continue; fi
    (( marks )) && echo -E - \${line%$'\\r'}
  done`;

const ZSH_SETTINGS = (folder: string) => `
  PROMPT=
  autoload compinit
  fpath=(${folder} $fpath)
  compinit -C -u -d ${folder}/dump
  bindkey '^I' complete-word
  mark() { echo -E - $'\\0' }
  compprefuncs=(mark)
  comppostfuncs=(mark exit)
  zstyle ':completion:*' list-grouped false
  zstyle ':completion:*' insert-tab false
  zmodload zsh/zutil
  compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
    typeset -a found
    builtin compadd -A found "$@"
    setopt localoptions norcexpandparam extendedglob
    typeset -A before hidden after unseen
    zparseopts -E P:=before p:=hidden S:=after s:=unseen
    (( $#found )) || return
    for i in {1..$#found}; do echo -E - $IPREFIX$before$hidden$found[$i]$unseen$after; done
  }
  echo ok
`;

const FISH = 'source $argv[1]; complete -C $argv[2] | string replace -r "\\t.*" ""; true';

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0;
}

/** With these jails and actions on the machine. */
export function shellCompletion(jails: readonly string[], actions: readonly string[]): ShellCompletion {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-completion-'));
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  for (const jail of jails) put(`units/${jail}.conf`, '');
  for (const action of actions) put(`actions/${action}.conf`, '');
  chmodSync(put('bin/f2bctl', F2BCTL), 0o755);
  const script = (name: string, to: string) => {
    const text = readFileSync(join(repository, 'debian/completion', name), 'utf8');
    return put(to, text.replaceAll('/usr/lib/f2b/', `${folder}/`).replaceAll('/etc/f2b/', `${folder}/none/`));
  };
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, TERM: 'dumb', HOME: folder };
  const offers = (command: string, ...argv: readonly string[]): Offers => {
    return (line) => {
      const output = execFileSync(command, [...argv, line], { encoding: 'utf8', env, timeout: 60_000 });
      return [...new Set(output.split('\n').filter((word) => word !== ''))].sort();
    };
  };
  const settings = put('zsh/settings', ZSH_SETTINGS(join(folder, 'zsh')));
  script('zsh/_f2bctl', 'zsh/_f2bctl');
  return {
    bash: offers('bash', '-c', BASH, 'bash', script('bash/f2bctl', 'bash')),
    zsh: isInstalled('zsh') ? offers('zsh', '-f', '-c', ZSH, 'zsh', settings) : undefined,
    fish: isInstalled('fish')
      ? offers('fish', '--no-config', '-c', FISH, script('fish/f2bctl.fish', 'fish'))
      : undefined,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
