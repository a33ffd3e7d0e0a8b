/** The agent seen over the bus is the agent: every question and answer survives the way, and nothing gets by polkit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '../../src/agent/explanation.js';
import { agentClient } from '../../src/control/client.js';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH, methods } from '../../src/control/interface.js';
import { serveAgent } from '../../src/control/server.js';
import { compareBans } from '../../src/core/ban.js';
import { FOREVER } from '../../src/core/time.js';
import type { Value } from '../../src/dbus/message.js';
import { variant } from '../../src/dbus/wire.js';
import { F2bError } from '../../src/errors.js';
import { aStatus, fakeAgent } from '../fakes/agent.js';
import { LoopbackBus, type LoopbackOptions } from '../fakes/loopback-bus.js';
import { aBan, aFailure, anAddress, anOffender, anOutlook, NOON } from '../fakes/values.js';

const v6 = anAddress('2001:db8::/64');

function connected(options: LoopbackOptions = { uid: 0 }) {
  const bus = new LoopbackBus(options);
  const agent = fakeAgent();
  const close = serveAgent({ bus, agent, onName: (refusal) => assert.equal(refusal, undefined) });
  return { bus, agent, close, client: agentClient(bus) };
}

/** All that comes in portions. */
async function all<T>(portions: AsyncIterable<readonly T[]>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const portion of portions) items.push(...portion);
  return items;
}

/** A raw call, as busctl makes it. */
function raw(bus: LoopbackBus, member: string, signature = '', body: readonly Value[] = [], from = AGENT_INTERFACE) {
  return bus.call({ destination: AGENT_NAME, path: AGENT_PATH, interface: from, member, signature, body });
}

test('the status arrives whole, also what is only sometimes there', async () => {
  const { agent, client } = connected();
  assert.deepEqual(await client.status(), aStatus);
  agent.current = {
    ...aStatus,
    state: 'degraded',
    position: undefined,
    firewall: { ...aStatus.firewall, state: 'unavailable', problem: 'firewalld is not running', oldestPending: 7 },
    problems: [{ code: 'FIREWALL_UNAVAILABLE', message: 'no firewall', hint: 'systemctl start firewalld' }],
  };
  assert.deepEqual(await client.status(), { ...agent.current });
});

test('bans arrive whole: permanent ones, with ports, reasons and members', async () => {
  const { agent, client } = connected();
  const ban = aBan({
    ...{ address: v6, until: FOREVER, disposition: 'ports', ports: ['22/tcp'], reason: 'ours', evidence: [] },
    members: [aBan({ address: anAddress('2001:db8::1') })],
  });
  agent.held.push({ ban, state: 'pending' });
  assert.deepEqual(await client.bans(), agent.held);
});

test('a long list of bans arrives in pages, complete and in order, of one jail when asked', async () => {
  const { agent, client } = connected();
  const jails = ['b.service', 'a.service'];
  for (let n = 0; n < 1_100; n += 1) {
    const address = anAddress(`10.0.${n >> 8}.${n & 255}`);
    for (const jail of jails) agent.held.push({ ban: aBan({ jail, address, evidence: [] }), state: 'enforced' });
  }
  const keys = (await client.bans()).map(({ ban }) => `${ban.jail} ${ban.address.text}`);
  assert.equal(keys.length, 2_200);
  const inOrder = agent.held.map(({ ban }) => ban).sort(compareBans);
  assert.deepEqual(
    keys,
    inOrder.map((ban) => `${ban.jail} ${ban.address.text}`),
  );
  assert.equal(new Set(keys).size, 2_200);
  assert.equal((await client.bans({ jail: 'a.service' })).length, 1_100);
});

test('bans arrive without their evidence when it is not wanted', async () => {
  const { agent, client } = connected();
  const ban = aBan({ evidence: ['s=1;i=1'] });
  agent.held.push({ ban, state: 'enforced' });
  assert.deepEqual(await client.bans({ evidence: true }), agent.held);
  assert.deepEqual(await client.bans({ evidence: false }), [{ ban: { ...ban, evidence: [] }, state: 'enforced' }]);
});

