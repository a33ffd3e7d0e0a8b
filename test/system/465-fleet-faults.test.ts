/**
 * Hosts of a fleet through kills, absent servers, and another host that does what it likes. F2B_KILLS=100 kills so often,
 * F2B_SEED=NUMBER at other moments; F2B_FLOOD=1000000 has one host publish so many bans.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { encodeContent } from '../../src/fleet/messages/message.js';
import { subjectText } from '../../src/fleet/messages/subject.js';
import { openSession } from '../../src/nats/session.js';
import { anAddress } from '../fakes/values.js';
import { claimedFrom, FleetHost } from '../support/fleet-lab.js';
import { missingJournalRemote } from '../support/journal-files.js';
import { NatsLab, skipWithoutNats } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';
import { seededRandom } from './kill-lab.js';

const skip = skipWithoutNats || missingJournalRemote || false;

const KILLS = Number(process.env['F2B_KILLS'] ?? 6);
/** Bans of a round, not more in all than a host may tell in a minute. */
const BANS = Math.max(2, Math.floor(120 / KILLS));
/** Bans of a host that publishes whatever it likes, and how many at once. */
const FLOOD = Number(process.env['F2B_FLOOD'] ?? 50);
const AT_ONCE = 500;
/** Seconds between a start and a kill, at most: f2b-fleetd begins to work within them. */
const LONGEST_LIFE = 0.8;

test('killed at any moment on either side, both hosts end with what an undisturbed fleet has', { skip }, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2', 'web3']);
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(), web2.start()]);
  const banned: string[] = [];
  const random = seededRandom(t);
  for (let round = 0; round < KILLS; round += 1) {
    const texts = Array.from({ length: BANS }, (_, n) => `10.0.${round}.${n}`);
    web1.bans(texts);
    banned.push(...texts.slice(1));
    const [lifted = ''] = texts;
    web1.unbans(lifted);
    // Somewhere between the journal and the agent of the other host.
    await sleep(random() * LONGEST_LIFE);
    const killed = random() < 0.5 ? web1 : web2;
    await killed.stop('SIGKILL');
    killed.launch();
  }
  await web2.has(banned.map(claimedFrom('web1')), 120);
  // Whatever web2 said of what it bans for web1 came before this.
  web2.bans(['203.0.113.200']);
  await web1.has(['203.0.113.200'].map(claimedFrom('web2')), 60);
  // Who joins now has read the stream alone, once.
  const web3 = await FleetHost.create(t, lab, 'web3');
  await web3.start();
  await web3.has([...banned.map(claimedFrom('web1')), ...['203.0.113.200'].map(claimedFrom('web2'))], 60);
  for (const host of [web2, web3]) await host.stop();
  const claimsOfWeb1 = (host: FleetHost) => host.claims().then((all) => all.filter((text) => text.includes(' web1 ')));
  assert.deepEqual(await claimsOfWeb1(web2), await claimsOfWeb1(web3));
});

test('what is banned while the server is away is told when it is back, also by a server that lost all', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2']);
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(), web2.start()]);
  web1.bans(['203.0.113.1']);
  await web2.has(['203.0.113.1'].map(claimedFrom('web1')));
  await lab.kill();
  web1.bans(['203.0.113.2']);
  await until('web1 says so', () => web1.output.includes('the servers of the fleet cannot be reached') || undefined);
  await lab.run();
  await web2.has(['203.0.113.1', '203.0.113.2'].map(claimedFrom('web1')), 60);
  await lab.kill();
  lab.loseAll();
  await lab.run();
  // Who is new has only what is told again.
  lab.enroll('web3');
  await lab.kill();
  await lab.run();
  const web3 = await FleetHost.create(t, lab, 'web3');
  await web3.start();
  await web3.has(['203.0.113.1', '203.0.113.2'].map(claimedFrom('web1')), 60);
});

