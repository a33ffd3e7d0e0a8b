/** fail2ban as Debian has it, unpacked and not installed: its action files, and which commands it runs for them. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ShellCommand } from '../../src/actions/fail2ban/shell-command.js';
import { cache } from './cache.js';
import { repository } from './repository.js';

/** iptables, unpacked too: firewalld would use one that is installed. Undefined when it is not there. */
export const unpackedIptables = [join(cache, 'bench/iptables/usr')]
  .filter((folder) => existsSync(folder))
  .map((folder) => ({
    program: join(folder, 'sbin/xtables-nft-multi'),
    extensions: readdirSync(join(folder, 'lib')).map((name) => join(folder, 'lib', name, 'xtables'))[0] ?? '',
  }))[0];

export interface Fail2banPackage {
  readonly version: string;
  /** Its etc/fail2ban. */
  readonly configuration: string;
  /** The folder that its Python package is in. */
  readonly python: string;
}

/** Those that are there: test/setup fetches them. */
export const fail2banPackages: readonly Fail2banPackage[] = ['bookworm', 'trixie']
  .map((suite) => join(cache, suite, 'fail2ban'))
  .filter((folder) => existsSync(folder))
  .map((folder) => ({
    version: folder.includes('bookworm') ? '1.0.2' : '1.1.0',
    configuration: join(folder, 'etc/fail2ban'),
    python: join(folder, 'usr/lib/python3/dist-packages'),
  }));

/** The names of the action files that are not in Python. */
export function actionFilesOf({ configuration }: Pick<Fail2banPackage, 'configuration'>): readonly string[] {
  return readdirSync(join(configuration, 'action.d'))
    .filter((file) => file.endsWith('.conf'))
    .map((file) => file.slice(0, -'.conf'.length))
    .toSorted();
}

/** What happens in the life of a jail. `time` in seconds. */
export type Step = { readonly time: number } & (
  | { readonly do: 'start' | 'stop' }
  | {
      readonly do: 'ban';
      readonly ip: string;
      readonly failures: number;
      readonly bancount: number;
      readonly restored?: boolean;
      readonly matches: readonly string[];
      /** What the filter found. */
      readonly data?: { readonly user: string };
    }
  | { readonly do: 'unban'; readonly ip: string }
);

export interface Case {
  readonly jail: string;
  readonly file: string;
  readonly options: Readonly<Record<string, string>>;
  /** Which of the commands fail, counted from 1. */
  readonly failing: readonly number[];
  readonly life: readonly Step[];
}

/** The commands in their order, or why there are none. */
export interface Ran {
  readonly commands?: readonly ShellCommand[];
  readonly wrong?: string;
}

/** What fail2ban itself runs. `configuration`: another folder with an action.d. */
export function whatFail2banRuns(
  { python, configuration }: Fail2banPackage,
  cases: readonly Case[],
  other = configuration,
): readonly Ran[] {
  const script = join(repository, 'test/support/fail2ban-commands.py');
  const { stdout, stderr } = spawnSync('python3', [script, python, other], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (stdout === '') throw new Error(`fail2ban's classes did not answer: ${stderr}`);
  return JSON.parse(stdout);
}
