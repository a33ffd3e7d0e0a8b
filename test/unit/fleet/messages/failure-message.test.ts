/** Failures as hosts share them: what anybody may have written is read as what it is, or refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf } from '../../../../src/fleet/counting/partition.js';
import {
  encodeFailures,
  failureSubject,
  HIGHEST_COUNT,
  hostOf,
  MOST_FAILURES,
  parseFailures,
} from '../../../../src/fleet/messages/failure-message.js';
import { LONGEST_MESSAGE } from '../../../../src/fleet/messages/message.js';
import { anAddress, NOON } from '../../../fakes/values.js';

const address = anAddress('203.0.113.1');
const partition = partitionOf(address);
const failure = { address, at: NOON, count: 2 };
const subject = failureSubject('web1.example', partition);

const parse = (body: string, under = subject) =>
  parseFailures({ subject: under, data: new TextEncoder().encode(body) }, partition);

test('what was written is read', () => {
  const body = encodeFailures({ id: 'x', failures: [failure] });
  assert.deepEqual(parse(body), { host: 'web1.example', partition, id: 'x', failures: [failure] });
});

test('the longest message that is written is no longer than the servers take', () => {
  const widest = anAddress('2001:db8:1111:2222::/64');
  const at = Number.MAX_SAFE_INTEGER;
  const failures = Array.from({ length: MOST_FAILURES }, () => ({ address: widest, at, count: HIGHEST_COUNT }));
  assert.ok(encodeFailures({ id: 'x'.repeat(200), failures }).length < LONGEST_MESSAGE);
});

const other = anAddress(partition === 0 ? '203.0.113.2' : '203.0.113.3');

const hostile: Readonly<Record<string, string>> = {
  'is no JSON': '{',
  'is a list': '[]',
  'is of another version': '{"v":2,"kind":"failures","id":"x","failures":[["203.0.113.1",1,1]]}',
  'is of another kind': '{"v":1,"kind":"ban","id":"x","failures":[["203.0.113.1",1,1]]}',
  'has no failure': '{"v":1,"kind":"failures","id":"x","failures":[]}',
  'has more failures than a message holds': encodeFailures({
    id: 'x',
    failures: Array.from({ length: MOST_FAILURES + 1 }, () => failure),
  }),
  'has no id': '{"v":1,"kind":"failures","failures":[["203.0.113.1",1,1]]}',
  'has an id as long as a novel': encodeFailures({ id: 'x'.repeat(201), failures: [failure] }),
  'has a failure that is none': '{"v":1,"kind":"failures","id":"x","failures":[["203.0.113.1",1]]}',
  'has a failure before all time': '{"v":1,"kind":"failures","id":"x","failures":[["203.0.113.1",-1,1]]}',
  'has a failure that counts as none': '{"v":1,"kind":"failures","id":"x","failures":[["203.0.113.1",1,0]]}',
  'has a failure that counts as very many': encodeFailures({ id: 'x', failures: [{ ...failure, count: 1e6 }] }),
  'has an address in another spelling': '{"v":1,"kind":"failures","id":"x","failures":[["203.0.113.1/32",1,1]]}',
  'has an address that is not counted as one': encodeFailures({
    id: 'x',
    failures: [{ ...failure, address: anAddress('2001:db8::1') }],
  }),
  'has an address of another partition, beside one of this': encodeFailures({
    id: 'x',
    failures: [failure, { ...failure, address: differing() }],
  }),
};

/** An address of another partition. */
function differing() {
  return partitionOf(other) === partition ? anAddress('203.0.113.4') : other;
}

for (const [what, body] of Object.entries(hostile))
  test(`a message that ${what} is refused`, () => assert.equal(parse(body), undefined));

test('a message counts as its subject’s host’s, in its own partition alone', () => {
  const body = encodeFailures({ id: 'x', failures: [failure] });
  for (const wrong of [
    failureSubject('web1', (partition + 1) % 8),
    `${subject}.x`,
    'f2b-failure.web1',
    `f2b-failure.WEB1.${partition}`,
    `f2b-failure.web1.0${partition}`,
    `f2b.ban.web1.${partition}`,
  ])
    assert.equal(parse(body, wrong), undefined, wrong);
  assert.equal(hostOf(subject), 'web1.example');
  assert.equal(hostOf('f2b-failure.web1.x'), undefined);
});
