/** Hosts of a fleet on three servers that keep the stream together, through the loss of one and of two of them. */
import { test } from 'node:test';
import { claimedFrom, FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { until } from '../support/process.js';

const skip = skipWithoutNats || missingJournalRemote || false;

/** Seconds in which servers choose a leader and hosts find them, on a slow machine, too. */
const PATIENCE = 120;

test('a fleet goes on without one of three servers, waits for the second, and is equal when all are back', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2'], { servers: 3 });
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(PATIENCE), web2.start(PATIENCE)]);
  web1.bans(['203.0.113.1']);
  await web2.has(['203.0.113.1'].map(claimedFrom('web1')), PATIENCE);
  await lab.kill(0);
  web1.bans(['203.0.113.2']);
  web2.bans(['203.0.113.102']);
  await web2.has(['203.0.113.1', '203.0.113.2'].map(claimedFrom('web1')), PATIENCE);
  await web1.has(['203.0.113.102'].map(claimedFrom('web2')), PATIENCE);
  const before = [web1.output.length, web2.output.length];
  await lab.kill(1);
  web1.unbans('203.0.113.1');
  web1.bans(['203.0.113.3']);
  web2.bans(['203.0.113.103']);
  for (const [place, host] of [web1, web2].entries())
    await until(
      `${host.name} says that it is alone`,
      () => host.output.includes('the servers of the fleet cannot be reached', before[place]) || undefined,
      PATIENCE,
    );
  await lab.run(0);
  await lab.run(1);
  await web2.has(['203.0.113.2', '203.0.113.3'].map(claimedFrom('web1')), PATIENCE);
  await web1.has(['203.0.113.102', '203.0.113.103'].map(claimedFrom('web2')), PATIENCE);
});
