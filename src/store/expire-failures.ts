/**
 * Deletes the failures that have expired; after a pause a million may have at once.
 * Invariant: whichever way is taken, those that have not expired are left, and nothing else.
 */
import type { Expiry } from './changes.js';
import type { Cell, Database } from './database.js';

/** Fewer are always deleted one by one: some tenths of a second at the most. */
const MANY = 10_000;

/**
 * A row takes 10 to 30 µs to delete, as it lies anywhere in two trees. A table is emptied at once, so where less is left
 * than goes, it is emptied, and what is left is put back. Belongs into a transaction.
 */
export async function expireFailures(database: Database, expiries: readonly Expiry[]): Promise<void> {
  let expired = 0;
  for (const { jail, before } of expiries) {
    expired += await count(database, 'WHERE jail = ? AND at <= ?', jail, before);
  }
  if (expired > MANY && expired > (await count(database, '')) / 2) await putBack(database, expiries);
  else await deleteEach(database, expiries);
}

async function count(database: Database, where: string, ...parameters: readonly Cell[]): Promise<number> {
  const [row] = await database.rows(`SELECT count(*) AS count FROM failure ${where}`, ...parameters);
  return Number(row?.['count']);
}

async function deleteEach(database: Database, expiries: readonly Expiry[]): Promise<void> {
  for (const { jail, before } of expiries) {
    await database.run('DELETE FROM failure WHERE jail = ? AND at <= ?', jail, before);
  }
}

async function putBack(database: Database, expiries: readonly Expiry[]): Promise<void> {
  const ends = new Map(expiries.map(({ jail, before }) => [jail, before]));
  await database.exec('CREATE TABLE rest AS SELECT * FROM failure LIMIT 0');
  for (const jail of await jails(database)) {
    const end = ends.get(jail) ?? Number.MIN_SAFE_INTEGER;
    await database.run('INSERT INTO rest SELECT * FROM failure WHERE jail = ? AND at > ?', jail, end);
  }
  await database.exec('DELETE FROM failure; INSERT INTO failure SELECT * FROM rest; DROP TABLE rest');
}

/** The jails that have failures. Each step asks the index for the next name: DISTINCT would look at every row. */
async function jails(database: Database): Promise<readonly string[]> {
  const rows = await database.rows(`WITH RECURSIVE name (jail) AS (
      SELECT min(jail) FROM failure
      UNION ALL SELECT (SELECT min(jail) FROM failure WHERE jail > name.jail) FROM name WHERE name.jail IS NOT NULL
    ) SELECT jail FROM name WHERE jail IS NOT NULL`);
  return rows.map(({ jail }) => String(jail));
}
