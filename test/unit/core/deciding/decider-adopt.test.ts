/** A state that turns up after decisions were made without it: nothing of either is forgotten, and nobody counts twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, decider, failure, jail, MINUTE, SECOND } from '../../../support/core.js';

const NOON = 1_000_000 * MINUTE;
const A = '192.0.2.1';
const B = '192.0.2.2';

/** What an agent remembers after `addresses` were banned at `at`. */
function bannedAt(at: number, ...addresses: readonly string[]) {
  const subject = decider([jail()]);
  for (const text of addresses) for (let n = 0; n < 3; n += 1) subject.failure(failure(text, at + n));
  return subject;
}

function memoryOf(subject: ReturnType<typeof decider>) {
  return { failures: [...subject.failures()], offenders: [...subject.offenders()], bans: [...subject.bans()] };
}

test('bans and offenders that were not known are taken in, and end when they should', () => {
  const subject = bannedAt(NOON + MINUTE, B);
  subject.adopt(memoryOf(bannedAt(NOON, A)));
  assert.deepEqual([...subject.bans()].map((ban) => ban.address.text).sort(), [A, B]);
  assert.equal(subject.offendersOf(address(A))[0]?.count, 1);
  const ended = subject
    .expire(NOON + 10 * MINUTE + SECOND)
    .flatMap((effect) => (effect.kind === 'unban' ? [effect.ban] : []));
  assert.deepEqual(
    ended.map((ban) => ban.address.text),
    [A],
  );
});

test('of a ban that both know, the one decided since stays; of an offender, the one with more bans', () => {
  const earlier = bannedAt(NOON, A);
  earlier.expire(NOON + 20 * MINUTE);
  for (let n = 0; n < 3; n += 1) earlier.failure(failure(A, NOON + 21 * MINUTE + n));
  const subject = bannedAt(NOON + 25 * MINUTE, A);
  subject.adopt(memoryOf(earlier));
  assert.deepEqual(
    [...subject.bans()].map((ban) => ban.since),
    [NOON + 25 * MINUTE + 2],
  );
  assert.equal(subject.offendersOf(address(A))[0]?.count, 2);
});

test('failures that were counted before count together with those since, each entry once', () => {
  const entries = [failure(A, NOON), failure(A, NOON + 1)];
  const earlier = decider([jail()]);
  for (const entry of entries) earlier.failure(entry);
  const subject = decider([jail()]);
  // Read again, as no position was known.
  for (const entry of entries) subject.failure(entry);
  subject.adopt(memoryOf(earlier));
  assert.equal([...subject.failures()].length, 2);
  assert.ok(subject.failure(failure(A, NOON + 2)).some(({ kind }) => kind === 'ban'));
});

test('failures of somebody who was banned meanwhile are dealt with', () => {
  const earlier = decider([jail()]);
  for (const at of [NOON, NOON + 1]) earlier.failure(failure(A, at));
  const subject = bannedAt(NOON + MINUTE, A);
  subject.adopt(memoryOf(earlier));
  assert.deepEqual([...subject.failures()], []);
});

test('what belongs to jails that are gone is dropped with the next effects', () => {
  const subject = decider([jail({ name: 'nginx' })]);
  subject.adopt(memoryOf(bannedAt(NOON, A)));
  assert.deepEqual([...subject.bans()], []);
  assert.ok(subject.expire(NOON).some((effect) => effect.kind === 'unban' && effect.cause === 'jail-removed'));
});

test('whom a person unbanned while the state could not be read does not come back with it', () => {
  const earlier = bannedAt(NOON, A, B);
  const subject = decider([jail()]);
  subject.unban(address(A), undefined, NOON + MINUTE);
  subject.unban(address(B), 'another jail', NOON + MINUTE);
  subject.adopt(memoryOf(earlier));
  assert.deepEqual(
    [...subject.bans()].map((ban) => ban.address.text),
    [B],
  );
  assert.deepEqual(subject.offendersOf(address(A)), []);
  for (let n = 0; n < 3; n += 1) subject.failure(failure(A, NOON + 2 * MINUTE + n));
  assert.deepEqual(
    [...subject.bans()].map((ban) => ban.address.text).sort(),
    [A, B],
    'who fails again is banned again',
  );
});
