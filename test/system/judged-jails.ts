/** Jails on disk, and what an agent that reads the journals once makes of them; inside the namespaces of private-journald.ts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/repository.js';

/** The configuration and the state of the agent under test. */
export const folder = '/run/f2b-test';

/** A jail of the unit that bans at the third failure. */
export function jail(name: string, journal: string): void {
  const limits = '[Ban]\nMaxRetry=3\nFindTime=1h\nBanTime=1d\n';
  mkdirSync(join(folder, 'config/units'), { recursive: true });
  writeFileSync(join(folder, 'config/f2bd.conf'), '');
  writeFileSync(
    join(folder, `config/units/${name}.conf`),
    `[Jail]\nFilter=sshd\n[Journal]\n${journal}\nUser=root\n${limits}`,
  );
}

/** Runs the agent until it has read everything; what it says of jails and addresses then. */
export function judged(): unknown {
  const state = ['--state-directory', join(folder, 'state')];
  const config = ['--config-directory', join(folder, 'config')];
  mkdirSync(join(folder, 'state'), { recursive: true });
  const agent = [join(repository, 'dist/f2bd.js'), '--dry-run', '--until-idle', ...state, ...config];
  const done = spawnSync(process.execPath, agent, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`the agent ended with status ${done.status}: ${done.stderr}`);
  const exported = [join(repository, 'dist/f2bctl.js'), 'state', 'export', ...state];
  const records = execFileSync(process.execPath, exported, { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const of = (type: string) => records.filter((record) => record.type === type);
  return {
    failures: of('failure').map(({ jail: name, address }) => `${name} ${address}`),
    bans: of('ban').map(({ jail: name, address, failures }) => `${name} ${address} ${failures}`),
    others: of('cursor').map(({ others }) => Object.keys(others ?? {})),
  };
}
