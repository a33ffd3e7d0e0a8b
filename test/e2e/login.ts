/** Log-ins to the guarded system's real sshd, from any of the attacker's addresses. */
import type { ChildProcess } from 'node:child_process';
import type { Container } from './container.js';
import { until } from './process.js';

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

function ssh({ from, to, user = 'alice', password: secret = password, command = 'true' }: Login): string[] {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'PreferredAuthentications=password',
    'NumberOfPasswordPrompts=1',
    'ConnectTimeout=3',
  ].flatMap((option) => ['-o', option]);
  return ['sshpass', '-p', secret, 'ssh', '-F', 'none', '-b', from, ...options, `${user}@${to}`, command];
}

export async function tryLogin(container: Container, login: Login): Promise<LoginResult> {
  const { status, err } = await container.attacker(ssh(login), { timeout: 20 });
  if (status === 0) return 'logged in';
  if (/Permission denied|Too many authentication failures/.test(err)) return 'denied';
  if (/timed out|No route to host|unreachable|prohibited|refused/i.test(err) || status < 0) return 'shut out';
  if (/reset by|closed by|Broken pipe/i.test(err)) return 'cut off';
  throw new Error(`the log-in from ${login.from} ended with status ${status}: ${err}`);
}

/** Tries `times` wrong passwords one after the other; how each ended. */
export async function guess(container: Container, login: Login, times: number): Promise<readonly LoginResult[]> {
  const results: LoginResult[] = [];
  for (let time = 1; time <= times; time += 1) {
    results.push(await tryLogin(container, { ...login, password: `wrong ${time}` }));
  }
  return results;
}

/** A session that stays open and echoes what it is sent. */
export interface Session {
  /** True when the text comes back, which may take its time on a busy machine. */
  echoes(text: string): Promise<boolean>;
  readonly ended: boolean;
  close(): void;
}

export async function openSession(container: Container, login: Login): Promise<Session> {
  const program = container.attackerStart(ssh({ ...login, command: 'cat' }));
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