test('a stream that is deleted under the hosts is made anew, and has all again that is in force', {
  skip,
}, async (t) => {
  const mayDelete = (config: string) => config.replaceAll('"$JS.API.STREAM.INFO.*"', '"$JS.API.STREAM.>"');
  const lab = await NatsLab.start(t, ['web1', 'web2', 'web3'], { amend: mayDelete });
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(), web2.start()]);
  web1.bans(['203.0.113.1', '203.0.113.2']);
  await web2.has(['203.0.113.1', '203.0.113.2'].map(claimedFrom('web1')));
  const manager = await jetstreamManager(await lab.connect(t, 'web3'), { checkAPI: false });
  assert.equal(await manager.streams.delete('F2B'), true);
  web1.unbans('203.0.113.1');
  web1.bans(['203.0.113.3']);
  web2.bans(['203.0.113.50']);
  await web2.has(['203.0.113.2', '203.0.113.3'].map(claimedFrom('web1')), 60);
  // Who is new has only what is told again.
  const web3 = await FleetHost.create(t, lab, 'web3');
  await web3.start();
  const all = [
    ...['203.0.113.2', '203.0.113.3'].map(claimedFrom('web1')),
    ...['203.0.113.50'].map(claimedFrom('web2')),
  ];
  await web3.has(all, 60);
});

test('a member that was away has what is in force when it is back, and tells what was banned there meanwhile', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['web1', 'web2']);
  const web1 = await FleetHost.create(t, lab, 'web1');
  const web2 = await FleetHost.create(t, lab, 'web2');
  await Promise.all([web1.start(), web2.start()]);
  web1.bans(['203.0.113.1', '203.0.113.2']);
  await web2.has(['203.0.113.1', '203.0.113.2'].map(claimedFrom('web1')));
  await web2.stop();
  web1.unbans('203.0.113.1');
  web1.bans(['203.0.113.3']);
  web2.bans(['203.0.113.50']);
  await web2.start();
  await web2.has(['203.0.113.2', '203.0.113.3'].map(claimedFrom('web1')));
  await web1.has(['203.0.113.50'].map(claimedFrom('web2')));
});

test('a host that publishes whatever it likes is bounded, and one word of an administrator undoes it', {
  skip,
}, async (t) => {
  const lab = await NatsLab.start(t, ['admin', 'evil', 'web2', 'web3']);
  const web2 = await FleetHost.create(t, lab, 'web2', 'MaxBansPerHost=6');
  const admin = await FleetHost.create(t, lab, 'admin', 'Apply=no');
  await Promise.all([web2.start(), admin.start()]);
  const evil = await openSession(lab.optionsOf('evil'));
  t.after(() => evil.close());
  const at = Date.now() * 1_000;
  const hour = 3_600_000_000;
  const data = encodeContent({ kind: 'ban', at, since: at, until: at + hour });
  const say = (text: string, content = data) =>
    evil.publish(
      subjectText({ kind: 'ban', host: 'evil', jail: 'ssh.service', address: anAddress(text) }),
      content,
      `${text} ${content.length}`,
    );
  for (const text of ['0.0.0.0/1', '::/1', '10.0.0.0/8']) await say(text);
  await say('198.51.100.1', new TextEncoder().encode('garbage'));
  await assert.rejects(evil.publish('f2b.ban.web2.x.y', data, 'x'), { code: 'FLEET_DENIED' });
  await assert.rejects(evil.publish('f2b.order.x', data, 'x'), { code: 'FLEET_DENIED' });
  const web3 = await openSession(lab.optionsOf('web3'));
  t.after(() => web3.close());
  const ofFleet = anAddress('203.0.113.77');
  const member = { kind: 'member', at, version: '1', addresses: [ofFleet], sequence: 0, applied: 0 } as const;
  await web3.publish(subjectText({ kind: 'member', host: 'web3' }), encodeContent(member), 'm');
  await say(ofFleet.text);
  const texts = Array.from({ length: FLOOD }, (_, n) => `20.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
  for (let from = 0; from < FLOOD; from += AT_ONCE)
    await Promise.all(texts.slice(from, from + AT_ONCE).map((text) => say(text)));
  // One more claim is that on the address of a member, who is not banned for it.
  await web2.has(texts.slice(0, 5).map(claimedFrom('evil')), 60);
  for (const why of ['a prefix wider', 'more bans than MaxBansPerHost='])
    await until(`web2 says ${why}`, () => web2.output.includes(why) || undefined);
  const client = await openSession(lab.optionsOf('admin'));
  t.after(() => client.close());
  const withdrawal = encodeContent({ kind: 'withdrawal', at });
  await client.publish(subjectText({ kind: 'withdrawal', host: 'evil' }), withdrawal, 'w');
  await web2.has([], 60);
});
