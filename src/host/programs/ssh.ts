/** Runs f2bctl on another machine over ssh, as systemctl -H does: who may do what is that machine's to say. */
import { spawn } from 'node:child_process';
import { F2bError } from '../../errors.js';
import { type CommandAnswer, runToEnd } from './run-command.js';

/** One word for the shell at the other end. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function argumentsFor(host: string, words: readonly string[], options: readonly string[]): readonly string[] {
  return [...options, '--', host, ['f2bctl', ...words.map(quoted)].join(' ')];
}

/** Banners and what ssh says of known hosts are no answer; what keeps it from connecting is. */
const ERRORS_ALONE = ['-o', 'LogLevel=ERROR'];

/** ssh(1): the connection could not be made, or broke. f2bctl ends with no such status. */
const NO_CONNECTION = 255;

function statusOf(status: number): number {
  return status === NO_CONNECTION ? new F2bError('HOST_UNREACHABLE').exitStatus : status;
}

/**
 * With this process' own input and output; resolves with the exit status of what ran there. What ends this process ends ssh,
 * and a screen that the other side could not give back is given back here. Throws HOST_UNREACHABLE, after ssh said why.
 */
export async function runThere(host: string, words: readonly string[], isTerminal: boolean): Promise<number> {
  const child = spawn('ssh', argumentsFor(host, words, isTerminal ? ['-t'] : []), {
    stdio: 'inherit',
  });
  const end = () => child.kill('SIGTERM');
  process.once('SIGTERM', end);
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(new F2bError('HOST_UNREACHABLE', host, { cause })));
    child.once('close', (code) => resolve(code ?? NO_CONNECTION));
  }).finally(() => process.off('SIGTERM', end));
  if (isTerminal && status === NO_CONNECTION && words.includes('top')) {
    const { LEAVE_SCREEN } = await import('../screen.js');
    process.stdout.write(LEAVE_SCREEN);
  }
  if (status !== NO_CONNECTION) return status;
  throw new F2bError('HOST_UNREACHABLE', host, { hint: `see what ssh says above, and that this works: ssh ${host}` });
}

/** The most of an answer that is kept, in characters: a host that was broken into may write without end. */
const MOST = 16_000_000;

/** What it answers there, both of its outputs in one. Throws HOST_UNREACHABLE when there is no ssh. */
export async function askThere(host: string, words: readonly string[]): Promise<CommandAnswer> {
  const answer = await runToEnd('ssh', argumentsFor(host, words, ERRORS_ALONE), MOST).catch((cause: unknown) => {
    throw new F2bError('HOST_UNREACHABLE', host, { cause });
  });
  const status = statusOf(answer.status);
  if (answer.output.length < MOST) return { ...answer, status };
  return {
    status,
    output: `${answer.output}\nf2bctl: the answer is too long, the rest of it is left out: ask for less`,
  };
}
