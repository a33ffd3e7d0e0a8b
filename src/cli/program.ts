/**
 * f2bctl: the table of verbs, and how a run ends.
 * Invariant: every run ends with a status of sysexits.h and, if not 0, a hint.
 */
import { Command, CommanderError } from 'commander';
import { printableLines } from '../core/printable.js';
import { asF2bError, F2bError } from '../errors.js';
import { nearest } from '../filter/nearest.js';
import { errorLines } from '../text/error-lines.js';
import { type AddCommand, EndWith } from './command.js';
import { addActions } from './commands/actions.js';
import { addAllow } from './commands/allow.js';
import { addAllowed } from './commands/allowed.js';
import { addBan } from './commands/ban.js';
import { addBans, addSearch } from './commands/bans.js';
import { addCheckFilter } from './commands/check-filter.js';
import { addDisallow } from './commands/disallow.js';
import { addDoctor } from './commands/doctor.js';
import { addImport } from './commands/import.js';
import { addCat } from './commands/jails/cat.js';
import { addCheck } from './commands/jails/check.js';
import { addEdit } from './commands/jails/edit.js';
import { addDisable, addEnable } from './commands/jails/enable.js';
import { addIsActive, addIsEnabled } from './commands/jails/is-active.js';
import { addListJails } from './commands/jails/list-jails.js';
import { addRevert } from './commands/jails/revert.js';
import { addSet } from './commands/jails/set.js';
import { addShow } from './commands/jails/show.js';
import { addLog } from './commands/log.js';
import { addMetrics } from './commands/metrics.js';
import { addPing, addVersion } from './commands/ping.js';
import { addReload } from './commands/reload.js';
import { addReport } from './commands/report.js';
import { addSimulate } from './commands/simulate.js';
import { addState } from './commands/state.js';
import { addStatus } from './commands/status.js';
import { addTest } from './commands/test.js';
import { addUnban } from './commands/unban.js';
import { addVerify } from './commands/verify.js';
import { addWhy } from './commands/why.js';
import type { Dependencies } from './dependencies.js';
import { foreignWord } from './foreign-words.js';
import { styleFor } from './print/style.js';
import { remoteCommand, runOnHosts } from './remote.js';

/** In the order of the help text. */
const verbs: readonly AddCommand[] = [
  addStatus,
  addBans,
  addSearch,
  addBan,
  addUnban,
  addWhy,
  addAllow,
  addDisallow,
  addAllowed,
  addLog,
  addReport,
  addListJails,
  addShow,
  addCat,
  addEdit,
  addRevert,
  addSet,
  addEnable,
  addDisable,
  addIsActive,
  addIsEnabled,
  addImport,
  addCheck,
  addCheckFilter,
  addDoctor,
  addReload,
  addVerify,
  addTest,
  addSimulate,
  addState,
  addActions,
  addMetrics,
  addPing,
  addVersion,
];

const USAGE_STATUS = 64;

/** The whole command line. */
export function buildProgram(dependencies: Dependencies): Command {
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
      writeErr: (text) => dependencies.errors.write(text),
      outputError: (text, write) => write(printableLines(text.replace(/^error: /, 'f2bctl: '))),
    })
    .addHelpText('after', '\nf2bctl COMMAND --help lists the options of a command; f2bctl(1) describes them all.')
    .exitOverride();
  for (const add of verbs) add(program, dependencies);
  return program;
}

/**
 * Runs f2bctl with the arguments behind its name and returns its exit status. Never throws; messages go to
 * `dependencies.errors`.
 */
export async function runProgram(argv: readonly string[], dependencies: Dependencies): Promise<number> {
  try {
    const remote = remoteCommand(argv);
    if (remote.hosts.length > 0) return await runOnHosts(remote, dependencies);
    const isPaged = !argv.includes('--no-pager');
    const program = buildProgram(isPaged ? dependencies : { ...dependencies, pager: async () => undefined });
    const given = argv.filter((word) => word !== '--no-pager');
    const words = outputFirst(given.map((word) => (word === '--json' ? '--output=json' : word)));
    requireCommand(program, words);
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof EndWith) return error.status;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_STATUS;
    const known = asF2bError(error);
    reportError(known, dependencies);
    return known.exitStatus;
  }
}

/** What people bring from other programs is answered with the command that they mean. Throws USAGE. */
function requireCommand(program: Command, [word = '', ...rest]: readonly string[]): void {
  const names = ['help', ...program.commands.map((command) => command.name())];
  if (word === '' || names.includes(word) || ['-h', '--help', '-V', '--version'].includes(word)) return;
  const answer = foreignWord(word, rest);
  const meant = word.startsWith('-') ? undefined : nearest(word, names);
  if (answer === undefined && meant === undefined && word.startsWith('-')) return;
  const otherwise = meant === undefined ? 'f2bctl --help lists the commands' : `did you mean ${meant}?`;
  const kind = word.startsWith('-') ? 'option' : 'command';
  throw new F2bError('USAGE', `there is no ${kind} ${JSON.stringify(word)}`, {
    hint: answer === undefined ? otherwise : `write: ${answer}`,
  });
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

/** Prints an error with what to do about it. */
export function reportError(error: F2bError, { errors, environment }: Dependencies): void {
  for (const line of errorLines(error, styleFor(errors, environment), 'f2bctl')) errors.write(`${line}\n`);
}
