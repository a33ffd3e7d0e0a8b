/**
 * Servers of a fleet on both sides of a line that is cut, and hosts on both sides that go on banning. F2B_PARTITION=600
 * keeps it cut for ten minutes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimedFrom, FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { sleep } from '../support/process.js';
import { skipWithoutRoot, TwoSites } from '../support/two-sites.js';

const skip = skipWithoutNats || missingJournalRemote || skipWithoutRoot;

/** Seconds for which the line is cut. */
const CUT = Number(process.env['F2B_PARTITION'] ?? 1);
/** Seconds between two bans of a host meanwhile: of more than a hundred not all are told in the first minute afterwards. */
const BETWEEN = Math.max(0.25, CUT / 100);
/** Seconds in which servers choose a leader and hosts find them, on a slow machine, too. */
const TIMEOUT = 180;

test('both sides of a fleet that is cut in two go on banning, and have the same when they meet again', {
  skip,
}, async (t) => {
  const two = TwoSites.create(t);
  const [many, few] = two.sites;
  const lab = await NatsLab.start(t, ['web1', 'web2'], { sites: [many, many, few] });
  const web1 = await FleetHost.create(t, lab, 'web1', '', many);
  const web2 = await FleetHost.create(t, lab, 'web2', '', few);
  await Promise.all([web1.start(TIMEOUT), web2.start(TIMEOUT)]);
  web1.bans(['198.51.100.1', '198.51.100.2']);
  await web2.has(['198.51.100.1', '198.51.100.2'].map(claimedFrom('web1')), TIMEOUT);
  two.cut();
  web1.unbans('198.51.100.1');
  const [first, second]: [string[], string[]] = [['198.51.100.2'], []];
  for (let n = 0; n * BETWEEN < CUT; n += 1) {
    const place = `${n >> 8}.${n & 255}`;
    web1.bans([`10.1.${place}`]);
    web2.bans([`10.2.${place}`]);
    first.push(`10.1.${place}`);
    second.push(`10.2.${place}`);
    await sleep(BETWEEN);
  }
  assert.deepEqual([web1.fromFleet, web2.fromFleet], [[], ['198.51.100.1', '198.51.100.2'].map(claimedFrom('web1'))]);
  two.mend();
  await web2.has(first.map(claimedFrom('web1')), TIMEOUT);
  await web1.has(second.map(claimedFrom('web2')), TIMEOUT);
});
