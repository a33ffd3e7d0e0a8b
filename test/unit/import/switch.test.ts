/** `f2bctl import --switch`, `--confirm` and `--back`, with programs of the system that answer what they are told to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { aWorld, run, type World } from '../cli/run.js';
import { configurations } from './configurations.js';

const DROPIN = '/etc/f2b/units/ssh.service.conf.d/40-fail2ban.conf';
const RECORD = '/var/lib/f2b-import/switch.json';
const CLIENT = 'fail2ban-client -c /srv/fail2ban';
const SWITCH = ['import', '/srv/fail2ban', '--switch'];

/** fail2ban runs the jail sshd and holds these; f2bd runs and is enabled. */
function beside(...banned: readonly string[]): World {
  const world = aWorld();
  for (const [path, text] of Object.entries(configurations.mail)) world.files.set(`/srv/fail2ban/${path}`, text);
  world.answers[`${CLIENT} status`] = { status: 0, output: 'Status\n`- Jail list:\tsshd\n' };
  world.answers[`${CLIENT} status sshd`] = { status: 0, output: `   \`- Banned IP list:\t${banned.join(' ')}\n` };
  world.answers['systemctl --quiet is-active f2b-switch-back.service'] = { status: 3, output: '' };
  const rows = banned.map((ip) => ({ jail: 'sshd', ip, timeofban: NOON / 1e6, bantime: 3_600, bancount: 1 }));
  world.databases.set('/var/lib/fail2ban/fail2ban.sqlite3', { rows, problems: [] });
  return world;
}

function answer(world: World, command: string, status: number, output: string): void {
  world.answers[`${CLIENT} ${command}`] = { status, output };
}

const order = (world: World, ...commands: readonly string[]) =>
  assert.deepEqual(
    world.ran.filter((line) => commands.some((command) => line.startsWith(command))),
    commands,
  );

test('fail2ban is stopped after its bans are held here, and after the way back is armed', async () => {
  const world = beside('192.0.2.1', '192.0.2.2');
  const { status, output } = await run(world, SWITCH);
  assert.equal(status, 0, output);
  assert.equal(world.agent.held.length, 2);
  assert.match(output, /unless you keep it[\s\S]*f2bctl import --confirm/);
  assert.match(
    world.ran.find((line) => line.startsWith('systemd-run')) ?? '',
    /--on-active=120s .* f2bctl import --back$/,
  );
  const last = world.ran.filter((line) => /^systemd-run|stop fail2ban/.test(line)).slice(-2);
  assert.deepEqual([last[0]?.startsWith('systemd-run'), last[1]], [true, 'systemctl stop fail2ban']);
  assert.ok(!world.ran.includes('systemctl disable --quiet fail2ban'));
});

test('where firewalld does not run, nftables is what holds the bans, until it is taken back', async () => {
  const path = '/etc/f2b/f2bd.conf.d/40-fail2ban.conf';
  const world = beside('192.0.2.1');
  world.answers['systemctl --quiet is-active firewalld'] = { status: 3, output: '' };
  const { output } = await run(world, SWITCH);
  assert.match(output, /^firewalld does not run here: f2b uses nftables/m);
  assert.match(world.files.get(path) ?? '', /^\[Agent\]\nFirewall=nftables$/m);
  await run(world, ['import', '--back']);
  assert.equal(world.files.get(path), undefined);
});

test('it refuses what would leave something unguarded, and changes nothing', async () => {
  const cases: readonly (readonly [string, (world: World) => void, RegExp])[] = [
    ['no answer', (world) => answer(world, 'ping', 255, ''), /does not answer/],
    [
      'a jail that is not carried over',
      (world) => answer(world, 'status', 0, 'Jail list: sshd, odd'),
      /\[odd\] would be unguarded/,
    ],
    ['switched already', (world) => void world.files.set(RECORD, '{}'), /switch\.json cannot be read/],
  ];
  for (const [name, change, told] of cases) {
    const world = beside();
    change(world);
    const { status, errors } = await run(world, SWITCH);
    assert.equal(status, 78, name);
    assert.match(errors, told, name);
    assert.equal(world.files.get(DROPIN), undefined, name);
    assert.ok(!world.ran.some((line) => /systemctl (?:stop|enable|start|disable)/.test(line)), name);
  }
});

test('it takes itself back when the firewall is not there', async () => {
  const world = beside('192.0.2.1');
  world.agent.current = {
    ...world.agent.current,
    firewall: { ...world.agent.current.firewall, state: 'unavailable', problem: 'it is not running' },
  };
  const { status, errors } = await run(world, SWITCH);
  assert.equal(status, 78);
  assert.match(errors, /it is not running/);
  assert.equal(world.files.get(DROPIN), undefined);
  assert.equal(world.files.get(RECORD), undefined);
  assert.ok(!world.ran.includes('systemctl stop fail2ban'));
});

test('who is held there alone keeps fail2ban from being stopped', async () => {
  const world = beside('192.0.2.1');
  world.databases.set('/var/lib/fail2ban/fail2ban.sqlite3', { rows: [], problems: [] });
  const { errors } = await run(world, SWITCH);
  assert.match(errors, /fail2ban holds 1 address that f2b does not hold: 192\.0\.2\.1 of \[sshd\]/);
  assert.ok(!world.ran.includes('systemctl stop fail2ban'));
});

test('--confirm ends the countdown and disables fail2ban; --back starts it and tells it of bans made since', async () => {
  const world = beside('192.0.2.1');
  await run(world, SWITCH);
  const { status } = await run(world, ['import', '--confirm']);
  assert.equal(status, 0);
  assert.ok(
    world.ran.indexOf('systemctl stop f2b-switch-back.timer') < world.ran.indexOf('systemctl disable --quiet fail2ban'),
  );
  world.agent.held.push({ ban: aBan({ jail: 'ssh.service', address: anAddress('192.0.2.7') }), state: 'enforced' });
  world.ran.length = 0;
  Object.defineProperty(world.answers, `${CLIENT} status sshd`, {
    get: () => {
      const more = world.ran.some((line) => line.includes('banip')) ? ' 192.0.2.7' : '';
      return { status: 0, output: `Banned IP list: 192.0.2.1${more}` };
    },
  });
  const back = await run(world, ['import', '--back']);
  assert.equal(back.status, 0);
  assert.match(back.output, /told of 1 ban more/);
  order(world, 'systemctl enable --quiet fail2ban', 'systemctl start fail2ban', `${CLIENT} set sshd banip 192.0.2.7`);
  assert.equal(world.files.get(DROPIN), undefined);
});

test('a file that somebody changed since is left when it is taken back', async () => {
  const world = beside();
  await run(world, SWITCH);
  world.files.set(DROPIN, '[Ban]\nMaxRetry=9\n');
  const { output } = await run(world, ['import', '--back']);
  assert.match(output, /Left as it is, as somebody changed it: .*40-fail2ban\.conf/);
  assert.equal(world.files.get(DROPIN), '[Ban]\nMaxRetry=9\n');
});

test('there is nothing to confirm or to take back when nothing was switched', async () => {
  for (const option of ['--confirm', '--back'])
    assert.equal((await run(aWorld(), ['import', option])).status, 78, option);
  assert.equal((await run(aWorld(), ['import', '--back', '--switch'])).status, 64);
  assert.equal((await run(beside(), [...SWITCH, '--within', '1s'])).status, 64);
});
