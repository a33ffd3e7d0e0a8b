/**
 * f2bctl: the table of verbs, and how a run ends.
 * Invariant: every run ends with a status of sysexits.h and, if not 0, a hint.
 */
import { Command, CommanderError } from 'commander';
import { printableLines } from '../core/printable.js';
import { asF2bError, type F2bError } from '../errors.js';
import { errorLines } from '../text/error-lines.js';
import type { AddCommand } from './command.js';
import { addAllow } from './commands/allow.js';
import { addAllowed } from './commands/allowed.js';
import { addBan } from './commands/ban.js';
import { addBans } from './commands/bans.js';
import { addDisallow } from './commands/disallow.js';
import { addLog } from './commands/log.js';
import { addReload } from './commands/reload.js';
import { addSimulate } from './commands/simulate.js';
import { addState } from './commands/state.js';
import { addStatus } from './commands/status.js';
import { addTest } from './commands/test.js';
import { addUnban } from './commands/unban.js';
import { addVerify } from './commands/verify.js';
import { addWhy } from './commands/why.js';
import type { Dependencies } from './dependencies.js';
import { styleFor } from './print/style.js';

/** In the order of the help text. */
const verbs: readonly AddCommand[] = [
  addStatus,
  addBans,
  addBan,
  addUnban,
  addWhy,
  addAllow,
  addDisallow,
  addAllowed,
  addLog,
  addReload,
  addVerify,
  addTest,
  addSimulate,
  addState,
];

const USAGE_STATUS = 64;

/** The whole command line. */
export function buildProgram(dependencies: Dependencies): Command {
  const program = new Command('f2bctl')
    .description('See and change what the agent f2bd does.')
    .version(`f2bctl ${dependencies.version}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
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
    await buildProgram(dependencies).parseAsync(outputFirst(argv), { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_STATUS;
    const known = asF2bError(error);
    reportError(known, dependencies);
    return known.exitStatus;
  }
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
