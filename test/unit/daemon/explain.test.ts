import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../../src/daemon/explain.js';
import { aBan, aFailure, anAddress, NOON } from '../../fakes/values.js';

const everybody = anAddress('0.0.0.0/0');

/** An explanation of so many bans and failures, each with a journal entry of its own, and what it took. */
function explained(bans: number, failures: number) {
  const taken = { bans: 0, failures: 0, entries: 0 };
  const decider = {
    *bansOf() {
      for (; taken.bans < bans; taken.bans += 1) yield aBan({ evidence: [`ban ${taken.bans}`] });
    },
    *tallyOf() {
      for (; taken.failures < failures; taken.failures += 1) {
        yield aFailure({ evidence: [`failure ${taken.failures}`] });
      }
    },
    offendersOf: () => [],
    outlooksOf: () => [],
  };
  const journal = {
    entryAt: (cursor: string) => {
      taken.entries += 1;
      return { cursor, at: NOON, receivedAt: NOON, line: 'host sshd[1]: hello', messageAt: 14, fields: {} };
    },
  };
  return {
    taken,
    ...explain(everybody, {
      decider,
      journal,
      view: (ban) => ({ ban, state: 'enforced', enforcedBy: [] }),
      zoneOf: () => undefined,
      now: NOON,
    }),
  };
}

test('what there is of an address is told whole', () => {
  const { bans, failures, entries, more } = explained(3, 40);
  assert.deepEqual([bans.length, failures.length, entries.length, more], [3, 40, 43, false]);
});

test('of a prefix that holds very many, some are told, no more than those are looked for, and it says so', () => {
  const { bans, failures, entries, more, taken } = explained(1_000_000, 1_000_000);
  assert.deepEqual([bans.length, failures.length, entries.length, more], [100, 500, 500, true]);
  assert.deepEqual(taken, { bans: 100, failures: 500, entries: 500 });
});
