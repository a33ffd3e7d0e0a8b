/** What f2bctl simulate prints: whom a jail would have banned, and what other settings change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulatedBan, Simulation, SimulationRequest } from '../../../src/agent/simulation.js';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { aWorld, block, run } from './run.js';

const MINUTE = 60 * MICROS_PER_SECOND;

function aSimulatedBan(address: string, minute: number, fields: Partial<SimulatedBan> = {}): SimulatedBan {
  const since = NOON + minute * MINUTE;
  return { address: anAddress(address), since, until: since + 10 * MINUTE, count: 1, failures: 5, ...fields };
}

function aSimulation(fields: Partial<Simulation> = {}): Simulation {
  const times = { first: NOON, last: NOON + 90 * MINUTE };
  return { jail: 'ssh.service', entries: 8_500, ...times, failures: 40, spared: 3, bans: [], ...fields };
}

test('simulate lists the bans in their order, and the totals', async () => {
  const world = aWorld();
  world.running = false;
  const bans = [
    aSimulatedBan('192.0.2.1', 1),
    aSimulatedBan('2001:db8::/64', 2, { until: FOREVER, failures: 12 }),
    aSimulatedBan('192.0.2.1', 30, { count: 2 }),
  ];
  world.simulation = () => aSimulation({ bans });
  assert.deepEqual(await run(world, ['simulate', 'ssh.service']), {
    status: 0,
    errors: '',
    output: block(`
      ssh.service: 8,500 entries, 2026-05-01 12:00:00 UTC to 2026-05-01 13:30:00 UTC

      ADDRESS        BANNED                        FOR  FAILURES  BANS
      192.0.2.1      2026-05-01 12:01:00 UTC     10min         5     1
      2001:db8::/64  2026-05-01 12:02:00 UTC  infinity        12     1
      192.0.2.1      2026-05-01 12:30:00 UTC     10min         5     2

      3 bans of 2 addresses; 40 failures counted, 3 spared.
      `),
  });
});

test('simulate says so when there is nothing to ban or nothing to read', async () => {
  const world = aWorld();
  assert.equal(
    (await run(world, ['simulate', 'ssh.service'])).output,
    block(`
      ssh.service: no entries in this time

      No bans; 0 failures counted, 0 spared.
      `),
  );
});

test('simulate -p puts both settings side by side, first who is banned only with one of them', async () => {
  const world = aWorld();
  const both = [aSimulatedBan('192.0.2.1', 1), aSimulatedBan('192.0.2.1', 30)];
  const requests: SimulationRequest[] = [];
  world.simulation = (request) => {
    requests.push(request);
    if (request.settings.length === 0) return aSimulation({ bans: [...both, aSimulatedBan('192.0.2.3', 50)] });
    return aSimulation({ failures: 31, bans: [...both.slice(0, 1), aSimulatedBan('192.0.2.2', 40)] });
  };
  const argv = ['simulate', 'ssh.service', '-p', 'MaxRetry=3', '--property', 'FindTime=1h', '--since', '-1h'];
  assert.equal(
    (await run(world, argv)).output,
    block(`
      ssh.service: 8,500 entries, 2026-05-01 12:00:00 UTC to 2026-05-01 13:30:00 UTC
      Changed: MaxRetry=3 FindTime=1h

      ADDRESS    CURRENT                  BANS    FOR  CHANGED                  BANS    FOR
      192.0.2.2  -                           -      -  2026-05-01 12:40:00 UTC     1  10min
      192.0.2.3  2026-05-01 12:50:00 UTC     1  10min  -                           -      -
      192.0.2.1  2026-05-01 12:01:00 UTC     2  20min  2026-05-01 12:01:00 UTC     1  10min

      TOTAL             CURRENT  CHANGED
      Bans                    3        2
      Addresses               2        2
      Failures counted       40       31
      Failures spared         3        3

      Banned only with the changed settings: 1 address; only with the current ones: 1.
      `),
  );
  const now = NOON + 2 * MINUTE;
  const shared = { jail: 'ssh.service', configDirectory: '/etc/f2b', directory: undefined };
  assert.deepEqual(
    requests,
    [[], ['MaxRetry=3', 'FindTime=1h']].map((settings) => ({
      ...shared,
      settings,
      since: now - 60 * MINUTE,
      until: now,
    })),
  );
});

test('settings that read other entries are told to', async () => {
  const world = aWorld();
  world.simulation = ({ settings }) => aSimulation(settings.length === 0 ? {} : { entries: 1 });
  assert.match(
    (await run(world, ['simulate', 'ssh.service', '-p', 'Unit=my-sshd.service'])).output,
    /^With the changed settings, 1 entry, 2026-05-01 12:00:00 UTC to /m,
  );
});

test('people see a hundred rows, programs see all', async () => {
  const world = aWorld();
  const bans = Array.from({ length: 1_300 }, (_, n) => aSimulatedBan(`10.0.${n >> 8}.${n & 255}`, n));
  world.simulation = () => aSimulation({ bans });
  const { output } = await run(world, ['simulate', 'ssh.service']);
  assert.equal(output.match(/^10\.0\./gm)?.length, 100);
  assert.match(output, /^… and 1,200 more; --output=json prints all$/m);
  const json = JSON.parse((await run(world, ['simulate', 'ssh.service', '-o', 'json'])).output);
  assert.equal(json.current.bans.length, 1_300);
  assert.deepEqual(json.current.bans[0], {
    ...{ address: '10.0.0.0', since: NOON, until: NOON + 10 * MINUTE, count: 1, failures: 5 },
  });
  const compared = JSON.parse((await run(world, ['simulate', 'ssh.service', '-p', 'MaxRetry=3', '-o', 'json'])).output);
  assert.deepEqual(Object.keys(compared), ['settings', 'current', 'changed']);
});

test('a setting that could become another one is refused', async () => {
  for (const setting of ['MaxRetry', '=3', 'MaxRetry=3\n[Jail]\nEnabled=no', 'MaxRetry=3\\']) {
    const { status, errors } = await run(aWorld(), ['simulate', 'ssh.service', '-p', setting]);
    assert.equal(status, 64);
    assert.match(errors, /is not KEY=VALUE\nhint: write for example/);
  }
});