test('a ban is made as asked for, and a refusal arrives with its code, detail and hint', async () => {
  const { agent, client } = connected();
  const request = {
    addresses: [anAddress('192.0.2.7'), v6],
    jail: 'ssh.service',
    bantime: FOREVER,
    reason: 'scans us',
    force: true,
  };
  const made = await client.ban(request);
  assert.deepEqual(made, agent.held);
  assert.deepEqual(
    made.map(({ ban }) => [ban.address.text, ban.jail, ban.until, ban.reason]),
    [
      ['192.0.2.7', 'ssh.service', FOREVER, 'scans us'],
      ['2001:db8::/64', 'ssh.service', FOREVER, 'scans us'],
    ],
  );
  await assert.rejects(
    client.ban({ addresses: [v6], jail: 'nowhere' }),
    (error) =>
      error instanceof F2bError &&
      error.code === 'ARGUMENT_INVALID' &&
      error.message === 'f2bd refused the request: there is no jail nowhere' &&
      error.hint === 'see f2bctl status',
  );
});

test('bans of another program arrive whole, and what became of them comes back', async () => {
  const { agent, client } = connected();
  const carried = { address: v6, since: NOON, until: FOREVER, count: 3, failures: 9, reason: 'from elsewhere' };
  const both = [
    { ...carried, jail: 'ssh.service' },
    { ...carried, jail: 'nowhere' },
  ];
  const refused = [{ jail: 'nowhere', address: v6, why: 'there is no such jail' }];
  assert.deepEqual(await client.carryOver(both), { banned: 1, known: 0, remembered: 1, refused });
  assert.deepEqual(await client.carryOver(both), { banned: 0, known: 1, remembered: 1, refused });
  const [view] = agent.held;
  assert.deepEqual(
    [view?.ban.address, view?.ban.until, view?.ban.count, view?.ban.reason],
    [v6, FOREVER, 3, 'from elsewhere'],
  );
});

test('what other hosts reported arrives whole, and each refusal comes back with its reason', async () => {
  const { agent, client } = connected();
  const reports = ['192.0.2.7', '203.0.113.9'].map((text) => {
    return { address: anAddress(text), until: FOREVER, reason: 'ssh.service on web1' };
  });
  assert.deepEqual(await client.report(reports), [{ address: anAddress('192.0.2.7'), refusal: 'it is ours' }]);
  assert.deepEqual(
    agent.held.map(({ ban }) => [ban.jail, ban.address.text, ban.until, ban.origin, ban.reason]),
    [['fleet', '203.0.113.9', FOREVER, 'fleet', 'ssh.service on web1']],
  );
  const [report] = reports;
  assert.ok(report);
  const many = Array(1_001).fill(report);
  await assert.rejects(client.report(many), /Report: it is longer than the 64 KiB that f2bd reads at once$/);
  const { takes } = methods.report;
  assert.throws(() => takes.decode(takes.encode([many])), /must be at most 1000/);
});

test('an unban answers with the bans that were lifted, in one jail or in all', async () => {
  const { agent, client } = connected();
  const address = anAddress('192.0.2.7');
  const bans = [aBan({ address }), aBan({ address, jail: 'nginx.service' })];
  for (const ban of bans) agent.held.push({ ban, state: 'enforced' });
  assert.deepEqual(await all(client.unban(address, 'nginx.service')), bans.slice(1));
  assert.deepEqual(await all(client.unban(anAddress('192.0.2.0/24'))), bans.slice(0, 1));
  assert.deepEqual(await all(client.unban(address)), []);
});

test('more bans and allowances than one message holds are ended in portions, and all are told', async () => {
  const { agent, client } = connected();
  const members = Array.from({ length: 150 }, (_, n) => aBan({ address: anAddress(`10.255.255.${n}`) }));
  const far = { until: FOREVER };
  const hold = (): void => {
    for (let n = 0; n < 2_050; n += 1) {
      const address = anAddress(`10.0.${n >> 8}.${n & 255}`);
      agent.held.push({ ban: aBan({ address, ...(n < 20 ? { members } : {}) }), state: 'enforced' });
    }
  };
  const everywhere = anAddress('10.0.0.0/8');
  hold();
  assert.equal((await client.bans()).length, 2_050);
  assert.equal((await all(client.unban(everywhere))).length, 2_050);
  assert.equal(agent.held.length, 0);
  hold();
  assert.equal((await all(client.allow({ address: everywhere, ...far }))).length, 2_050);
  for (let n = 0; n < 1_500; n += 1) await agent.allow({ address: anAddress(`10.1.${n >> 8}.${n & 255}`), ...far });
  assert.equal((await all(client.disallow(everywhere))).length, 1_501);
  assert.deepEqual(agent.allowances(), []);
});

