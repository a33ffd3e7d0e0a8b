import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import type { FleetMember } from '../../../src/ports/fleet-control.js';
import { aFleetBan } from '../../fakes/fleet.js';
import { NOON } from '../../fakes/values.js';
import { aWorld, block, run } from './run.js';

function aMember(host: string, fields: Partial<FleetMember> = {}): FleetMember {
  const seen = { seenAt: NOON + 60_000_000, isSilent: false, sequence: 12, behind: 0 };
  return { host, version: '1', addresses: ['192.0.2.2'], ...seen, applied: 7, ...fields };
}

test('fleet status tells of the connection, of the members, and of what was refused', async () => {
  const world = aWorld();
  world.fleet.current = {
    ...world.fleet.current,
    members: [
      aMember('web2', { sequence: 10, behind: 2 }),
      aMember('web4', { seenAt: NOON - 20 * 60_000_000, isSilent: true }),
    ],
    reporters: [{ host: 'web3', claims: 5, refused: 9, lastRefusal: 'more bans than MaxBansPerHost=' }],
    ...{ waiting: 2, isPaused: true },
    allowances: [{ address: '192.0.2.0/24', until: FOREVER, by: 'admin', reason: 'the office' }],
  };
  const { status, output } = await run(world, ['fleet', 'status']);
  assert.equal(status, 0);
  assert.equal(
    output,
    block(`
      web1 is connected to its fleet, and paused.
      2 bans of others, 1 address banned here for them.
      2 messages of this host not with the servers yet.

      HOST  SEEN               BEHIND  APPLIED  REPORTS  REFUSED  LAST REFUSAL
      web2  1min ago                2        7        0        0
      web3                                            5        9  more bans than MaxBansPerHost=
      web4  22min ago, silent       0        7        0        0

      SPARED        UNTIL  BY     REASON
      192.0.2.0/24  never  admin  the office
      `),
  );
});

test('fleet status says who counts which share, and what keeps it from doing so', async () => {
  const world = aWorld();
  world.fleet.current = {
    ...world.fleet.current,
    members: [aMember('web2'), aMember('web3')],
    counting: {
      ...{ of: 8, partitions: 5, held: 12, behind: 3, bans: 1, waiting: 2, refusals: { late: 4 } },
      counters: [{ host: 'web2', partitions: 6 }],
      problems: ['web3 count by other limits\u001b[31m'],
    },
  };
  const { output } = await run(world, ['fleet', 'status']);
  assert.equal(
    output,
    block(`
      web1 is connected to its fleet.
      2 bans of others, 1 address banned here for them.
      Counts together 5 of 8 partitions: 12 failures in view, 1 ban found, 3 messages behind.
      2 messages with failures of this host not with the servers yet.
      web3 count by other limits\\u001b[31m

      HOST  SEEN      BEHIND  APPLIED  COUNTS  REPORTS  REFUSED
      web2  1min ago       0        7       6        0        0
      web3  1min ago       0        7                0        0
      `),
  );
});

test('fleet why tells of what was counted together how many failures of which hosts led to it', async () => {
  const world = aWorld();
  const [claim] = aFleetBan.claims;
  assert.ok(claim !== undefined);
  const reason = '12 failures on web1, web3';
  world.fleet.known = [{ ...aFleetBan, claims: [{ ...claim, jail: 'counted', reason }] }];
  const { output } = await run(world, ['fleet', 'why', '203.0.113.1']);
  assert.match(output, /^ {2}web2: counted together, 12 failures on web1, web3, since 2026-05-01 12:00:00 UTC/m);
});

