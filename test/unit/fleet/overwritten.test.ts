import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FleetDecider } from '../../../src/fleet/deciding/fleet-decider.js';
import { encodeContent } from '../../../src/fleet/messages/message.js';
import { subjectText } from '../../../src/fleet/messages/subject.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { fleetLimits } from '../../support/fleet-limits.js';

const HOUR = 3_600_000_000;

test('a word of this host that something else took the place of is told again, and no other one', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), `f2b-overwritten-${process.pid}-`));
  t.after(() => rmSync(directory, { recursive: true }));
  const store = await openFleetState({ directory, report: ({ message }) => assert.fail(message) });
  const decider = new FleetDecider('here', fleetLimits({ maxBanTime: HOUR }), 7);
  const subjectOf = (text: string, host = 'here') =>
    subjectText({ kind: 'ban', host, jail: 'ssh.service', address: anAddress(text) });
  const word = { kind: 'ban' as const, since: NOON, until: NOON + HOUR };
  const messages = ['203.0.113.1', '203.0.113.2'].map((text) => ({ ...word, subject: subjectOf(text), id: text }));
  await store.told(messages, { cursor: 'c', receivedAt: NOON });
  await store.published(await store.waiting(10), NOON);
  // What a server answers to who publishes, sent here as another host named this subject for the answer.
  const answer = new TextEncoder().encode('{"stream":"F2B", "seq":7}');
  const own = encodeContent({ ...word, at: NOON });
  const received = [
    [subjectOf('203.0.113.1'), answer],
    [subjectOf('203.0.113.2'), own],
    [subjectOf('203.0.113.2', 'web1'), answer],
  ] as const;
  const changes = received.flatMap(
    ([subject, data], n) => decider.receive({ subject, data, sequence: n + 1, receivedAt: NOON }).changes,
  );
  await store.decided(changes, { stream: 's', sequence: 3 });
  assert.deepEqual(
    (await store.waiting(10)).map(({ id, round }) => `${id} ${round}`),
    ['203.0.113.1 1'],
  );
  await store.close();
});
