/**
 * The programs that a command of an action runs on this host. What ssh(1), curl(1) and the like are given as arguments runs
 * elsewhere or not at all. Read as sh(1) reads words, not more: what variables hold is not known.
 */

/** Words and quotes as one token, or what ends a command. */
const TOKEN = /(?:[^\s;&|(){}`"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+|[;&|(){}`\n]/g;
const ENDS = /^[;&|(){}`\n]$/;
const QUOTED = /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/g;
/** A here-document is the input of its command. */
const HERE_DOCUMENT = /<<-?\s*(["']?)(\w+)\1([^\n]*)\n(?:[^\n]*\n)*?[ \t]*\2[ \t]*(?=\n|$)/g;

/** What stands before a command without being one. */
const KEYWORD = /^(?:if|then|elif|else|do|while|until|time|!|\w+=.*)$/s;

/** Programs that run another, given behind options: those with a value, and how many words come before it. */
const RUNNERS: Readonly<Record<string, { readonly valued: string; readonly words: number }>> = {
  command: { valued: '', words: 0 },
  doas: { valued: 'Cu', words: 0 },
  env: { valued: 'CSu', words: 0 },
  exec: { valued: 'a', words: 0 },
  flock: { valued: 'Ew', words: 1 },
  ionice: { valued: 'cn', words: 0 },
  nice: { valued: 'n', words: 0 },
  nohup: { valued: '', words: 0 },
  setsid: { valued: '', words: 0 },
  sudo: { valued: 'CDRTUghprtu', words: 0 },
  timeout: { valued: 'ks', words: 1 },
  xargs: { valued: 'EILPadns', words: 0 },
};

/** Programs that are given a command as one argument behind `-c`. */
const SHELLS: readonly string[] = ['ash', 'bash', 'dash', 'ksh', 'runuser', 'sh', 'su', 'zsh'];

/** By their names without a path, in the order of the command. */
export function programsRun(command: string): readonly string[] {
  const words = [...command.replace(HERE_DOCUMENT, '$3').replaceAll('\\\n', ' ').matchAll(TOKEN)];
  const commands: string[][] = [[]];
  for (const [word] of words) {
    if (ENDS.test(word)) commands.push([]);
    else commands.at(-1)?.push(unquoted(word));
  }
  return commands.flatMap(programsOf);
}

function unquoted(word: string): string {
  return word.replace(QUOTED, (_, double?: string, single?: string, escaped?: string) =>
    double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(["$\\`])/g, '$1'),
  );
}

/** Of one command: what runs another is passed over. */
function programsOf(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !KEYWORD.test(word));
  const [first = '', ...rest] = start < 0 ? [] : words.slice(start);
  const name = first.replace(/^.*\//s, '');
  if (name === '') return [];
  if (name === 'eval') return programsRun(rest.join(' '));
  if (SHELLS.includes(name)) return programsRun(behindC(rest));
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  return runner === undefined ? [name] : programsOf(behindOptions(rest, runner.valued).slice(runner.words));
}

function behindC(words: readonly string[]): string {
  const option = words.findIndex((word) => /^-\w*c$/.test(word));
  return option < 0 ? '' : (words[option + 1] ?? '');
}

function behindOptions(words: readonly string[], valued: string): readonly string[] {
  const [first = '', ...rest] = words;
  if (first === '--') return rest;
  if (!/^-./.test(first)) return words;
  const hasValue = /^-\w+$/.test(first) && valued.includes(first.slice(-1));
  return behindOptions(hasValue ? rest.slice(1) : rest, valued);
}
