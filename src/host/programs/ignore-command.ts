/** The command that IgnoreCommand= names. Invariant: it runs without a shell, and not for long. */
import { execFile } from 'node:child_process';

/** The longest a command may run, ms. */
const TIMEOUT = 10_000;

/**
 * Runs IgnoreCommand= without a shell; `<ip>` in an argument stands for the address, which is also in the
 * environment, with the jail, as F2B_ADDRESS and F2B_JAIL. True: exit status 0, the address is spared. Never rejects.
 */
export function ignoreCommand(argv: readonly string[], address: string, jail: string): Promise<boolean> {
  const [file = '', ...rest] = argv.map((word) => word.replaceAll('<ip>', address));
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', F2B_ADDRESS: address, F2B_JAIL: jail };
  return new Promise((resolve) => {
    execFile(file, rest, { env, timeout: TIMEOUT, killSignal: 'SIGKILL', maxBuffer: 65_536 }, (error) => {
      resolve(error === null);
    });
  });
}