test('more allowances than a page holds are listed whole, each once', async () => {
  const { agent, client } = connected();
  const texts = Array.from({ length: 2_100 }, (_, n) => `10.0.${n >> 8}.${n & 255}`);
  for (const text of texts.toReversed()) await agent.allow({ address: anAddress(text), until: FOREVER });
  assert.deepEqual(
    (await client.allowances()).map(({ address }) => address.text),
    texts,
  );
});

test('one answer is a portion, counted with the bans that a ban stands for', async () => {
  const { agent, bus } = connected();
  const members = Array.from({ length: 399 }, () => aBan());
  for (let n = 0; n < 5; n += 1) {
    agent.held.push({ ban: aBan({ address: anAddress(`10.0.0.${n}`), members }), state: 'enforced' });
  }
  const listed = await raw(bus, 'ListBans', 'a{sv}', [{}]);
  assert.ok(listed.ok && Array.isArray(listed.body[0]));
  assert.deepEqual([listed.body[0].length, listed.body[1]], [3, true]);
  const lifted = await raw(bus, 'Unban', 'ss', ['10.0.0.0/8', '']);
  assert.ok(lifted.ok && Array.isArray(lifted.body[0]));
  assert.equal(lifted.body[0].length, 3);
  assert.equal(agent.held.length, 2);
});

test('an explanation arrives whole, vacuumed entries included', async () => {
  const { agent, client } = connected();
  const explanation: Explanation = {
    address: v6,
    bans: [
      { ban: aBan(), state: 'enforced', enforcedBy: ['ipset f2b-drop-ipv4-0 of firewalld'] },
      {
        ...{ ban: aBan(), state: 'enforced', enforcedBy: [] },
        ineffective: { failures: 12, last: NOON, cause: { kind: 'past', port: 22 } },
      },
    ],
    outlooks: [anOutlook({ spared: 'firewall-zone' }), anOutlook({ bantime: FOREVER, recidive: true })],
    zone: 'trusted',
    failures: [aFailure({ user: 'root' }), aFailure()],
    offenders: [anOffender({ bantime: FOREVER, totalBantime: FOREVER })],
    entries: [{ cursor: 's=1;i=1' }, { cursor: 's=1;i=2', at: NOON, line: 'host sshd[1]: Failed \u001b[2J password' }],
    more: true,
  };
  agent.explanation = explanation;
  assert.deepEqual(await client.why(v6), explanation);
});

test('an address is allowed, listed and disallowed', async () => {
  const { agent, client } = connected();
  assert.deepEqual(await all(client.allow({ address: v6, until: FOREVER, reason: 'office' })), []);
  await all(client.allow({ address: anAddress('192.0.2.1'), until: NOON + 5 }));
  const expected = [
    { address: v6, since: NOON, until: FOREVER, reason: 'office' },
    { address: anAddress('192.0.2.1'), since: NOON, until: NOON + 5 },
  ];
  assert.deepEqual(agent.allowances(), expected);
  assert.deepEqual(await client.allowances(), expected.toReversed(), 'in the order of the addresses');
  assert.deepEqual(await all(client.disallow(anAddress('2001:db8::/32'))), expected.slice(0, 1));
  assert.deepEqual(await client.allowances(), expected.slice(1));
});

test('what is set reaches the agent with who asked, and what is no setting does not', async () => {
  const { agent, client } = connected();
  await client.set('ssh.service', ['MaxRetry=2', 'IgnoreIP=192.0.2.9']);
  assert.deepEqual([agent.calls, agent.askers], [['set ssh.service MaxRetry=2 IgnoreIP=192.0.2.9'], [0]]);
  const many = Array.from({ length: 101 }, (_, n) => `IgnoreIP=192.0.2.${n}`);
  for (const settings of [[], [''], many, ['MaxRetry=2\nEnabled=no']])
    await assert.rejects(client.set('ssh.service', settings), { code: 'ARGUMENT_INVALID' });
  assert.equal(agent.calls.length, 1);
});