test('fleet bans and fleet why say who banned an address and whether that holds here', async () => {
  const world = aWorld();
  world.fleet.known = [
    aFleetBan,
    { ...aFleetBan, address: '203.0.113.2', isBanned: false, reason: 'it would shut out web3, a member of the fleet' },
  ];
  const { output } = await run(world, ['fleet', 'bans']);
  assert.match(output, /^203\.0\.113\.1 +banned +2026-05-01 13:00:00 UTC +1 +ssh\.service on web2$/m);
  assert.match(output, /^203\.0\.113\.2 +not banned .* it would shut out web3, a member of the fleet$/m);
  assert.equal(
    (await run(world, ['fleet', 'why', '203.0.113.1'])).output,
    block(`
      203.0.113.1 is banned here until 2026-05-01 13:00:00 UTC (in 58min): ssh.service on web2.
        web2: ssh.service since 2026-05-01 12:00:00 UTC, until 2026-05-01 13:00:00 UTC (in 58min)
      `),
  );
  assert.equal((await run(world, ['fleet', 'why', '::1'])).output, 'No other host has banned ::1.\n');
  const json = JSON.parse((await run(world, ['fleet', 'bans', '-o', 'json'])).output);
  assert.equal(json.length, 2);
});

test('what other hosts chose is never printed raw', async () => {
  const world = aWorld();
  const evil = '\u001b[2Jevil';
  world.fleet.current = {
    ...world.fleet.current,
    ...{ problem: evil, host: evil, allowances: [{ address: evil, until: 1, by: evil, reason: evil }] },
  };
  world.fleet.known = [
    {
      ...aFleetBan,
      address: evil,
      reason: evil,
      claims: [{ ...aFleetBan.claims[0], host: evil, jail: evil, since: 1, until: 2 }],
    },
  ];
  for (const words of [['status'], ['bans'], ['why', '::1']]) {
    if (words[0] === 'why') world.fleet.bans = async () => world.fleet.known;
    const { output } = await run(world, ['fleet', ...words]);
    assert.ok(output.includes('evil'));
    assert.doesNotMatch(output, /\u001b/);
  }
});

test('an administrator’s words are handed over, and an answer says what was ordered', async () => {
  const world = aWorld();
  const said: string[] = [];
  const orders = [
    ['ban', '192.0.2.1', '--for', '1h', '--reason', 'scans us'],
    ['ban', '2001:db8::/64'],
    ['unban', '192.0.2.1'],
    ['allow', '192.0.2.0/24', '--for', '1h', '--reason', 'the office'],
    ['allow', '2001:db8::1'],
    ['disallow', '192.0.2.0/24'],
    ['withdraw', 'web3'],
    ['pause'],
    ['resume'],
  ];
  for (const words of orders) said.push((await run(world, ['fleet', ...words])).output);
  assert.deepEqual(world.fleet.asked, [
    'ban 192.0.2.1 3600000000 scans us',
    `ban 2001:db8::/64 ${FOREVER}`,
    'unban 192.0.2.1',
    'allow 192.0.2.0/24 3600000000 the office',
    `allow 2001:db8::1 ${FOREVER}`,
    'disallow 192.0.2.0/24',
    'withdraw web3',
    'pause',
    'resume',
  ]);
  assert.equal(said[0], '192.0.2.1 is to be banned everywhere until 2026-05-01 13:02:00 UTC (in 1h).\n');
  assert.equal(said[1], '2001:db8::/64 is to be banned everywhere permanently.\n');
  assert.equal(
    said[3],
    block(`
      192.0.2.0/24 is to be spared everywhere from bans of others until 2026-05-01 13:02:00 UTC (in 1h).
      Each host bans by what it sees itself all the same; f2bctl fleet unban lifts that.
      `),
  );
  assert.equal(said[5], '192.0.2.0/24 is to be spared no longer.\n');
});

test('without f2b-fleetd, and without an administrator’s key, an error says what to do', async () => {
  const world = aWorld();
  world.fleet.isRunning = false;
  const away = await run(world, ['fleet', 'status']);
  assert.deepEqual([away.status, /f2b-fleetd is not running\nhint: .*f2b-fleet\(7\)/.test(away.errors)], [69, true]);
  world.fleet.isRunning = true;
  world.fleet.isAdministrator = false;
  assert.equal((await run(world, ['fleet', 'ban', '192.0.2.1'])).status, 77);
});

