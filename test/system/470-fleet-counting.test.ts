/**
 * Failures counted together by real f2b-fleetd at a real nats-server, through kills, members that leave, and a liar.
 * F2B_KILLS=100 kills so often, F2B_SEED=NUMBER at other moments.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { partitionOf } from '../../src/fleet/counting/partition.js';
import { encodeFailures } from '../../src/fleet/messages/failure-message.js';
import { encodeContent } from '../../src/fleet/messages/message.js';
import { subjectText } from '../../src/fleet/messages/subject.js';
import { openSession } from '../../src/nats/session.js';
import { anAddress } from '../fakes/values.js';
import { FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { run, sleep, until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { seededRandom } from './kill-lab.js';

const skip = skipWithoutNats || missingJournalRemote || false;

const CONFIG = 'Count=yes\n[Count]\nMaxRetry=6\nFindTime=5min\nBanTime=1h';

async function hostsOf(t: TestContext, names: readonly string[], config = CONFIG): Promise<readonly FleetHost[]> {
  const lab = await NatsLab.start(t, names);
  const hosts: FleetHost[] = [];
  for (const name of names) hosts.push(await FleetHost.create(t, lab, name, config));
  await Promise.all(hosts.map((host) => host.start()));
  return hosts;
}

test('failures on several hosts are counted as those of one', { skip }, async (t) => {
  const hosts = await hostsOf(t, ['web1', 'web2', 'web3']);
  const [one, many, alone] = ['203.0.113.1', '203.0.113.2', '203.0.113.3'];
  for (const host of hosts) host.fails([one, one, many]);
  hosts[0]?.fails([alone, alone, alone, alone, alone, alone, alone]);
  for (const host of hosts) await host.hasBanned([one]);
  for (const host of hosts) assert.match(host.fromFleet[0] ?? '', /6 failures on web1, web2, web3, counted by web\d/);
  for (const host of hosts) host.fails([many]);
  for (const host of hosts) await host.hasBanned([one, many]);
});

const KILLS = Number(process.env['F2B_KILLS'] ?? 6);
/** Seconds between a start and a kill, at most: f2b-fleetd begins to count within them. */
const LONGEST_LIFE = 1.5;

test('members that are killed and members that leave lose no count and double none', { skip }, async (t) => {
  const names = ['web1', 'web2', 'web3', 'web4'];
  const hosts = await hostsOf(t, names);
  const random = seededRandom(t);
  const some = () => hosts[Math.floor(random() * hosts.length)];
  const full: string[] = [];
  for (let round = 0; round < KILLS; round += 1) {
    // Of some six failures on two hosts and more, of others one less.
    const addresses = Array.from({ length: 8 }, (_, n) => `10.0.${round}.${n}`);
    const lacking = addresses.filter((_, n) => n % 2 === 1);
    full.push(...addresses.filter((_, n) => n % 2 === 0));
    const [first, second] = [some(), some()];
    for (let failure = 0; failure < 4; failure += 1) some()?.fails(addresses);
    const others = hosts.filter((host) => host !== first);
    await sleep(random() * LONGEST_LIFE);
    const how = random() < 0.3 ? 'SIGTERM' : 'SIGKILL';
    await second?.stop(how);
    others[0]?.fails(addresses);
    first?.fails(addresses.filter((text) => !lacking.includes(text)));
    await sleep(random() * LONGEST_LIFE);
    second?.launch();
  }
  for (const host of hosts) await host.hasBanned(full, 90);
  // Of whom one failure is lacking it is not counted twice by anybody, also when all is counted anew.
  for (const host of hosts) await host.stop();
  await Promise.all(hosts.map((host) => host.start()));
  for (const host of hosts) host.fails(['203.0.113.1', '203.0.113.1']);
  for (const host of hosts) await host.hasBanned([...full, '203.0.113.1'], 90);
});

