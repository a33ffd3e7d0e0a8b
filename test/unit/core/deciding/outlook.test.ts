/** How near an address is to a ban: what is said is compared with what the decider then does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decider } from '../../../../src/core/deciding/decider.js';
import type { Outlook } from '../../../../src/core/deciding/outlook.js';
import type { JailSettings } from '../../../../src/core/settings.js';
import { FOREVER } from '../../../../src/core/time.js';
import { address, DAY, decider, failure, jail, MINUTE, SECOND } from '../../../support/core.js';

const BEGIN = 1_000 * DAY;
const growing = { factor: 1, multipliers: [], maxtime: FOREVER, random: 0, allJails: false };

function outlook(subject: Decider, text: string, now: number): Outlook {
  return [...subject.outlooksOf(address(text), now)][0] ?? assert.fail('no outlook');
}

const cases: readonly (readonly [string, Partial<JailSettings>, string])[] = [
  ['a plain jail', {}, '192.0.2.1'],
  ['a jail whose bans are permanent', { bantime: FOREVER }, '192.0.2.1'],
  ['growing bans, where each failure counts more after a ban', { increment: growing, maxretry: 6 }, '192.0.2.1'],
  ['growing bans over all jails', { increment: { ...growing, allJails: true }, maxretry: 6 }, '192.0.2.1'],
  ['a jail that counts prefixes', { increment: growing, maxretry: 6 }, '2001:db8::7'],
];

for (const [what, more, text] of cases) {
  test(`so many failures as the outlook says, and not one less, lead to the ban that it says: ${what}`, () => {
    const subject = decider([jail(more)]);
    let now = BEGIN;
    for (const bans of [0, 1, 2]) {
      subject.failure(failure(text, now));
      const { missing, bantime, counted, earlier } = outlook(subject, text, now);
      assert.ok(counted > 0);
      assert.equal(earlier, more.bantime === undefined ? bans : earlier);
      for (let left = missing; left > 0; left -= 1) {
        assert.equal(subject.banned, 0);
        now += SECOND;
        subject.failure(failure(text, now));
      }
      const [ban] = [...subject.bans()];
      assert.ok(ban !== undefined, `banned after ${missing} more`);
      assert.equal(ban.until === FOREVER ? FOREVER : ban.until - ban.since, bantime);
      if (bantime === FOREVER) return;
      now = ban.until + MINUTE;
      subject.expire(now);
    }
  });
}

test('failures older than findtime count no more, also when no entry has come since', () => {
  const subject = decider([jail()]);
  subject.failure(failure('192.0.2.1', BEGIN));
  assert.equal(outlook(subject, '192.0.2.1', BEGIN + 9 * MINUTE).counted, 1);
  const { counted, missing } = outlook(subject, '192.0.2.1', BEGIN + 10 * MINUTE);
  assert.deepEqual([counted, missing], [0, 3]);
});

test('a jail that spares the address says why, and a prefix wider than its bans has no outlook', () => {
  const subject = decider([jail()], { spared: () => 'ignoreip' });
  assert.equal(outlook(subject, '192.0.2.1', BEGIN).spared, 'ignoreip');
  for (const wide of ['192.0.2.0/24', '2001:db8::/32']) {
    assert.deepEqual([...subject.outlooksOf(address(wide), BEGIN)], []);
  }
});
