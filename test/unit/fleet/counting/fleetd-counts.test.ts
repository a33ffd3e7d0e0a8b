/** A whole f2b-fleetd that counts with others, on streams in memory: what it shares, counts, says and passes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTED_JAIL } from '../../../../src/core/ban.js';
import type { ToldEvent } from '../../../../src/events/told-event.js';
import { countersOf, partitionOf } from '../../../../src/fleet/counting/partition.js';
import { encodeFailures, parseFailures } from '../../../../src/fleet/messages/failure-message.js';
import { encodeContent, parseMessage } from '../../../../src/fleet/messages/message.js';
import { subjectText } from '../../../../src/fleet/messages/subject.js';
import { anAddress, NOON } from '../../../fakes/values.js';
import type { MemoryStream } from '../../../support/memory-stream.js';
import { until } from '../../../support/process.js';
import { connectedFleetd } from '../fleetd-lab.js';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

const config = { jails: ['ssh*'], maxretry: 4, findtime: 10 * MINUTE, bantime: 60 * MINUTE, isDeaf: false };
const attacker = anAddress('203.0.113.1');
const partition = partitionOf(attacker);

let told = 0;
function failed(text: string, fields: Partial<ToldEvent & { kind: 'failure' }> = {}): ToldEvent {
  told += 1;
  const cursor = `s=0123456789abcdef0123456789abcdef;i=${told.toString(16)};b=x`;
  const place = { cursor, at: NOON, host: 'web1', message: '' };
  return { kind: 'failure', jail: 'ssh.service', address: text, logged: { at: NOON, count: 1 }, ...place, ...fields };
}

const position = { cursor: 'c', receivedAt: NOON };

/** Another member says that it counts, too, or no longer. */
function tellMember(stream: MemoryStream, host: string, isCounting: boolean, limits = {}, interval = 5 * MINUTE): void {
  const { maxretry, findtime, bantime } = { ...config, ...limits };
  const offer = isCounting ? { count: { maxretry, findtime, bantime } } : {};
  const place = { sequence: 1, applied: 0, interval };
  const content = { kind: 'member' as const, at: NOON, version: '1', addresses: [], ...place, ...offer };
  stream.store(subjectText({ kind: 'member', host }), encodeContent(content));
}

function shares(stream: MemoryStream, host: string, id: string, count = 1): void {
  const failures = Array.from({ length: count }, () => ({ address: attacker, at: NOON, count: 1 }));
  stream.share(host, partition, encodeFailures({ id, failures }));
}

/** Counted bans that a host published. */
function publishedBy(stream: MemoryStream, host: string) {
  return stream.stored.flatMap((delivered) => {
    const message = parseMessage(delivered);
    return message?.kind === 'ban' && message.host === host && message.jail === COUNTED_JAIL ? [message] : [];
  });
}

test('failures of the jails that are to be shared are, each once, by the clock of the servers', async (t) => {
  const ahead = 7 * MINUTE;
  const { fleetd, stream } = await connectedFleetd(t, 'web1', {}, ahead, config);
  await until('the clock is known', async () => (await fleetd.status('')).counting?.partitions === 8 || undefined);
  const others = [failed('203.0.113.2', { jail: 'nginx.service' }), failed('203.0.113.3', { jail: 'fleet' })];
  const events = [failed(attacker.text), ...others, failed('not an address'), failed(attacker.text)];
  await fleetd.told(events, position);
  await until('it is shared', () => stream.failures(partition).length > 0 || undefined);
  const [message, ...more] = stream.failures(partition);
  assert.ok(message !== undefined && more.length === 0);
  const shared = parseFailures(message, partition);
  assert.equal(shared?.host, 'web1');
  assert.deepEqual(
    shared?.failures.map(({ address, at }) => [address.text, at]),
    [0, 1].map(() => [attacker.text, NOON + ahead]),
  );
  for (let n = 0; n < 8; n += 1) if (n !== partition) assert.equal(stream.failures(n).length, 0);
});

test('what reaches the limit on several hosts is published as a ban of its own, and banned here', async (t) => {
  const { fleetd, stream, reported } = await connectedFleetd(t, 'web1', {}, 0, config);
  await until('it counts', async () => (await fleetd.status('')).counting?.partitions === 8 || undefined);
  shares(stream, 'web2', 'a', 3);
  shares(stream, 'web3', 'b');
  await until('it is banned here', () => reported.includes(attacker.text) || undefined);
  const [ban, ...more] = publishedBy(stream, 'web1');
  assert.deepEqual([ban?.address.text, more.length], [attacker.text, 0]);
  assert.ok(ban?.content.kind === 'ban');
  assert.deepEqual([ban.content.since, ban.content.until], [NOON, NOON + config.bantime]);
  assert.equal(ban.content.reason, '4 failures on web2, web3');
  assert.equal(fleetd.bans(attacker)[0]?.reason, '4 failures on web2, web3, counted by web1');
});

test('it counts its share, takes over that of who leaves or is not heard of, and lets go what others take', async (t) => {
  const { fleetd, stream, clock } = await connectedFleetd(t, 'web1', {}, 0, config);
  const share = async () => (await fleetd.status('')).counting?.partitions;
  const has = (count: number) => until(`it counts ${count}`, async () => (await share()) === count || undefined);
  const shareOf = (hosts: readonly string[]) =>
    Array.from({ length: 8 }, (_, n) => countersOf(n, hosts, 2)).filter((counters) => counters.includes('web1')).length;
  await has(8);
  tellMember(stream, 'web2', true);
  tellMember(stream, 'web3', true);
  tellMember(stream, 'web4', true);
  const ofFour = shareOf(['web1', 'web2', 'web3', 'web4']);
  assert.ok(ofFour < 8);
  await has(ofFour);
  tellMember(stream, 'web2', false);
  await has(shareOf(['web1', 'web3', 'web4']));
  for (let minute = 0; minute < 17; minute += 1) await clock.advance(MINUTE);
  await has(8);
});