test('a host that lies gets nobody banned, neither by failures nor by counting', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['admin', 'evil', 'web1', 'web2', 'web3']);
  const hosts: FleetHost[] = [];
  for (const name of ['admin', 'web1', 'web2', 'web3'])
    hosts.push(await FleetHost.create(t, lab, name, `MinReporters=2\n${CONFIG}`));
  await Promise.all(hosts.map((host) => host.start()));
  const evil = await openSession(lab.optionsOf('evil'));
  t.after(() => evil.close());
  const [victim, next, real] = addressesOfOne();
  const at = Date.now() * 1_000;
  const lie = (text: string, count: number) => {
    const failures = Array.from({ length: count }, () => ({ address: anAddress(text), at, count: 1 }));
    return evil.failures.publish(partitionOf(anAddress(text)), encodeFailures({ id: text, failures }), text);
  };
  await lie(victim, 30);
  await lie(next, 5);
  const counted = subjectText({ kind: 'ban', host: 'evil', jail: 'counted', address: anAddress(victim) });
  const ban = { kind: 'ban', at, since: at, until: at + 3_600_000_000, reason: '6 failures on web1, web2' } as const;
  await evil.publish(counted, encodeContent(ban), 'lie');
  await assert.rejects(evil.publish(counted.replace('evil', 'web1'), encodeContent(ban), 'x'), {
    code: 'FLEET_DENIED',
  });
  await evil.failures.publish(3, 'garbage', 'garbage');
  const withdrawal = encodeContent({ kind: 'withdrawal', at: Date.now() * 1_000 });
  const admin = await openSession(lab.optionsOf('admin'));
  t.after(() => admin.close());
  await admin.publish(subjectText({ kind: 'withdrawal', host: 'evil' }), withdrawal, 'w');
  await admin.failures.purge('evil');
  // What comes after it in the same stream is read after it.
  hosts[0]?.bans(['198.51.100.1']);
  hosts[1]?.bans(['198.51.100.1']);
  await hosts[3]?.hasBanned(['198.51.100.1']);
  // What it told before it was withdrawn does not count with what others see.
  hosts[1]?.fails([next]);
  for (const host of hosts) host.fails([real, real]);
  // Who banned it itself needs another one besides.
  for (const [index, host] of hosts.entries()) await host.hasBanned(index < 2 ? [real] : ['198.51.100.1', real]);
});

/** Addresses that are counted one after the other. */
function addressesOfOne(): readonly [string, string, string] {
  const [first = '', second = '', third = ''] = Array.from({ length: 99 }, (_, n) => `203.0.113.${n}`).filter(
    (text) => partitionOf(anAddress(text)) === 3,
  );
  return [first, second, third];
}

test('servers whose configuration is older keep failures out, which is told, and bans go on', { skip }, async (t) => {
  const amend = (config: string) =>
    config
      .replace(/"(?:f2b-failure|\$JS\.API\.STREAM\.\w+\.F2B_FAILURES)[^"]*", /g, '')
      .replaceAll('.*.web', '.F2B.web')
      .replaceAll('INFO.*', 'INFO.F2B');
  const lab = await NatsLab.start(t, ['web1', 'web2'], { amend });
  const web1 = await FleetHost.create(t, lab, 'web1', CONFIG);
  const web2 = await FleetHost.create(t, lab, 'web2', CONFIG);
  await Promise.all([web1.start(), web2.start()]);
  web1.fails(['203.0.113.1']);
  web1.bans(['203.0.113.2']);
  await web2.has(['203.0.113.2: ssh.service on web1']);
  for (const host of [web1, web2])
    await until('it is told', () => /counting together: .* do not let this host in/.test(host.output) || undefined);
  web2.bans(['203.0.113.3']);
  await web1.has(['203.0.113.3: ssh.service on web2']);
});

test('--check says that the agent’s configuration keeps failures from being shared', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), `f2b-fleet-check-${process.pid}-`));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'fleet.conf'), `[Fleet]\nName=web1\nServer=tls://localhost\n${CONFIG}\n`);
  const check = () => run(['node', join(repository, 'dist/f2b-fleetd.js'), '--check', '--config-directory', folder]);
  const before = await check();
  assert.equal(before.status, 78);
  assert.match(before.err, /LogFailures=yes/);
  writeFileSync(join(folder, 'f2bd.conf'), '[Agent]\nLogFailures=yes\n');
  assert.equal((await check()).status, 0);
});
