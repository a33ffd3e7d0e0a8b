/** Whom fail2ban has banned: by its database or, where it keeps none, by what its server says while it runs. */
import { printable } from '../../core/printable.js';
import { asF2bError } from '../../errors.js';
import { databasePath } from '../../import/database-path.js';
import { listedBans } from '../../import/listed-bans.js';
import type { Dependencies, Fail2banRows } from '../dependencies.js';
import { fail2banServer } from './fail2ban-server.js';

export type Fail2banBans =
  | ({ readonly kind: 'rows' } & Fail2banRows)
  /** `why`: what is to be told. */
  | { readonly kind: 'none'; readonly why: string };

/** `database`: instead of the file that fail2ban's configuration names. */
export async function fail2banBans(
  directory: string,
  database: string | undefined,
  dependencies: Dependencies,
): Promise<Fail2banBans> {
  const { configuration, fail2banDatabase } = dependencies;
  const kept =
    database === undefined ? databasePath(directory, configuration) : ({ kind: 'file', path: database } as const);
  if (kept.kind === 'memory') return runningBans(directory, printable(kept.dbfile), dependencies);
  const found = await fail2banDatabase(kept.path);
  if (found === undefined) return { kind: 'none', why: `fail2ban keeps no bans in ${printable(kept.path)}` };
  return { kind: 'rows', ...found };
}

async function runningBans(directory: string, dbfile: string, dependencies: Dependencies): Promise<Fail2banBans> {
  const { now, zone } = dependencies;
  const server = fail2banServer(directory, dependencies);
  const memory = `fail2ban keeps its bans in memory alone (dbfile = ${dbfile})`;
  if (!(await server.answers())) return { kind: 'none', why: `${memory} and does not answer` };
  try {
    const rows = [];
    for (const jail of await server.jails())
      rows.push(...listedBans(jail, await server.bannedWithTimes(jail), now(), zone));
    const problems = [`${memory}: they are taken from there, without the counts by which later ones grow`];
    return { kind: 'rows', rows, problems };
  } catch (error) {
    return { kind: 'none', why: `${memory}: ${asF2bError(error).message}` };
  }
}
