/** Hosts of a fleet on three servers that keep the streams together, through the loss of one, of two and of all of them. */
import { test } from 'node:test';
import { claimedFrom, FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';

const skip = skipWithoutNats || missingJournalRemote || false;

/** Seconds in which servers choose a leader and hosts find them, on a slow machine, too. */
const TIMEOUT = 120;

test('a fleet goes on without one of three servers, waits for the second and the third, and is equal when all are back', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2'], { servers: 3 });
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(TIMEOUT), web2.start(TIMEOUT)]);
  web1.bans(['203.0.113.1']);
  await web2.has(['203.0.113.1'].map(claimedFrom('web1')), TIMEOUT);
  await lab.kill(0);
  web1.bans(['203.0.113.2']);
  web2.bans(['203.0.113.102']);
  await web2.has(['203.0.113.1', '203.0.113.2'].map(claimedFrom('web1')), TIMEOUT);
  await web1.has(['203.0.113.102'].map(claimedFrom('web2')), TIMEOUT);
  const before = [web1.output.length, web2.output.length];
  await lab.kill(1);
  web1.unbans('203.0.113.1');
  web1.bans(['203.0.113.3']);
  web2.bans(['203.0.113.103']);
  for (const [place, host] of [web1, web2].entries())
    await until(
      `${host.name} says that it is alone`,
      () => host.output.includes('the servers of the fleet cannot be reached', before[place]) || undefined,
      TIMEOUT,
    );
  await lab.kill(2);
  web1.bans(['203.0.113.4']);
  for (const place of [0, 1, 2]) await lab.run(place);
  await web2.has(['203.0.113.2', '203.0.113.3', '203.0.113.4'].map(claimedFrom('web1')), TIMEOUT);
  await web1.has(['203.0.113.102', '203.0.113.103'].map(claimedFrom('web2')), TIMEOUT);
});

test('failures that come while one of three servers is killed and comes back are each counted once', {
  skip,
}, async (t) => {
  const names = ['web1', 'web2', 'web3'];
  const lab = await NatsLab.start(t, names, { servers: 3 });
  const config = 'Count=yes\n[Count]\nMaxRetry=6\nFindTime=5min\nBanTime=1h';
  const hosts = await Promise.all(names.map((name) => FleetHost.create(t, lab, name, config)));
  await Promise.all(hosts.map((host) => host.start(TIMEOUT)));
  // Of some six failures, of others one less: none may be lost, and none may count twice.
  const full = Array.from({ length: 16 }, (_, n) => `10.0.0.${n}`);
  const lacking = full.map((text) => text.replace('10.0.0.', '10.0.1.'));
  for (let round = 0; round < 6; round += 1) {
    hosts[round % 3]?.fails(round === 2 ? full : [...full, ...lacking]);
    if (round === 1) await lab.kill(0);
    await sleep(1);
    if (round === 3) await lab.run(0);
  }
  for (const host of hosts) await host.hasBanned(full, TIMEOUT);
  hosts[2]?.fails(lacking);
  for (const host of hosts) await host.hasBanned([...full, ...lacking], TIMEOUT);
});
