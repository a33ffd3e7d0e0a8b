/** Log-ins to the guarded system's real sshd, from any of the attacker's addresses. */
import type { ChildProcess } from 'node:child_process';
import type { Container } from '../support/container.js';
import { until } from '../support/process.js';

export const password = 'correct horse';

/**
 * How a log-in ended: inside, password refused, no connection to be had (what a ban looks like), or the connection lost
 * before sshd could answer (a ban that came just then).
 */
export type LoginResult = 'logged in' | 'denied' | 'shut out' | 'cut off';

export interface Login {
  readonly from: string;
  readonly to: string;
  readonly user?: string;
  readonly password?: string;
  /** Runs there instead of `true`. */
  readonly command?: string;
}

/** How long a busy machine may take to answer, and how long it is waited for an answer that nobody expects, s. */
const PATIENCE = 30;
const IMPATIENCE = 3;

function ssh(
  { from, to, user = 'alice', password: secret = password, command = 'true' }: Login,
  patience: number,
): string[] {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'PreferredAuthentications=password',
    'NumberOfPasswordPrompts=1',
    `ConnectTimeout=${patience}`,
  ].flatMap((option) => ['-o', option]);
  return ['sshpass', '-p', secret, 'ssh', '-F', 'none', '-b', from, ...options, `${user}@${to}`, command];
}

/** A log-in that should reach sshd, however long that takes. */
export function tryLogin(container: Container, login: Login): Promise<LoginResult> {
  return attempt(container, login, PATIENCE);
}

/** A log-in that should be shut out: no answer soon is none. */
export function knock(container: Container, login: Login): Promise<LoginResult> {
  return attempt(container, login, IMPATIENCE);
}

async function attempt(container: Container, login: Login, patience: number): Promise<LoginResult> {
  const { status, err } = await container.attacker(ssh(login, patience), { timeout: 2 * patience + 20 });
  if (status === 0) return 'logged in';
  if (/Permission denied|Too many authentication failures/.test(err)) return 'denied';
  if (/timed out|No route to host|unreachable|prohibited|refused/i.test(err)) return 'shut out';
  if (/reset by|closed by|Broken pipe/i.test(err) || status < 0) return 'cut off';
  throw new Error(`the log-in from ${login.from} ended with status ${status}: ${err}`);
}

/**
 * Tries `times` wrong passwords one after the other. Throws unless sshd refused each of them: what comes after rests on
 * them all. Only the last one's answer may be lost, in a ban that comes just then.
 */
export async function guess(container: Container, login: Login, times: number): Promise<void> {
  for (let time = 1; time <= times; time += 1) {
    const result = await tryLogin(container, { ...login, password: `wrong ${time}` });
    if (result === 'denied' || (result === 'cut off' && time === times)) continue;
    throw new Error(`wrong password ${time} of ${times} from ${login.from} was not refused: ${result}`);
  }
}

/** A session that stays open and echoes what it is sent. */
export interface Session {
  /** True when the text comes back, which may take its time on a busy machine. */
  echoes(text: string): Promise<boolean>;
  readonly ended: boolean;
  close(): void;
}

export async function openSession(container: Container, login: Login): Promise<Session> {
  const program = container.attackerStart(ssh({ ...login, command: 'cat' }, PATIENCE));
  const session = follow(program);
  if (!(await session.echoes('hello'))) throw new Error(`no session from ${login.from}`);
  return session;
}

function follow(program: ChildProcess): Session {
  let seen = '';
  program.stdout?.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  return {
    echoes: async (text) => {
      program.stdin?.write(`${text}\n`);
      return until(`an echo of ${text}`, () => (seen.includes(text) ? true : undefined)).catch(() => false);
    },
    get ended() {
      return program.exitCode !== null;
    },
    close: () => void program.kill('SIGKILL'),
  };
}
