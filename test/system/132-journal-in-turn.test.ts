/** journald writes several files in turn, or one for several programs: whatever journalctl shows was heard, and once. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';

const program = join(import.meta.dirname, 'journal-in-turn.js');

const scenarios: Readonly<Record<string, string>> = {
  looking: 'of several users, while a reader looks all the time',
  restarting: 'of several users, while a reader begins anew after the last entry, again and again',
  rotating: 'of several users, while the files are rotated, and made anew as their users write',
  programs: 'of several programs, while a reader looks for the entries of each',
};

describe('entries are heard, each of them once:', { skip: missingJournald ?? false }, () => {
  for (const [name, what] of Object.entries(scenarios))
    test(what, () => {
      const { heard, recorded }: Record<'heard' | 'recorded', string[]> = JSON.parse(inPrivateSystem(program, name));
      const counts = new Map<string, number>();
      for (const entry of heard) counts.set(entry, (counts.get(entry) ?? 0) + 1);
      assert.ok(recorded.length > 1000, `${recorded.length} entries`);
      assert.deepEqual(
        recorded.filter((entry) => !counts.has(entry)),
        [],
        'none is missed',
      );
      assert.deepEqual(
        [...counts].filter(([, count]) => count > 1),
        [],
        'none comes twice',
      );
    });
});
