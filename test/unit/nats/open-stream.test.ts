/** Which stream on the servers is one of a fleet: any host may make it, so it is not taken for granted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamConfig } from '@nats-io/jetstream';
import { strangeIn, wantedFailures, wantedStream } from '../../../src/nats/open-stream.js';

/** As nats-server tells of a stream that was made as wanted: with fields of its own. */
const told = {
  ...wantedStream(1),
  ...{ max_consumers: -1, sealed: false, deny_purge: false, allow_direct: false, mirror_direct: false },
  ...{ compression: 'none', consumer_limits: {}, metadata: { '_nats.ver': '2.11.0' }, allow_rollup_hdrs: undefined },
};

test('a stream that was made as wanted is used, also on several servers', () => {
  assert.deepEqual(strangeIn(told, wantedStream(1)), []);
  assert.deepEqual(strangeIn({ ...told, num_replicas: 3, description: 'ours' }, wantedStream(1)), []);
});

test('a stream of failures is one of its own partition alone', () => {
  const failures = { ...told, ...wantedFailures(3, 1) };
  assert.deepEqual(strangeIn(failures, wantedFailures(3, 3)), []);
  assert.deepEqual(strangeIn(failures, wantedFailures(4, 1)), ['name', 'subjects']);
});

const strange: readonly Partial<Record<keyof StreamConfig, unknown>>[] = [
  { subjects: ['f2b.>', 'x'] },
  { subjects: ['f2b.ban.>'] },
  { subject_transform: { src: 'f2b.ban.evil.*.*', dest: 'f2b.order.{{wildcard(2)}}' } },
  { sources: [{ name: 'OTHER' }] },
  { mirror: { name: 'OTHER' } },
  { republish: { src: '>', dest: 'x.>' } },
  { no_ack: true },
  { sealed: true },
  { deny_purge: true },
  { deny_delete: false },
  { allow_rollup_hdrs: true },
  { allow_msg_ttl: true },
  { consumer_limits: { max_ack_pending: 1 } },
  { max_consumers: 1 },
  { max_msgs_per_subject: 2 },
  { max_age: 1_000_000_000 },
  { max_msgs: 10 },
  { max_bytes: 1_000 },
  { max_msg_size: 1_000_000 },
  { retention: 'workqueue' },
  { discard: 'new' },
  { storage: 'memory' },
];

for (const field of strange)
  test(`a stream with ${JSON.stringify(field)} is none of a fleet`, () =>
    assert.deepEqual(strangeIn({ ...told, ...field }, wantedStream(1)), Object.keys(field)));
