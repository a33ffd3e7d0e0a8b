/** The journal goes elsewhere, or is damaged, while it is followed: whatever journalctl shows was heard, and once. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';

const program = join(import.meta.dirname, 'journal-moves.js');

const moves: Readonly<Record<string, string>> = {
  madePersistent: 'persistent storage is switched on, as the manual of journald says',
  madePersistentUnderCommand: 'persistent storage is switched on, and a command follows',
  madeAnew: 'the folder is removed and made anew, and journald restarted',
  madeVolatile: 'it becomes volatile, persistent, and volatile again',
  ofAnotherMachine: 'the machine gets another id',
  activeFileDeleted: 'the file is deleted that journald writes to',
  garbageAppended: 'there is garbage behind the last entry',
};

describe('following goes on where journald writes', { skip: missingJournald ?? false }, () => {
  for (const [name, what] of Object.entries(moves))
    test(`when ${what}`, () => {
      const { logged, heard, recorded } = JSON.parse(inPrivateSystem(program, name));
      assert.deepEqual(
        [...heard].sort((a: number, b: number) => a - b),
        [...new Set(heard)].sort((a, b) => Number(a) - Number(b)),
        'none twice',
      );
      const missed = recorded.filter((n: number) => !heard.includes(n));
      assert.deepEqual(missed, []);
      for (let n = logged - 6; n < logged; n++) assert.ok(heard.includes(n), `entry ${n} of ${logged}`);
    });
});
