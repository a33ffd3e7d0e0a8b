/** What other machines send to systemd-journal-remote is read for the jails that name the host, and for no others. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { missingJournalRemote } from '../support/journal-files.js';
import { inPrivateSystem, missingJournald } from './private-journald.js';

const program = join(import.meta.dirname, 'remote-journals.js');
const play = (scenario: string) => JSON.parse(inPrivateSystem(program, scenario));

describe('the journal of a remote host', { skip: missingJournald ?? missingJournalRemote ?? false }, () => {
  test('is read for the jails that name it, each entry once over restarts and rotation', () => {
    const others = [['Remote=127.0.0.2']];
    const { seen, files } = play('hosts');
    assert.deepEqual(seen, [
      { failures: ['web 198.51.100.1', 'web 198.51.100.1'], bans: [], others },
      { failures: [], bans: ['web 198.51.100.1 3'], others },
      { failures: [], bans: ['web 198.51.100.1 3'], others },
    ]);
    for (const name of ['remote-127.0.0.2.journal', 'remote-127.0.0.2@', 'remote-127.0.0.3.journal'])
      assert.ok(files.includes(name), `${name} among ${files}`);
  });

  test('is told while it is not there, and heard once it is, whatever another host’s clock says', () => {
    assert.deepEqual(play('following'), {
      before: 'JOURNAL_MISSING',
      outcomes: [true, true, true],
      found: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    });
  });
});
