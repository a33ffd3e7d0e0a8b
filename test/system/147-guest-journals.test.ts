/** Journals of other machines, whose root may write anything there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { missingJournalRemote } from '../support/journal-files.js';

/** Longer than anything here takes, ms: somebody who waits for ever is ended. */
const TIMEOUT = 60_000;

function play(scenario: string) {
  const command = [join(import.meta.dirname, 'guest-journals.js'), scenario];
  const options = { encoding: 'utf8', timeout: TIMEOUT, killSignal: 'SIGKILL' } as const;
  const { stdout, stderr, signal } = spawnSync(process.execPath, command, options);
  assert.equal(signal, null, `it comes to an end: ${stderr}`);
  return JSON.parse(stdout);
}

describe('a journal whose files somebody else may write', { skip: missingJournalRemote ?? false }, () => {
  test('is given up when it would be read for ever, and that is told', () => {
    const { before, read, says } = play('sparse');
    assert.deepEqual([before, read], [['entry 1'], []]);
    for (const text of says) assert.match(text, /takes too long/);
  });

  test('holds up nobody by what lies in the place of a file', () => {
    const found = play('replaced');
    assert.deepEqual(found, Array(5).fill(['entry 1']));
  });
});