test('reload and verify reach the agent', async () => {
  const { agent, client } = connected();
  await client.reload();
  assert.deepEqual(await client.verify(), { added: 2, removed: 1 });
  assert.deepEqual(agent.calls, ['reload', 'verify']);
});

test('bans and unbans are signalled with jail and address in front', () => {
  const { bus, agent } = connected();
  agent.tellBan(aBan({ address: v6 }));
  agent.tellUnban(aBan(), 'expired');
  assert.deepEqual(
    bus.signals.map(({ member, signature, body }) => [member, signature, ...body.slice(0, 2)]),
    [
      ['Banned', 'ssa{sv}', 'ssh.service', '2001:db8::/64'],
      ['Unbanned', 'sss', 'ssh.service', '192.0.2.1'],
    ],
  );
});

test('without an agent the client says how to start it', async () => {
  const { client, close } = connected();
  await close();
  await assert.rejects(client.status(), { code: 'AGENT_NOT_RUNNING', hint: 'start it with: systemctl start f2bd' });
});

test('an agent that has enough to do is not mistaken for one of another version', async () => {
  const error = 'org.freedesktop.DBus.Error.LimitsExceeded';
  const client = agentClient({ call: async () => ({ ok: false, error, text: 'too many calls' }) });
  await assert.rejects(client.status(), { code: 'AGENT_BUSY', exitStatus: 75 });
});

test('what polkit does not allow is not told and not done, and the reason is named', async () => {
  const cases = [
    { polkit: () => [false, false] as const, text: /polkit does not allow org\.f2b\.manage/ },
    { polkit: () => [false, true] as const, text: /needs a password/ },
    { polkit: undefined, text: /only root may do this/ },
  ];
  for (const { polkit, text } of cases) {
    const { agent, client } = connected({ uid: 65534, ...(polkit === undefined ? {} : { polkit }) });
    await assert.rejects(client.ban({ addresses: [v6] }), (error) => {
      assert.ok(error instanceof F2bError);
      assert.equal(error.code, 'ACCESS_DENIED');
      assert.match(error.message, text);
      return true;
    });
    await assert.rejects(client.status(), { code: 'ACCESS_DENIED' });
    assert.deepEqual(agent.held, []);
  }
});

test('a call that needs a password is made again when the person can be asked, and not otherwise', async () => {
  const bus = new LoopbackBus({ uid: 65534, polkit: (_, interactive) => [interactive, !interactive] });
  const agent = fakeAgent();
  serveAgent({ bus, agent, onName: () => undefined });
  const told: string[] = [];
  const client = agentClient(bus, async () => {
    told.push('open');
    return async () => void told.push('close');
  });
  await client.reload();
  assert.deepEqual([told, agent.calls], [['open', 'close'], ['reload']]);
  await assert.rejects(agentClient(bus).reload(), { code: 'ACCESS_DENIED' });
  assert.deepEqual(agent.calls, ['reload']);
});

test('what a ban took the place of arrives with it', async () => {
  const { agent, client } = connected();
  agent.held.push({ ban: aBan({ jail: 'manual', address: v6, until: FOREVER, reason: 'ours' }), state: 'enforced' });
  const [view] = await client.ban({ addresses: [v6], bantime: 60_000_000 });
  assert.deepEqual(view?.replaced, { until: FOREVER, origin: 'jail', reason: 'ours' });
  const [alone] = await client.ban({ addresses: [anAddress('192.0.2.1')] });
  assert.ok(alone !== undefined && !('replaced' in alone));
});

test('the agent gets to know who bans and unbans', async () => {
  const root = connected();
  await root.client.ban({ addresses: [v6] });
  await all(root.client.unban(v6));
  const admin = connected({ uid: 1000, polkit: () => [true, false] });
  await all(admin.client.allow({ address: v6, until: FOREVER }));
  assert.deepEqual([root.agent.askers, admin.agent.askers], [[0, 0], [1000]]);
});

test('to look and to act are two permissions', async () => {
  const { client } = connected({ uid: 65534, polkit: (action) => [action === 'org.f2b.inspect', false] });
  assert.deepEqual(await client.bans(), []);
  await assert.rejects(all(client.unban(v6)), { code: 'ACCESS_DENIED' });
});

