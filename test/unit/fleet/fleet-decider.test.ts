/** What of the fleet's stream counts, in cases that random streams do not come upon. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import type { Change } from '../../../src/fleet/change.js';
import { FleetDecider } from '../../../src/fleet/fleet-decider.js';
import { type Content, encodeContent } from '../../../src/fleet/message.js';
import { type Subject, subjectText } from '../../../src/fleet/subject.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { memoryAfter } from '../../support/fleet-memory.js';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const address = anAddress('203.0.113.1');

function lab(maxBanTime = FOREVER) {
  const limits = {
    ...{ minReporters: 1, within: HOUR, maxBansPerHost: 1_000, maxBansPerMinute: 1_000, maxBans: 10_000 },
    ...{ maxPrefixIPv4: 24, maxPrefixIPv6: 48, maxBanTime },
  };
  const decider = new FleetDecider('here', limits);
  const changes: Change[] = [];
  let sequence = 0;
  const receive = (subject: Subject, content: Content) => {
    sequence += 1;
    const data = encodeContent(content);
    changes.push(...decider.receive({ subject: subjectText(subject), data, sequence, receivedAt: NOON }).changes);
  };
  return {
    decider,
    /** As it was stored. */
    resumed() {
      const other = new FleetDecider('here', limits);
      other.remember(memoryAfter(changes));
      return other;
    },
    ban: (until: number, at = NOON) =>
      receive({ kind: 'ban', host: 'web1', jail: 'ssh.service', address }, { kind: 'ban', at, since: at, until }),
    order: () => receive({ kind: 'order', address }, { kind: 'ban', at: NOON, since: NOON, until: NOON + HOUR }),
    liftHere: () => void changes.push(...decider.liftHere(address, sequence).changes),
    beginAnew: () => void changes.push(...decider.beginAnew()),
    member: () =>
      receive(
        { kind: 'member', host: 'web2' },
        { kind: 'member', at: NOON, version: '1', addresses: [address], sequence: 0, applied: 0 },
      ),
  };
}

test('an end that no time of the agent can have is none', () => {
  for (const maxBanTime of [FOREVER, HOUR]) {
    const fleet = lab(maxBanTime);
    fleet.ban(Number.MAX_SAFE_INTEGER, 1);
    const verdict = fleet.decider.verdict(address, NOON);
    assert.ok(verdict.kind === 'ban');
    assert.equal(verdict.report.until, maxBanTime === FOREVER ? FOREVER : NOON + HOUR);
  }
});

test('whom a person of this host let in is not banned here, though an administrator ordered it before', () => {
  const fleet = lab();
  fleet.order();
  fleet.liftHere();
  const whys = () =>
    [fleet.decider, fleet.resumed()].map((decider) => {
      const verdict = decider.verdict(address, NOON);
      return verdict.kind === 'none' ? verdict.why : 'ban';
    });
  assert.deepEqual(whys(), ['lifted-here', 'lifted-here']);
  assert.deepEqual(fleet.decider.expire(NOON), []);
  fleet.beginAnew();
  assert.deepEqual(whys(), ['lifted-here', 'lifted-here']);
  fleet.order();
  assert.deepEqual(whys(), ['ban', 'ban']);
});

test('a member that was not heard of for a week shields its addresses no longer', () => {
  const fleet = lab();
  fleet.ban(NOON + 30 * DAY);
  fleet.member();
  assert.deepEqual(fleet.decider.verdict(address, NOON), { kind: 'none', why: 'member', host: 'web2' });
  assert.deepEqual(fleet.decider.expire(NOON + 7 * DAY - 1), []);
  assert.deepEqual(fleet.decider.expire(NOON + 7 * DAY), [{ kind: 'drop-member', host: 'web2' }]);
  assert.equal(fleet.decider.verdict(address, NOON + 7 * DAY).kind, 'ban');
});
