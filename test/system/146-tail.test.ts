/** f2b-tail and a real journald. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';
import { missingGroups } from './unit-group.js';

const program = join(import.meta.dirname, 'tail-scenarios.js');

interface Followed {
  readonly written: readonly string[];
  readonly found: readonly string[];
}

describe('files that f2b-tail follows', { skip: missingJournald ?? missingGroups ?? false }, () => {
  test('are in the journal once, each line of them, though it is killed twenty times and they are rotated', (t) => {
    const seed = process.env['F2B_SEED'] ?? '20261129';
    t.diagnostic(`F2B_SEED=${seed}`);
    const files: readonly Followed[] = JSON.parse(inPrivateSystem(program, seed));
    assert.equal(files.length, 2);
    for (const { written, found } of files) {
      assert.ok(written.length > 500);
      const times = new Map<string, number>();
      for (const line of found) times.set(line, (times.get(line) ?? 0) + 1);
      const wrong = written.filter((line) => times.get(line) !== 1).map((line) => `${line}: ${times.get(line) ?? 0}`);
      assert.deepEqual(wrong, []);
      assert.equal(found.length, written.length);
    }
  });
});
