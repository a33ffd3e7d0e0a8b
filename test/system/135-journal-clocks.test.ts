/** The clock is behind what was read last: a machine without a battery booted, or a wrong clock was put right. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';

const program = join(import.meta.dirname, 'journal-clocks.js');

const gone = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const rest = [-3, -2, -1, ...gone];

const scenes: Readonly<Record<string, readonly [string, readonly number[]]>> = {
  volatileReboot: ['after a reboot with a volatile journal, half an hour earlier', gone],
  volatileRebootByYears: ['after a reboot with a volatile journal, a year earlier', gone],
  reboot: ['after a reboot, behind what was left unread before it', rest],
  clockPutRight: ['within a boot', rest],
  clockPutRightAndVacuumed: ['within a boot, when what was read last is gone', gone],
};

describe('with the clock behind what was read last, entries are heard once, in order', {
  skip: missingJournald ?? false,
}, () => {
  for (const [name, [when, expected]] of Object.entries(scenes))
    test(when, () => {
      assert.deepEqual(JSON.parse(inPrivateSystem(program, name)).heard, expected);
    });
});