test('enroll makes a key once, and server-config makes of its line what the servers need', async () => {
  const world = aWorld();
  const made = await run(world, ['fleet', 'enroll', 'web1', '--administrator', '--config-directory', '/c']);
  const line = `web1 U${'A'.repeat(55)} administrator\n`;
  assert.deepEqual([made.status, made.output, world.files.get('/c/fleet.nkey')], [0, line, 'SUSEED\n']);
  const again = await run(world, ['fleet', 'enroll', 'web1', '--config-directory', '/c']);
  assert.deepEqual([again.status, world.files.get('/c/fleet.nkey')], [64, 'SUSEED\n']);
  world.files.set('/list', `# hosts\n${line}web2 U${'B'.repeat(55)}\n`);
  const { output } = await run(world, ['fleet', 'server-config', '/list']);
  assert.match(output, /tls \{ cert_file: "\/etc\/nats\/server\.pem"/);
  assert.match(output, /# web1, an administrator\n.*nkey: UA{55}.*\n.*"f2b\.order\.\*"/);
  assert.match(
    output,
    /# web2\n.*nkey: UB{55}.*\n +publish: \{ allow: \["f2b\.ban\.web2\.\*\.\*", "f2b\.member\.web2", "f2b-failure\.web2\.\*", "\$JS/,
  );
  const local = await run(world, ['fleet', 'server-config', '/list', '--listen', '127.0.0.1:4222']);
  assert.doesNotMatch(local.output, /tls \{/);
  assert.doesNotMatch(output, /cluster/);
});

test('server-config writes how the servers of a cluster find and check each other', async () => {
  const world = aWorld();
  world.files.set('/list', `web1 U${'A'.repeat(55)}\n`);
  const routes = ['nats2', 'nats3'].flatMap((name) => ['--route', `${name}.example.org:6222`]);
  const { output } = await run(world, ['fleet', 'server-config', '/list', '--name', 'nats1', ...routes]);
  const lines = block(`
    server_name: "nats1"
    cluster {
      name: F2B
      listen: "0.0.0.0:6222"
      routes: ["nats-route://nats2.example.org:6222", "nats-route://nats3.example.org:6222"]
      tls { cert_file: "/etc/nats/server.pem", key_file: "/etc/nats/server.key", ca_file: "/etc/nats/ca.pem", verify: true, timeout: 5 }
    }
    `);
  assert.ok(output.includes(lines), output);
  for (const wrong of [
    ['--name', 'nats1'],
    ['--route', 'nats2:6222'],
    ['--name', 'N 1', '--route', 'nats2:6222'],
  ])
    assert.equal((await run(world, ['fleet', 'server-config', '/list', ...wrong])).status, 64);
});

test('all that is wrong with a list of hosts is told', async () => {
  const world = aWorld();
  const key = `U${'A'.repeat(55)}`;
  world.files.set('/list', `WEB ${key}\nweb1 x\nweb2 ${key} king\nweb3 ${key}\nweb3 ${key}\n`);
  const { status, errors } = await run(world, ['fleet', 'server-config', '/list']);
  assert.equal(status, 78);
  assert.deepEqual(
    [...errors.matchAll(/\/list:(\d): (.*)/g)].map(([, line, text]) => `${line} ${text}`),
    [
      '1 "WEB" is not the name of a host',
      '2 "x" is not a public key of a user',
      '3 "king" is not administrator',
      '5 web3 or its key is there twice',
    ],
  );
});

test('revoke takes a host out of the list after what it published is taken back', async () => {
  const world = aWorld();
  const key = `U${'A'.repeat(55)}`;
  world.files.set('/list', `web1 ${key}\nweb10 ${key}\n`);
  const { status } = await run(world, ['fleet', 'revoke', 'web1', '/list']);
  assert.deepEqual([status, world.files.get('/list'), world.fleet.asked], [0, `web10 ${key}\n`, ['withdraw web1']]);
  assert.equal((await run(world, ['fleet', 'revoke', 'web1', '/list'])).status, 64);
});