test('who may report what other hosts ban, and lift it, may not ban with force, spare, set or reload', async () => {
  const allowed = ['org.f2b.inspect', 'org.f2b.report'];
  const { agent, client } = connected({ uid: 65534, polkit: (action) => [allowed.includes(String(action)), false] });
  assert.deepEqual(await client.report([{ address: v6, until: FOREVER, reason: 'ssh.service on web1' }]), []);
  assert.equal((await all(client.unban(v6))).length, 1);
  const denied: readonly (() => Promise<unknown>)[] = [
    () => client.ban({ addresses: [v6], force: true }),
    () => all(client.allow({ address: v6, until: FOREVER })),
    () => all(client.disallow(v6)),
    () => client.set('ssh.service', ['MaxRetry=1']),
    () => client.reload(),
    () => client.verify(),
  ];
  for (const call of denied) await assert.rejects(call(), { code: 'ACCESS_DENIED' });
  assert.deepEqual(agent.calls, []);
});

test('arguments that are not valid are refused with the reason', async () => {
  const { bus, agent } = connected();
  const dictionary = (key: string, value: Value) => ({ [key]: value });
  const cases: readonly (readonly [string, string, readonly Value[], RegExp])[] = [
    ['Ban', 's', ['192.0.2.1'], /Ban takes "asa\{sv\}", not "s"/],
    ['Ban', 'asa{sv}', [['192.0.2.1', 'nonsense'], {}], /addresses: must be an IP address or prefix/],
    [
      'Ban',
      'asa{sv}',
      [['192.0.2.1'], dictionary('Bantimes', variant('t', 1n))],
      /"Bantimes" is not one of Jail, Bantime/,
    ],
    ['Ban', 'asa{sv}', [['192.0.2.1'], dictionary('Bantime', variant('t', 0n))], /Bantime must be longer than nothing/],
    ['Ban', 'asa{sv}', [['192.0.2.1'], dictionary('Bantime', variant('s', '1h'))], /Bantime must be a time in µs/],
    ['Ban', 'asa{sv}', [['192.0.2.1'], dictionary('Reason', variant('s', 'a\nb'))], /Reason must not hold control/],
    ['Ban', 'asa{sv}', [['192.0.2.1'], dictionary('Reason', variant('s', 'x'.repeat(2_000)))], /1 to 1000 characters/],
    ['Ban', 'asa{sv}', [Array.from({ length: 1_001 }, () => '192.0.2.1'), {}], /addresses: must be 1 to 1000/],
    ['ListAllowances', 'a{sv}', [dictionary('AfterAddress', variant('s', 'x'))], /AfterAddress is no address/],
    ['Unban', 'ss', ['192.0.2.1', 'x'.repeat(300)], /jail: must have 1 to 255 characters/],
    ['Nothing', '', [], /no method org\.f2b\.Agent1\.Nothing/],
  ];
  for (const [member, signature, body, text] of cases) {
    const answer = await raw(bus, member, signature, body);
    assert.ok(!answer.ok, member);
    assert.match(answer.text, text);
  }
  assert.deepEqual(agent.held, []);
});

test('properties can be read one by one and together', async () => {
  const { bus } = connected();
  const properties = 'org.freedesktop.DBus.Properties';
  const one = await raw(bus, 'Get', 'ss', [AGENT_INTERFACE, 'Version'], properties);
  const all = await raw(bus, 'GetAll', 's', [AGENT_INTERFACE], properties);
  const none = await raw(bus, 'Get', 'ss', [AGENT_INTERFACE, 'Colour'], properties);
  assert.ok(one.ok && all.ok);
  assert.deepEqual(one.body, [variant('s', '1.2.3')]);
  assert.deepEqual(Object.keys(Object(all.body[0])), [
    'Version',
    'State',
    'StartedAt',
    'Bans',
    'BelievedWithoutUnit',
    'PassedOverWithoutUnit',
  ]);
  assert.ok(!none.ok);
  for (const [member, signature, name] of [
    ['Get', 'ss', 'Version'],
    ['GetAll', 's'],
  ] as const) {
    const body = ['org.freedesktop.DBus.Peer', ...(name === undefined ? [] : [name])];
    const foreign = await raw(bus, member, signature, body, properties);
    assert.equal(foreign.ok || foreign.error, 'org.freedesktop.DBus.Error.UnknownInterface');
  }
});
