/** A server of a fleet whose disk is full: hosts keep what they have to say, and say it when there is room again. */
import { test } from 'node:test';
import { claimedFrom, FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { until } from '../support/process.js';
import { skipWithoutRoot } from '../support/two-sites.js';

const skip = skipWithoutNats || missingJournalRemote || skipWithoutRoot;

const TIMEOUT = 120;

test('bans that a server has no room for wait on their host, which says so, and are told when there is room', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2'], { room: '8m' });
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(TIMEOUT), web2.start(TIMEOUT)]);
  web1.bans(['203.0.113.1']);
  await web2.has(['203.0.113.1'].map(claimedFrom('web1')), TIMEOUT);
  lab.fillDisk();
  const before = web1.output.length;
  const late = Array.from({ length: 200 }, (_, n) => `10.1.0.${n}`);
  web1.bans(late);
  await until(
    'web1 says that it is not heard',
    () => web1.output.includes('the servers of the fleet cannot be reached', before) || undefined,
    TIMEOUT,
  );
  lab.makeRoom();
  // nats-server does not go on by itself.
  await lab.kill();
  await lab.run();
  await web2.has(['203.0.113.1', ...late].map(claimedFrom('web1')), TIMEOUT);
});
