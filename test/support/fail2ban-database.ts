/** fail2ban's databases, as its database.py makes them. */
import { type Database, openDatabase } from '../../src/store/database.js';

const COMMON = `CREATE TABLE fail2banDb(version INTEGER);
  CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1);`;

/** fail2ban 0.9 and 0.10, and 0.11 to 1.1. */
const schemas: Readonly<Record<number, string>> = {
  2: `CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, data JSON,
    FOREIGN KEY(jail) REFERENCES jails(name));`,
  4: `CREATE TABLE bans(jail TEXT NOT NULL, ip TEXT, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL,
      bancount INTEGER NOT NULL default 1, data JSON, FOREIGN KEY(jail) REFERENCES jails(name));
    CREATE TABLE bips(ip TEXT NOT NULL, jail TEXT NOT NULL, timeofban INTEGER NOT NULL, bantime INTEGER NOT NULL,
      bancount INTEGER NOT NULL default 1, data JSON, PRIMARY KEY(ip, jail), FOREIGN KEY(jail) REFERENCES jails(name));
    CREATE INDEX bips_timeofban ON bips(timeofban); CREATE INDEX bips_ip ON bips(ip);`,
};

export interface BanRow {
  readonly ip: string;
  readonly jail?: string;
  /** s */
  readonly timeofban: number;
  readonly bantime?: number;
  readonly bancount?: number;
  readonly data?: string;
}

/** `version`: of the schema; one that is not known has the tables of the newest. */
export async function makeFail2banDatabase(path: string, version: number, rows: readonly BanRow[]): Promise<void> {
  const database = await openDatabase(path, 'create');
  await database.exec(`${COMMON} ${schemas[version] ?? schemas[4]} INSERT INTO fail2banDb VALUES (${version}); BEGIN`);
  for (const row of rows) await addRow(database, version, row);
  await database.exec('COMMIT');
  await database.close();
}

async function addRow(database: Database, version: number, row: BanRow): Promise<void> {
  const { ip, jail = 'sshd', timeofban, bantime = 600, bancount = 1, data = '{"matches": [], "failures": 5}' } = row;
  const blob = Buffer.from(data);
  if (version === 2) {
    await database.run('INSERT INTO bans VALUES (?, ?, ?, ?)', jail, ip, timeofban, blob);
    return;
  }
  const values = [timeofban, bantime, bancount, blob] as const;
  await database.run('INSERT INTO bans VALUES (?, ?, ?, ?, ?, ?)', jail, ip, ...values);
  await database.run('INSERT OR REPLACE INTO bips VALUES (?, ?, ?, ?, ?, ?)', ip, jail, ...values);
}