test('who is in line to count and is not heard of is passed over as soon in a large fleet as in a small one', async (t) => {
  const { fleetd, stream, clock } = await connectedFleetd(t, 'web1', {}, 0, config);
  const share = async () => (await fleetd.status('')).counting?.partitions;
  const has = (count: number) => until(`it counts ${count}`, async () => (await share()) === count || undefined);
  await has(8);
  // They were far behind in line when they said so, and are gone.
  for (const host of ['web2', 'web3', 'web4']) tellMember(stream, host, true, {}, 60 * MINUTE);
  await until('others count, too', async () => ((await share()) ?? 8) < 8 || undefined);
  for (let minute = 0; minute < 17; minute += 1) await clock.advance(MINUTE);
  await has(8);
});

test('who offers to count is known at once, though more was read behind its word', async (t) => {
  const { fleetd, stream } = await connectedFleetd(t, 'web1', {}, 0, config);
  const share = async () => (await fleetd.status('')).counting?.partitions;
  const has = (count: number) => until(`it counts ${count}`, async () => (await share()) === count || undefined);
  await has(8);
  stream.portion = 1;
  for (const host of ['web2', 'web3', 'web4']) tellMember(stream, host, true);
  const ban = { kind: 'ban', at: NOON, since: NOON, until: NOON + MINUTE, reason: '' } as const;
  stream.store(subjectText({ kind: 'ban', host: 'web2', jail: 'ssh', address: attacker }), encodeContent(ban));
  const counters = Array.from({ length: 8 }, (_, n) => countersOf(n, ['web1', 'web2', 'web3', 'web4'], 2));
  await has(counters.filter((hosts) => hosts.includes('web1')).length);
});

test('failures that others shared before it took over count as if it had counted all along', async (t) => {
  const { fleetd, stream, reported } = await connectedFleetd(t, 'web1', {}, 0, config);
  const [second = '', third = ''] = countersOf(
    partition,
    Array.from({ length: 50 }, (_, n) => `m${n}`).filter(
      (host) => !countersOf(partition, [host, 'web1'], 1).includes('web1'),
    ),
    2,
  );
  tellMember(stream, second, true);
  tellMember(stream, third, true);
  const isOurs = async () => {
    const { counting } = await fleetd.status('');
    return counting !== undefined && counting.counters.length === 3;
  };
  await until('the others count', async () => (await isOurs()) || undefined);
  shares(stream, 'web2', 'a', 2);
  shares(stream, 'web3', 'b', 1);
  tellMember(stream, third, false);
  await until('it takes over', async () => (await fleetd.status('')).counting?.held === 3 || undefined);
  shares(stream, 'web3', 'c', 1);
  await until('it is banned here', () => reported.includes(attacker.text) || undefined);
  assert.equal(publishedBy(stream, 'web1').length, 1);
});

test('what an administrator lets in begins anew, and what a withdrawn host told does not count', async (t) => {
  const { fleetd, stream, reported, settled } = await connectedFleetd(t, 'web1', {}, 0, config);
  const held = (count: number) =>
    until(`${count} are held`, async () => (await fleetd.status('')).counting?.held === count || undefined);
  await until('it counts', async () => (await fleetd.status('')).counting?.partitions === 8 || undefined);
  shares(stream, 'web2', 'a', 3);
  await held(3);
  stream.store(subjectText({ kind: 'withdrawal', host: 'web2' }), encodeContent({ kind: 'withdrawal', at: NOON }));
  await held(0);
  shares(stream, 'web3', 'b', 3);
  await held(3);
  stream.store(subjectText({ kind: 'order', address: attacker }), encodeContent({ kind: 'unban', at: NOON }));
  await held(0);
  shares(stream, 'web4', 'c');
  await settled();
  assert.deepEqual(reported, []);
});

test('an agent that tells of no single failures is a problem with what to do, until it does', async (t) => {
  const { fleetd } = await connectedFleetd(t, 'web1', {}, 0, { ...config, isDeaf: true });
  const problems = async () => (await fleetd.status('')).counting?.problems.join();
  assert.match((await problems()) ?? '', /LogFailures=yes/);
  await fleetd.told([failed(attacker.text)], position);
  assert.equal(await problems(), '');
  const { kind: _, logged: __, address: ___, ...rest } = { ...failed(attacker.text), logged: 0, address: 0 };
  await fleetd.told([{ ...rest, kind: 'failures', jail: 'ssh.service' }], position);
  assert.match((await problems()) ?? '', /LogFailures=yes/);
});

test('a member that counts by other limits is named, and not counted with', async (t) => {
  const { fleetd, stream } = await connectedFleetd(t, 'web1', {}, 0, config);
  tellMember(stream, 'web9', true, { maxretry: 5 });
  const said = async () => {
    const problems = (await fleetd.status('')).counting?.problems.join() ?? '';
    return /^web9 count by other limits.*write the same MaxRetry=/.test(problems) || undefined;
  };
  await until('it is named', said);
  const { counting } = await fleetd.status('');
  assert.deepEqual(
    counting?.counters.map(({ host }) => host),
    ['web1'],
  );
});
