/** A real file system without space: commits are refused whole, and succeed again when there is room. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Effect } from '../../src/core/effect.js';
import { openStore } from '../../src/store/sqlite.js';
import { snapshotOf } from '../fakes/store.js';
import { aBan, anAddress, NOON } from '../fakes/values.js';

function bans(count: number): readonly Effect[] {
  return Array.from({ length: count }, (_, n) => ({
    kind: 'ban',
    ban: aBan({ address: anAddress(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`) }),
  }));
}

/** In place of /var/tmp: SQLite looks for its name once, when it is used first. */
const others = mkdtempSync(join(tmpdir(), 'f2b-store-others-'));
process.env['SQLITE_TMPDIR'] = others;
after(() => rmSync(others, { recursive: true }));

const skip = process.getuid?.() === 0 ? false : 'needs root to mount a small file system';

test('a full disk refuses a commit with a hint, keeps what was stored, and takes the next one when there is room', {
  skip,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'f2b-store-full', directory]);
  try {
    const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
    await store.commit({ cursor: 'small', receivedAt: NOON }, bans(10));
    writeFileSync(join(directory, 'ballast'), Buffer.alloc(900_000));
    const refused = store.commit({ cursor: 'large', receivedAt: NOON + 1 }, bans(20_000));
    await assert.rejects(refused, { code: 'STORE_FULL' });
    const { position, bans: kept } = await snapshotOf(store);
    assert.deepEqual([position?.cursor, kept.length], ['small', 10]);

    rmSync(join(directory, 'ballast'));
    await store.commit({ cursor: 'retried', receivedAt: NOON + 2 }, bans(500));
    assert.equal((await snapshotOf(store)).position?.cursor, 'retried');
    await store.close();
  } finally {
    execFileSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  }
});

test('large commits need no room where everybody may fill it', { skip }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'f2b-store-others', others]);
  try {
    writeFileSync(join(others, 'ballast'), Buffer.alloc(64 * 1024));
    const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
    for (const at of [1, 2, 3]) await store.commit({ cursor: `${at}`, receivedAt: NOON + at }, bans(30_000));
    await store.close();
  } finally {
    execFileSync('umount', [others]);
    rmSync(directory, { recursive: true });
  }
});

test('a read-only file system is refused with a hint', { skip }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-read-only-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'f2b-store-read-only', directory]);
  try {
    const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
    await store.close();
    execFileSync('mount', ['-o', 'remount,ro', directory]);
    await assert.rejects(openStore({ directory, report: () => undefined }), { code: 'STORE_READ_ONLY' });
  } finally {
    execFileSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  }
});
