import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '../../../src/store/database.js';
import { readFail2banDatabase } from '../../../src/store/fail2ban-database.js';
import { type BanRow, makeFail2banDatabase } from '../../support/fail2ban-database.js';

const folder = mkdtempSync(join(tmpdir(), 'f2b-fail2ban-'));
after(() => rmSync(folder, { recursive: true }));

const one: BanRow = { ip: '192.0.2.1', timeofban: 1_700_000_000, bantime: 3600, bancount: 4 };

/** A new database, at a path of its own. */
async function made(name: string, version: number, rows: readonly BanRow[]): Promise<string> {
  const path = join(folder, name);
  await makeFail2banDatabase(path, version, rows);
  return path;
}

test('the latest bans are read with their times, counts and failures, and nothing is written', async () => {
  const path = await made('four', 4, [one, { ...one, timeofban: 1_700_009_000 }]);
  const before = readFileSync(path);
  const read = await readFail2banDatabase(path);
  assert.deepEqual(read, {
    rows: [
      { id: 1, jail: 'sshd', ip: '192.0.2.1', timeofban: 1_700_009_000, bantime: 3600, bancount: 4, failures: 5 },
    ].map((row) => ({ ...row, id: 2 })),
    problems: [],
  });
  assert.deepEqual(readFileSync(path), before);
});

test('the schema of 0.10 has no ban times: each of its rows is handed on', async () => {
  const read = await readFail2banDatabase(await made('two', 2, [one, { ...one, timeofban: 1_700_009_000 }]));
  assert.deepEqual(
    read?.rows.map(({ timeofban, bantime, failures }) => [timeofban, bantime, failures]),
    [
      [1_700_000_000, undefined, 5],
      [1_700_009_000, undefined, 5],
    ],
  );
});

test('of a newer schema what is known is read, and it is told', async () => {
  const read = await readFail2banDatabase(await made('five', 5, [one]));
  assert.equal(read?.rows.length, 1);
  assert.match(read?.problems.join() ?? '', /its schema 5 is newer/);
});

test('a damaged page costs the rows on it, and it is told', async () => {
  const rows = Array.from({ length: 4_000 }, (_, n) => ({ ...one, ip: `10.0.${n >> 8}.${n & 255}` }));
  const path = await made('damaged', 4, rows);
  const bytes = readFileSync(path);
  // A leaf page of a table begins with 13; in `bips` the address comes before the jail.
  const page = bytes.indexOf('10.0.5.5sshd') >> 12;
  assert.equal(bytes[page * 4096], 13);
  bytes.fill(0xff, page * 4096, (page + 1) * 4096);
  writeFileSync(path, bytes);
  const read = await readFail2banDatabase(path);
  const found = new Set(read?.rows.map(({ ip }) => ip));
  assert.ok(found.size >= 3_800 && found.size < 4_000, `${found.size} rows`);
  assert.match(read?.problems.join() ?? '', /a part of it is damaged and is passed over/);
});

test('what is no database of fail2ban’s is told, and is no end', async () => {
  const cases: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ['garbage', (path) => writeFileSync(path, 'SQLite format 3? no'.repeat(300)), /not a database/],
    ['empty', (path) => writeFileSync(path, ''), /no table of bans/],
    ['fifo', (path) => void execFileSync('mkfifo', [path]), /no regular file/],
    ['folder', (path) => void execFileSync('mkdir', [path]), /no regular file/],
    ['link', (path) => symlinkSync(join(folder, 'four'), path), /no regular file/],
  ];
  for (const [name, make, told] of cases) {
    const path = join(folder, name);
    make(path);
    const read = await readFail2banDatabase(path);
    assert.deepEqual(read?.rows, [], name);
    assert.match(read?.problems.join() ?? '', told, name);
  }
  assert.equal(await readFail2banDatabase(join(folder, 'nowhere')), undefined);
});

test('a file that everybody may write to is not believed', async () => {
  const path = await made('open', 4, [one]);
  chmodSync(path, 0o666);
  assert.equal(statSync(path).mode & 0o002, 2);
  assert.match((await readFail2banDatabase(path))?.problems.join() ?? '', /everybody may write to it/);
});

test('a locked database is told once the timeout is over', async () => {
  const path = await made('locked', 4, [one]);
  const holder = await openDatabase(path, 'create');
  await holder.exec('BEGIN EXCLUSIVE');
  const read = await readFail2banDatabase(path, { timeout: 50 });
  await holder.exec('COMMIT');
  await holder.close();
  assert.deepEqual(read?.rows, []);
  assert.match(read?.problems.join() ?? '', /locked.*: no ban is carried over from it; try again/);
  assert.equal((await readFail2banDatabase(path, { timeout: 50 }))?.rows.length, 1);
});

test('a database that is locked while it is read is told as locked, not as damaged', async () => {
  const path = await made('locked-later', 4, [one]);
  const holder = await openDatabase(path, 'create');
  let isLocked = false;
  const open: typeof openDatabase = async (...file) => {
    const database = await openDatabase(...file);
    const rows: typeof database.rows = async (sql, ...parameters) => {
      if (sql.includes('ORDER BY') && !isLocked) {
        isLocked = true;
        await holder.exec('BEGIN EXCLUSIVE');
      }
      return database.rows(sql, ...parameters);
    };
    return { ...database, rows };
  };
  const read = await readFail2banDatabase(path, { timeout: 50, open });
  assert.ok(isLocked);
  await holder.exec('COMMIT');
  await holder.close();
  assert.deepEqual(read?.rows, []);
  assert.match(read?.problems.join() ?? '', /locked.*: no ban is carried over from it; try again/);
  assert.doesNotMatch(read?.problems.join() ?? '', /damaged/);
});

test('of more rows than fail2ban ever keeps the first are read, and the limit is told', async () => {
  const rows = Array.from({ length: 2_500 }, (_, n) => ({ ...one, ip: `10.0.${n >> 8}.${n & 255}` }));
  const read = await readFail2banDatabase(await made('many', 4, rows), { mostRows: 1_500 });
  assert.equal(read?.rows.length, 1_500);
  assert.doesNotMatch(read?.problems.join() ?? '', /damaged/);
  assert.match(read?.problems.join() ?? '', /only its first 1500 bans are read: .*dbpurgeage/);
});

test('tables that are views, and texts without end, bring nothing in', async () => {
  const path = join(folder, 'view');
  const database = await openDatabase(path, 'create');
  await database.exec(`CREATE VIEW bips AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT i AS rowid, 'sshd' AS jail, '192.0.2.1' AS ip, 1 AS timeofban, 1 AS bantime, 1 AS bancount FROM n`);
  await database.close();
  assert.match((await readFail2banDatabase(path))?.problems.join() ?? '', /no table of bans/);
  const long = await made('long', 4, [
    one,
    { ...one, ip: '1'.repeat(500_000) },
    { ...one, ip: '192.0.2.2', data: '{' },
  ]);
  const read = await readFail2banDatabase(long);
  assert.deepEqual(
    read?.rows.map(({ ip, failures }) => [ip, failures]),
    [
      ['192.0.2.1', 5],
      ['192.0.2.2', null],
    ],
  );
});
