/** Log-ins to the guarded system's real sshd, from any of the attacker's addresses. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Container } from '../support/container.js';
import { run, until } from '../support/process.js';
import { shownScreen } from '../support/shown-screen.js';

export const password = 'correct horse';

/** xterm's control sequence for the alternate screen. */
const ENTER = '\u001b[?1049h';

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
const TIMEOUT = 30;
const IMPATIENCE = 3;

function ssh(
  { from, to, user = 'alice', password: secret = password, command = 'true' }: Login,
  timeout: number,
): string[] {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'PreferredAuthentications=password',
    'NumberOfPasswordPrompts=1',
    `ConnectTimeout=${timeout}`,
  ].flatMap((option) => ['-o', option]);
  return ['sshpass', '-p', secret, 'ssh', '-F', 'none', '-b', from, ...options, `${user}@${to}`, command];
}

/** A log-in that should reach sshd, however long that takes. */
export function tryLogin(container: Container, login: Login): Promise<LoginResult> {
  return attempt(container, login, TIMEOUT);
}

/** A log-in that should be shut out: no answer soon is none. */
export function knock(container: Container, login: Login): Promise<LoginResult> {
  return attempt(container, login, IMPATIENCE);
}

async function attempt(container: Container, login: Login, timeout: number): Promise<LoginResult> {
  const { status, err } = await container.attacker(ssh(login, timeout), { timeout: 2 * timeout + 20 });
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
  const program = container.attackerStart(ssh({ ...login, command: 'cat' }, TIMEOUT));
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

/** A log-in with a terminal of 80x24 at this end. */
export interface WatchedTerminal {
  /** What is shown there now. */
  screen(): string;
  resize(columns: number, rows: number): Promise<void>;
  /** Breaks the connection. */
  close(): void;
}

/** Logs in by a key, as sshpass(1) would hear of the terminal's size in the place of ssh(1). */
export async function openTerminal(container: Container, login: Login): Promise<WatchedTerminal> {
  const { user = 'alice' } = login;
  const folder = mkdtempSync(join(tmpdir(), 'f2b-key-'));
  const key = join(folder, 'key');
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
  await container.ask(
    `install -d -o ${user} -m 700 /home/${user}/.ssh && cat > /home/${user}/.ssh/authorized_keys && chown -R ${user} /home/${user}/.ssh`,
    { input: readFileSync(`${key}.pub`, 'utf8') },
  );
  const [, , , ...command] = ssh(login, TIMEOUT);
  const words = command.map((word) => (word === 'PreferredAuthentications=password' ? `IdentityFile=${key}` : word));
  const program = [...words.slice(0, -2), '-tt', ...words.slice(-2).map((word) => `'${word}'`)].join(' ');
  const steps = `export TERM=xterm-256color; stty cols 80 rows 24; echo TTY=$(tty); exec ${program}`;
  const child = container.attackerStart(['script', '--quiet', '--flush', '--command', steps, '/dev/null']);
  let written = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  let [columns, rows] = [80, 24];
  return {
    screen: () => shownScreen(written.slice(written.lastIndexOf(ENTER)), columns, rows).join('\n'),
    async resize(...size) {
      [columns, rows] = size;
      const tty = /TTY=(\S+)/.exec(written)?.[1] ?? '';
      await run(['stty', '-F', tty, 'cols', String(columns), 'rows', String(rows)]);
    },
    close: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}
