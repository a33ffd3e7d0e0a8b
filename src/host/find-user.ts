/** Users by name, as the name services of this machine know them. Invariant: a look-up ends within seconds. */
import { execFileSync } from 'node:child_process';

/** A directory of users on another machine that does not answer must not hold up the agent for long, ms. */
const TIMEOUT = 2_000;

/** The number of a user that is not in /etc/passwd, as the system's name services know it (nsswitch.conf(5)). */
export function findUser(name: string): number | undefined {
  try {
    const found = execFileSync('getent', ['passwd', '--', name], {
      encoding: 'utf8',
      timeout: TIMEOUT,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const uid = found.split(':')[2] ?? '';
    return /^\d{1,10}$/.test(uid) ? Number(uid) : undefined;
  } catch {
    return undefined;
  }
}
