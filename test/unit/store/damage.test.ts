/** What happens to files that are broken, foreign, from the future, or in use. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { F2bError } from '../../../src/errors.js';
import { openDatabase } from '../../../src/store/database.js';
import { openStore } from '../../../src/store/sqlite.js';
import { snapshotOf } from '../../fakes/store.js';
import { aBan, aFailure, anAddress, NOON } from '../../fakes/values.js';

function inDirectory(work: (directory: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const directory = mkdtempSync(join(tmpdir(), 'f2b-store-damage-'));
    try {
      await work(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
}

const noReport = (error: F2bError): void => assert.fail(error.message);

/** Many bans, so that the file has many pages. */
async function fill(directory: string, count: number): Promise<void> {
  const store = await openStore({ directory, report: noReport });
  const bans = Array.from({ length: count }, (_, n) => aBan({ address: anAddress(`10.0.${n >> 8}.${n & 255}`) }));
  await store.commit(
    { cursor: 's=1;i=1', receivedAt: NOON },
    bans.map((ban) => ({ kind: 'ban', ban })),
  );
  await store.close();
}

test(
  'a file that is no database is kept aside and reported, and an empty state takes its place',
  inDirectory(async (directory) => {
    const text = 'this is not a database, but somebody may want it back\n'.repeat(100);
    writeFileSync(join(directory, 'state.sqlite'), text);
    const reports: F2bError[] = [];
    const store = await openStore({ directory, report: (error) => reports.push(error) });
    assert.deepEqual((await snapshotOf(store)).bans, []);
    await store.close();
    assert.deepEqual(
      reports.map(({ code }) => code),
      ['STORE_DAMAGED'],
    );
    assert.match(reports[0]?.message ?? '', /set aside as .*state\.sqlite\.damaged-1; carried over: nothing/);
    assert.equal(readFileSync(join(directory, 'state.sqlite.damaged-1'), 'utf8'), text);
  }),
);

test(
  'of a file with a broken page, the rows on all other pages are carried over',
  inDirectory(async (directory) => {
    await fill(directory, 2_000);
    const path = join(directory, 'state.sqlite');
    const file = await open(path, 'r+');
    const middle = Math.floor(statSync(path).size / 4096 / 2) * 4096;
    await file.write(Buffer.alloc(4096, 0xee), 0, 4096, middle);
    await file.close();

    const reports: F2bError[] = [];
    const store = await openStore({ directory, report: (error) => reports.push(error) });
    const { bans, position } = await snapshotOf(store);
    assert.ok(bans.length > 1_900 && bans.length < 2_000, `${bans.length} bans`);
    assert.deepEqual(position, { cursor: 's=1;i=1', receivedAt: NOON });
    assert.match(reports[0]?.message ?? '', new RegExp(`carried over: position 1, ban ${bans.length}$`));
    await store.close();

    const again = await openStore({ directory, report: noReport });
    assert.equal((await snapshotOf(again)).bans.length, bans.length);
    await again.close();
  }),
);

test(
  'a broken page in the log of failures costs the commits on it, and no others',
  inDirectory(async (directory) => {
    const filling = await openStore({ directory, report: noReport });
    const commits = 40;
    for (let commit = 0; commit < commits; commit += 1) {
      const effects = Array.from({ length: 100 }, (_, n) => {
        const cursor = createHash('sha256').update(`${commit} ${n}`).digest('hex');
        const address = anAddress(`10.0.${commit}.${n}`);
        return { kind: 'failure', counted: 1, failure: aFailure({ address, cursor, evidence: [cursor] }) } as const;
      });
      await filling.commit(undefined, effects);
    }
    await filling.close();
    const path = join(directory, 'state.sqlite');
    const file = await open(path, 'r+');
    const middle = Math.floor(statSync(path).size / 4096 / 2) * 4096;
    await file.write(Buffer.alloc(4096, 0xee), 0, 4096, middle);
    await file.close();

    const reports: F2bError[] = [];
    const store = await openStore({ directory, report: (error) => reports.push(error) });
    const { failures } = await snapshotOf(store);
    await store.close();
    // A page holds the beginnings of some eight rows.
    assert.ok(failures.length >= 50 * commits && failures.length < 100 * commits, `${failures.length} failures`);
    assert.match(reports[0]?.message ?? '', new RegExp(`carried over: failure ${failures.length}$|passed over$`));
  }),
);

test(
  'a second damaged file does not replace the first',
  inDirectory(async (directory) => {
    for (const text of ['first '.repeat(200), 'second '.repeat(200)]) {
      writeFileSync(join(directory, 'state.sqlite'), text);
      rmSync(join(directory, 'state.sqlite-wal'), { force: true });
      await (await openStore({ directory, report: () => undefined })).close();
    }
    const kept = readdirSync(directory).filter((name) => name.includes('damaged'));
    assert.deepEqual(kept.sort(), ['state.sqlite.damaged-1', 'state.sqlite.damaged-2']);
    assert.match(readFileSync(join(directory, 'state.sqlite.damaged-1'), 'utf8'), /^first/);
  }),
);

test(
  'a row that is not a value of ours is passed over and reported, the others load',
  inDirectory(async (directory) => {
    await fill(directory, 3);
    const database = await openDatabase(join(directory, 'state.sqlite'), 'create');
    await database.exec(`UPDATE ban SET address = 'not an address' WHERE address = '10.0.0.1'`);
    await database.close();
    const reports: F2bError[] = [];
    const store = await openStore({ directory, report: (error) => reports.push(error) });
    const { bans } = await snapshotOf(store);
    await store.close();
    assert.deepEqual(
      bans.map(({ address }) => address.text),
      ['10.0.0.0', '10.0.0.2'],
    );
    assert.match(reports[0]?.message ?? '', /1 rows were passed over/);
  }),
);

test(
  'a file of a newer version is refused and left as it is',
  inDirectory(async (directory) => {
    await fill(directory, 3);
    const path = join(directory, 'state.sqlite');
    const database = await openDatabase(path, 'create');
    await database.exec('PRAGMA user_version = 1000');
    await database.close();
    await assert.rejects(openStore({ directory, report: noReport }), { code: 'STORE_NEWER' });
    assert.ok(!readdirSync(directory).some((name) => name.includes('damaged')));
  }),
);

test(
  'a second agent on the same directory is refused until the first is gone, even by kill -9',
  inDirectory(async (directory) => {
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'committing-child.js'), directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await assert.rejects(openStore({ directory, report: noReport }), { code: 'STORE_BUSY' });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await openStore({ directory, report: noReport })).close();
  }),
);

test(
  'a directory that cannot be made is reported as such',
  inDirectory(async (directory) => {
    writeFileSync(join(directory, 'file'), '');
    await assert.rejects(openStore({ directory: join(directory, 'file', 'below'), report: noReport }), {
      code: 'STORE_UNREADABLE',
    });
  }),
);
