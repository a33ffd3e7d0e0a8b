/** Hosts of a fleet over a real nats-server, each with f2b-fleetd as it is built, a real journal and a real bus. */
import { test } from 'node:test';
import { FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';

const skip = skipWithoutNats || missingJournalRemote || false;

test('what one host bans another bans, what it unbans is unbanned, and nothing of it is told again', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2']);
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(), web2.start()]);
  web1.bans(['203.0.113.1', '203.0.113.2', '2001:db8::1']);
  await web2.has(['203.0.113.1', '203.0.113.2', '2001:db8::1'].map((text) => `${text}: ssh.service on web1`));
  web1.unbans('203.0.113.2');
  await web2.has(['203.0.113.1', '2001:db8::1'].map((text) => `${text}: ssh.service on web1`));
  web2.bans(['203.0.113.1'], { jail: 'fleet', origin: 'fleet' });
  web2.bans(['203.0.113.9']);
  await web1.has(['203.0.113.9: ssh.service on web2']);
});
