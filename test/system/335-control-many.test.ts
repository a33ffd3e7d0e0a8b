/** Very many bans over a real bus: no answer is too long for a message, and none is lost between two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeState } from '../support/state-content.js';
import { withAgent } from './control-lab.js';

const skip = process.getuid?.() === 0 ? false : 'needs root to own a name on a strict bus';
/** With five cursors each they are 30 MB, about what a message may hold. */
const BANS = 30_000;

test('tens of thousands of bans are listed whole, and lifted or spared by prefix', { skip }, async (t) => {
  const now = Date.now() * 1_000;
  const { f2bctl } = await withAgent(t, [], '', (state) => makeState(state, { bans: BANS, offenders: BANS, now }));
  const listed = await f2bctl('bans', '-o', 'json');
  assert.equal(listed.status, 0, listed.errors);
  const bans: readonly { address: string; evidence: readonly string[] }[] = JSON.parse(listed.output);
  assert.equal(new Set(bans.map(({ address }) => address)).size, BANS);
  assert.ok(bans.every(({ evidence }) => evidence.length === 5));
  const table = await f2bctl('bans');
  assert.match(table.output, /\n30,000 bans\.\n$/);
  const allowed = await f2bctl('allow', '::/0', '-o', 'json');
  assert.equal(JSON.parse(allowed.output).lifted.length, BANS / 4, allowed.errors);
  const lifted = await f2bctl('unban', '0.0.0.0/0', '-o', 'json');
  assert.equal(JSON.parse(lifted.output).length, (BANS * 3) / 4, lifted.errors);
  assert.equal((await f2bctl('bans')).output, 'No bans.\n');
  assert.equal((await f2bctl('unban', '0.0.0.0/0')).status, 66);
});
