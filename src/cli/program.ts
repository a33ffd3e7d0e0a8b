/**
 * f2bctl: the table of verbs, and how a run ends.
 * Invariant: every run ends with a status of sysexits.h and, if not 0, a hint.
 */
import { Command, CommanderError } from 'commander';
import { printableLines } from '../core/printable.js';
import { asF2bError, F2bError } from '../errors.js';
import { nearest } from '../filter/nearest.js';
import { errorLines } from '../text/error-lines.js';
import { foreignWord, inOrder } from './arguments/foreign-words.js';
import { type AddCommand, EndWith } from './command.js';
import type { Dependencies } from './dependencies.js';
import { styleFor } from './print/style.js';
import { remoteCommand, runOnHosts } from './remote.js';
import { allVerbs, verbs } from './verbs.js';

const USAGE_STATUS = 64;

/** The command line with these verbs; `complain` hears what is wrong with what was typed. */
export function buildProgram(
  dependencies: Dependencies,
  added: readonly AddCommand[],
  complain: (text: string) => void,
): Command {
  const program = new Command('f2bctl')
    .description('See and change what the agent f2bd does.')
    .version(`f2bctl ${dependencies.version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('-H, --host <host>', 'on another machine, over ssh; may be repeated')
    .option('--no-pager', 'print all at once, also on a terminal')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    .showHelpAfterError('hint: --help lists the commands, and behind a command its arguments and options')
    .configureOutput({
      writeOut: (text) => dependencies.output.write(text),
      writeErr: complain,
      outputError: (text, write) => write(printableLines(text.replace(/^error: /, 'f2bctl: '))),
    })
    .addHelpText('after', '\nf2bctl COMMAND --help lists the options of a command; f2bctl(1) describes them all.')
    .exitOverride();
  for (const add of added) add(program, dependencies);
  for (const command of program.commands) {
    const name = `f2bctl ${command.name()}`;
    command.showHelpAfterError(`hint: write ${name} ${command.usage()}; ${name} --help lists the options`);
  }
  return program;
}

/**
 * Runs f2bctl with the arguments behind its name and returns its exit status. Never throws; messages go to
 * `dependencies.errors`.
 */
export async function runProgram(argv: readonly string[], dependencies: Dependencies): Promise<number> {
  const complaints: string[] = [];
  let words: readonly string[] = [];
  try {
    const remote = remoteCommand(argv);
    if (remote.hosts.length > 0) return await runOnHosts(remote, dependencies);
    const isPaged = !argv.includes('--no-pager');
    const given = argv.filter((word) => word !== '--no-pager');
    words = helpAlone(outputFirst(given.map((word) => word.replace(/^--(?=json(?:-pretty)?$)/, '--output='))));
    requireCommand(words);
    const needed = await neededFor(words);
    const paged = isPaged ? dependencies : { ...dependencies, pager: async () => undefined };
    const program = buildProgram(paged, needed, (text) => void complaints.push(text));
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof EndWith) return error.status;
    const foreign = error instanceof CommanderError ? await foreignAnswer(error, words) : undefined;
    if (error instanceof CommanderError && foreign === undefined) {
      dependencies.errors.write(complaints.join(''));
      return error.exitCode === 0 ? 0 : USAGE_STATUS;
    }
    const known = foreign ?? asF2bError(error);
    reportError(known, dependencies);
    return known.exitStatus;
  }
}

/** The verb that is asked for; all of them for a help text that lists them, none to print the version. */
async function neededFor([word = '']: readonly string[]): Promise<readonly AddCommand[]> {
  if (word === '-V' || word === '--version') return [];
  const load = verbs.get(word);
  return load === undefined ? allVerbs() : [await load()];
}

/** What people bring from other programs is answered with the command that they mean. Throws USAGE. */
function requireCommand([word = '', ...rest]: readonly string[]): void {
  const names = new Set(['help', ...verbs.keys()]);
  const [asked] = rest;
  if (word === 'help' && asked !== undefined && !verbs.has(asked)) requireCommand(rest);
  if (word === '' || names.has(word) || ['-h', '--help', '-V', '--version'].includes(word)) return;
  const meant = word.startsWith('-') ? undefined : nearest(word, [...names]);
  // `hlp ban` is a slip of `help ban`; only what is none may be a jail or an address.
  const answer = foreignWord(word, rest) ?? (meant === undefined ? inOrder([word, ...rest], names) : undefined);
  if (answer === undefined && meant === undefined && word.startsWith('-')) return;
  const otherwise = meant === undefined ? 'f2bctl --help lists the commands' : `did you mean ${meant}?`;
  const kind = word.startsWith('-') ? 'option' : 'command';
  throw new F2bError('USAGE', `there is no ${kind} ${JSON.stringify(word)}`, {
    hint: answer === undefined ? otherwise : `write: ${answer}`,
  });
}

/** The same for what stands behind a command; undefined for what nobody knows. */
async function foreignAnswer({ code, message }: CommanderError, words: readonly string[]) {
  const { foreignOption, foreignWording } = await import('./arguments/foreign-options.js');
  const wording = foreignWording(code, words);
  if (wording !== undefined)
    return new F2bError('USAGE', message.replace(/^error: /, ''), { hint: `write: ${wording}` });
  const [verb = ''] = words;
  const option = /unknown option '([^'=]+)/.exec(message)?.[1];
  if (code !== 'commander.unknownOption' || option === undefined) return undefined;
  const answer = foreignOption(verb, option);
  if (answer === undefined) return undefined;
  return new F2bError('USAGE', `f2bctl ${verb} has no option ${option}`, { hint: `write: ${answer}` });
}

/** `f2bctl --output=json status` is `f2bctl status --output=json`: the option belongs to the verbs. */
function outputFirst(argv: readonly string[]): string[] {
  const [option = '', ...rest] = argv;
  const joined = /^(?:--output=|-o.)/.test(option);
  const separate = option === '--output' || option === '-o';
  if (joined) return [...rest, option];
  const [value, ...others] = rest;
  return separate && value !== undefined ? [...others, option, value] : [...argv];
}

/** The help of help is that of all commands. */
function helpAlone(words: readonly string[]): readonly string[] {
  return words.join(' ') === 'help help' ? ['help'] : words;
}

/** Prints an error with what to do about it. */
export function reportError(error: F2bError, { errors, environment }: Dependencies): void {
  for (const line of errorLines(error, styleFor(errors, environment), 'f2bctl')) errors.write(`${line}\n`);
}
