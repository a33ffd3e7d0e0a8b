/** doctor tells what journald drops of the services that jails read, and whose limits are tighter than built in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOON } from '../../../fakes/values.js';
import { aWorld, run, type World } from '../run.js';

const ask =
  'systemctl show --timestamp=utc --property=Id,LoadState,LogRateLimitIntervalUSec,LogRateLimitBurst -- ssh.service';
const settings = 'systemd-analyze cat-config --no-pager systemd/journald.conf';
const sshd = (interval: string, burst: number) => ({
  status: 0,
  output: `Id=ssh.service\nLoadState=loaded\nLogRateLimitIntervalUSec=${interval}\nLogRateLimitBurst=${burst}\n`,
});

/** Debian's own: nothing but comments. */
function ordinaryWorld(): World {
  const world = aWorld();
  world.answers[ask] = sshd('0', 0);
  world.answers[settings] = {
    status: 0,
    output: '# /etc/systemd/journald.conf\n[Journal]\n#RateLimitIntervalSec=30s\n#RateLimitBurst=10000\n',
  };
  return world;
}

const told = async (world: World) => {
  const { output } = await run(world, ['doctor', '--json']);
  const [found] = (JSON.parse(output) as { name: string; findings: { message: string; hint: string }[] }[]).filter(
    ({ name }) => name === 'Journal',
  );
  return found?.findings.map(({ message, hint }) => `${message}\n${hint}`) ?? [];
};

const dropped = (world: World, unit: string, count: number, before: number, transport = 'driver') =>
  world.journal.append({
    receivedAt: NOON - before,
    line: `host systemd-journald[1]: Suppressed ${count} messages from ${unit}`,
    fields: {
      MESSAGE_ID: 'a596d6fe7bfa4994828e72309e95d61e',
      _TRANSPORT: transport,
      OBJECT_SYSTEMD_UNIT: unit,
      N_DROPPED: String(count),
    },
  });
const HOUR = 3_600_000_000;

test('the limits that are built in, and a journal that lacks nothing, are nothing to tell of', async () => {
  assert.deepEqual(await told(ordinaryWorld()), []);
});

test('a limit of journald that is tighter than built in is told, by the last file that sets it', async () => {
  const world = ordinaryWorld();
  const drop = (text: string) => {
    const { output } = world.answers[settings] ?? { output: '' };
    world.answers[settings] = {
      status: 0,
      output: `${output}\n# /etc/systemd/journald.conf.d/x.conf\n[Journal]\n${text}`,
    };
  };
  drop('RateLimitBurst=200\n');
  assert.deepEqual(await told(world), [
    'journald takes 200 entries in 30s of a service and drops the rest, which counts for nobody\n' +
      'take RateLimitIntervalSec= and RateLimitBurst= out of /etc/systemd/journald.conf and journald.conf.d: ' +
      'built in are 10,000 in 30s; then: systemctl restart systemd-journald',
  ]);
  drop('RateLimitIntervalSec=100ms\n');
  assert.deepEqual(await told(world), [], 'as much in a second as is built in');
  drop('RateLimitIntervalSec=1h\nRateLimitBurst=0\n');
  assert.deepEqual(await told(world), [], 'none at all');
});

test('a limit of the unit counts before that of journald, either way', async () => {
  const world = ordinaryWorld();
  world.answers[ask] = sshd('1min', 50);
  assert.deepEqual(await told(world), [
    'journald takes 50 entries in 1min of ssh.service and drops the rest, which counts for nobody\n' +
      'systemctl edit ssh.service, and write [Service] LogRateLimitIntervalSec=30s LogRateLimitBurst=10000, a line each; ' +
      'then: systemctl restart ssh.service',
  ]);
  world.answers[ask] = sshd('0', 20_000);
  assert.deepEqual(await told(world), []);
});

test('what journald dropped of a service that a jail reads is told for a day, with the limit that is to be raised', async () => {
  const world = ordinaryWorld();
  dropped(world, 'ssh.service', 7, 30 * HOUR);
  assert.deepEqual(await told(world), []);
  dropped(world, 'ssh.service', 1_000, 2 * HOUR);
  dropped(world, 'ssh.service', 234, HOUR);
  dropped(world, 'backup.service', 99, HOUR);
  assert.deepEqual(await told(world), [
    'journald dropped 1,234 entries of ssh.service within a day, last 1h 2min ago: failures among them count for nobody\n' +
      'it takes 10,000 entries in 30s: systemctl edit ssh.service, and write [Service] LogRateLimitIntervalSec=30s ' +
      'LogRateLimitBurst=100000, a line each; then: systemctl restart ssh.service',
  ]);
});

test('what another program writes like journald is not believed', async () => {
  const world = ordinaryWorld();
  dropped(world, 'ssh.service', 1_000, HOUR, 'syslog');
  assert.deepEqual(await told(world), []);
});

test('a jail of a namespace is told of the journald of that namespace', async () => {
  const world = ordinaryWorld();
  world.jails.push({
    ...{ name: 'web', state: 'enabled', description: '', filter: 'web', forgeableBy: '', files: [] },
    units: ['web.service'],
    source: { name: 'web', namespace: 'web' },
  });
  world.answers['systemd-analyze cat-config --no-pager systemd/journald@web.conf'] = {
    status: 0,
    output: '[Journal]\nRateLimitBurst=10\n',
  };
  assert.match(
    (await told(world)).join('\n'),
    /^journald takes 10 entries .*journald@web\.conf\.d.*systemd-journald@web$/s,
  );
});
