/** What counts of a fleet's stream, for random streams: the same for all who read it, however they read, and bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FleetLimits } from '../../src/config/fleet.js';
import { type Address, covers, overlaps } from '../../src/core/address/address.js';
import type { Change } from '../../src/fleet/deciding/change.js';
import { FleetDecider } from '../../src/fleet/deciding/fleet-decider.js';
import { type Content, type Delivered, encodeContent, parseMessage } from '../../src/fleet/messages/message.js';
import { subjectText } from '../../src/fleet/messages/subject.js';
import { anAddress, NOON } from '../fakes/values.js';
import { fleetLimits } from '../support/fleet-limits.js';
import { memoryAfter } from '../support/fleet-memory.js';
import '../support/seed.js';

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

const roomy = fleetLimits({ maxBanTime: 10 * HOUR });

const hosts = ['a', 'b', 'c'];
const texts = ['203.0.113.1', '203.0.113.2', '203.0.113.0/24', '2001:db8::1', '10.0.0.0/8'].map(anAddress);

const host = fc.constantFrom<string>(...hosts);
const address = fc.constantFrom(...texts);
const jail = fc.constantFrom<string>('ssh.service', 'nginx.service');
const length = fc.integer({ min: 1, max: 5_000 }).map((seconds) => seconds * SECOND);

/** A message without its place in the stream. Clocks of hosts are up to ten minutes away from the stream's. */
const message = fc.oneof(
  fc.record({
    kind: fc.constant('ban' as const),
    host,
    jail,
    address,
    length,
    skew: fc.integer({ min: -600, max: 600 }),
  }),
  fc.record({ kind: fc.constant('unban' as const), host, jail, address }),
  fc.record({ kind: fc.constantFrom('order' as const, 'let-in' as const), address, length }),
  fc.record({ kind: fc.constantFrom('allow' as const, 'disallow' as const), address, length }),
  fc.record({ kind: fc.constant('withdrawal' as const), host }),
  fc.record({ kind: fc.constant('member' as const), host, addresses: fc.subarray(texts.slice(0, 2)) }),
);
type Drawn = typeof message extends fc.Arbitrary<infer T> ? T : never;

function delivered(drawn: Drawn, index: number): Delivered {
  const receivedAt = NOON + index * SECOND;
  const put = (subject: string, content: Content) => ({
    subject,
    data: encodeContent(content),
    sequence: index + 1,
    receivedAt,
  });
  const at = receivedAt;
  switch (drawn.kind) {
    case 'ban': {
      const own = at + drawn.skew * SECOND;
      return put(subjectText({ ...drawn }), { kind: 'ban', at: own, since: own, until: own + drawn.length });
    }
    case 'unban':
      return put(subjectText({ ...drawn, kind: 'ban' }), { kind: 'unban', at });
    case 'order': {
      const { address: one, length: lasting } = drawn;
      return put(subjectText({ kind: 'order', address: one }), { kind: 'ban', at, since: at, until: at + lasting });
    }
    case 'let-in':
      return put(subjectText({ kind: 'order', address: drawn.address }), { kind: 'unban', at });
    case 'allow': {
      const { address: one, length: lasting } = drawn;
      return put(subjectText({ kind: 'allowance', address: one }), { kind: 'allow', at, until: at + lasting, by: 'a' });
    }
    case 'disallow':
      return put(subjectText({ kind: 'allowance', address: drawn.address }), { kind: 'disallow', at });
    case 'withdrawal':
      return put(subjectText(drawn), { kind: 'withdrawal', at });
    case 'member': {
      const { addresses } = drawn;
      return put(subjectText(drawn), { kind: 'member', at, version: '1', addresses, sequence: 1, applied: 0 });
    }
  }
}

const stream = fc.array(message, { maxLength: 60 }).map((all) => all.map(delivered));
const limits = fc
  .record({ minReporters: fc.integer({ min: 1, max: 3 }), within: fc.constantFrom(5 * SECOND, HOUR) })
  .map((some) => ({ ...roomy, ...some }));

/** Until when each address is banned. */
function verdicts(decider: FleetDecider, now: number): readonly string[] {
  return texts.map((one) => {
    const verdict = decider.verdict(one, now);
    return verdict.kind === 'ban' ? `${one.text} ${verdict.report.until} ${verdict.report.reason}` : verdict.why;
  });
}

function reader(all: readonly Delivered[], some: FleetLimits): FleetDecider {
  const decider = new FleetDecider('here', some, 7);
  for (const one of all) decider.receive(one);
  return decider;
}

test('a reader that is killed anywhere and goes on from what is stored decides what an undisturbed one does', () => {
  fc.assert(
    fc.property(stream, limits, fc.nat(60), (all, some, cut) => {
      const first = new FleetDecider('here', some, 7);
      const changes: Change[] = all.slice(0, cut).flatMap((one) => first.receive(one).changes);
      const second = new FleetDecider('here', some, 7);
      second.remember(memoryAfter(changes));
      for (const one of all.slice(cut)) second.receive(one);
      const now = NOON + all.length * SECOND;
      assert.deepEqual(verdicts(second, now), verdicts(reader(all, some), now));
    }),
  );
});

