import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Effect } from '../../../../src/core/effect.js';
import { FOREVER } from '../../../../src/core/time.js';
import { exportState } from '../../../../src/store/maintenance/export-state.js';
import { openStore } from '../../../../src/store/sqlite.js';
import { aBan, aFailure, anAddress, anOffender, NOON } from '../../../fakes/values.js';

/** The lines of an export after the commits were stored one by one. */
async function exportAfter(commits: readonly (readonly Effect[])[]): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-store-export-'));
  try {
    const store = await openStore({ directory, report: (error) => assert.fail(error.message) });
    for (const effects of commits) await store.commit({ cursor: 's=1;i=9', receivedAt: NOON }, effects);
    const lines = [];
    // The agent keeps the store open: an export does not need it to stop.
    for await (const record of exportState(directory)) lines.push(JSON.stringify(record));
    await store.close();
    return lines;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const effects: readonly Effect[] = [
  { kind: 'ban', ban: aBan({ address: anAddress('192.0.2.2') }) },
  { kind: 'ban', ban: aBan({ until: FOREVER, reason: 'ours', origin: 'manual', evidence: [], failures: 0 }) },
  { kind: 'failure', counted: 1, failure: aFailure({ user: 'root' }) },
  { kind: 'offender', offender: anOffender() },
];

test('an export is one object for each thing remembered: cursor, failures, offenders, bans', async () => {
  assert.deepEqual(await exportAfter([effects]), [
    '{"type":"cursor","time":1777636800000000,"cursor":"s=1;i=9"}',
    '{"type":"failure","jail":"ssh.service","address":"192.0.2.1","time":1777636800000000,"cursor":"s=1;i=1","count":1,"evidence":["s=1;i=1"],"user":"root"}',
    '{"type":"offender","jail":"ssh.service","address":"192.0.2.1","since":1777636800000000,"until":1777637400000000,"count":1,"bantime":600000000,"totalBantime":600000000}',
    '{"type":"ban","jail":"ssh.service","address":"192.0.2.1","since":1777636800000000,"until":null,"count":1,"disposition":"drop","ports":[],"origin":"manual","failures":0,"evidence":[],"reason":"ours"}',
    '{"type":"ban","jail":"ssh.service","address":"192.0.2.2","since":1777636800000000,"until":1777637400000000,"count":1,"disposition":"drop","ports":[],"origin":"jail","failures":5,"evidence":["s=1;i=1"]}',
  ]);
});

test('equal states give equal exports, however they came about', async () => {
  const reversed = [...effects].reverse().map((effect) => [effect]);
  const detour: readonly Effect[] = [
    { kind: 'ban', ban: aBan({ jail: 'other' }) },
    { kind: 'unban', ban: aBan({ jail: 'other' }), cause: 'expired' },
  ];
  assert.deepEqual(await exportAfter([detour, ...reversed, ...reversed]), await exportAfter([effects]));
});

test('an export of a directory without a state says so', async () => {
  await assert.rejects(exportState(join(tmpdir(), 'f2b-no-such-directory')).next(), { code: 'STORE_UNREADABLE' });
});