test('who joins late and reads what the stream kept has what those have who read all of it', () => {
  fc.assert(
    fc.property(stream, limits, (all, some) => {
      const last = new Map(all.map((one) => [one.subject, one.sequence]));
      const kept = all.filter(({ subject, sequence }) => last.get(subject) === sequence);
      for (const later of [0, 1_000, 4_000]) {
        const now = NOON + (all.length + later) * SECOND;
        assert.deepEqual(verdicts(reader(kept, some), now), verdicts(reader(all, some), now));
      }
    }),
  );
});

test('a member that was away for a day has what those have who were there, though it reads only what the stream kept', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 60 }), limits, fc.nat(60), (drawn, some, cut) => {
      const all = drawn.map((one, index) => delivered(one, index < cut ? index : index + DAY / SECOND));
      const last = new Map(all.map((one) => [one.subject, one.sequence]));
      const before = new FleetDecider('here', some, 7);
      const changes: Change[] = all.slice(0, cut).flatMap((one) => before.receive(one).changes);
      const away = new FleetDecider('here', some, 7);
      away.remember(memoryAfter(changes));
      for (const one of all.slice(cut)) if (last.get(one.subject) === one.sequence) away.receive(one);
      const there = reader(all.slice(0, cut), some);
      for (const now of [NOON + HOUR, NOON + DAY]) there.expire(now);
      for (const one of all.slice(cut)) there.receive(one);
      const now = NOON + DAY + all.length * SECOND;
      // Upkeep, which each does every minute.
      away.expire(now);
      assert.deepEqual(verdicts(away, now), verdicts(there, now));
    }),
  );
});

/** Whom an administrator spares after these messages: the plain reading. */
function sparedIn(all: readonly Delivered[], now: number): readonly Address[] {
  const last = new Map(all.map((one) => [one.subject, one]));
  return [...last.values()].flatMap((one) => {
    const message = parseMessage(one);
    if (message?.kind !== 'allowance' || message.content.kind !== 'allow') return [];
    return message.content.until > now ? [message.address] : [];
  });
}

test('with MinAge= who joins late bans nobody for longer than others do, and has what they have that much later', () => {
  fc.assert(
    fc.property(stream, limits, fc.integer({ min: 1, max: 3_000 }), (all, some, age) => {
      const minAge = age * SECOND;
      const last = new Map(all.map((one) => [one.subject, one.sequence]));
      const kept = all.filter(({ subject, sequence }) => last.get(subject) === sequence);
      const [late, early] = [kept, all].map((read) => reader(read, { ...some, minAge }));
      assert.ok(late !== undefined && early !== undefined);
      const begun = NOON + all.length * SECOND;
      for (const one of texts) {
        const [there, here] = [early, late].map((decider) => decider.verdict(one, begun));
        if (here?.kind === 'ban') assert.ok(there?.kind === 'ban' && there.report.until >= here.report.until);
      }
      assert.deepEqual(verdicts(late, begun + minAge), verdicts(early, begun + minAge));
    }),
  );
});

test('whatever is published, nobody is banned whom too few report, no member, no wide prefix and none who is spared', () => {
  fc.assert(
    fc.property(stream, limits, (all, some) => {
      const decider = reader(all, some);
      const now = NOON + all.length * SECOND;
      for (const one of texts) {
        const verdict = decider.verdict(one, now);
        if (verdict.kind === 'none') continue;
        const claims = decider
          .claimsAbout(one)
          .filter((claim) => claim.address === one || claim.address.text === one.text);
        const isOrdered = verdict.report.reason.startsWith('an administrator');
        const reporters = new Set(claims.filter(({ until }) => until > now).map((claim) => claim.host));
        assert.ok(isOrdered || reporters.size >= some.minReporters, verdict.report.reason);
        assert.ok(isOrdered || one.length >= 24, one.text);
        const own = decider.members.flatMap(({ addresses }) => addresses);
        assert.ok(!own.some((member) => covers(one, member)));
        assert.ok(!sparedIn(all, now).some((spared) => overlaps(spared, one)));
        assert.ok(verdict.report.until > now);
      }
    }),
  );
});

test('of a host that floods the stream so much is kept as the limits say, and others are heard', () => {
  const some = { ...roomy, maxBansPerHost: 50, maxBansPerMinute: 200, maxBans: 120 };
  const decider = new FleetDecider('here', some, 7);
  const flood = (name: string, count: number, from: number) => {
    let refused = 0;
    for (let n = 0; n < count; n += 1) {
      const one = anAddress(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
      const drawn = { kind: 'ban' as const, host: name, jail: 'x', address: one, length: HOUR, skew: 0 };
      if (decider.receive({ ...delivered(drawn, 0), sequence: from + n }).refusal !== undefined) refused += 1;
    }
    return refused;
  };
  assert.equal(flood('a', 20_000, 0), 20_000 - 50);
  assert.equal(flood('b', 40, 30_000), 0);
  assert.equal(flood('c', 100, 40_000), 100 - 30);
  assert.deepEqual([decider.size, decider.claimsOf('a'), decider.claimsOf('b')], [120, 50, 40]);
  const [reporter] = decider.reporters;
  assert.deepEqual([reporter?.host, reporter?.refused, reporter?.lastRefusal], ['a', 19_950, 'rate']);
});
