/** `f2bctl import --switch`, `--confirm` and `--back`, with programs of the system that answer what they are told to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ban } from '../../../src/core/ban.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import type { CommandAnswer } from '../../../src/host/programs/run-command.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { configurations } from '../../support/fail2ban-configurations.js';
import { aWorld, run, type World } from '../cli/run.js';

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

const aRecord = JSON.stringify({
  ...{ directory: '/srv/fail2ban', at: NOON, jails: [], created: [], tails: [] },
  ...{ wasGuarding: true, wasEnabled: true, fail2banWasEnabled: true, isConfirmed: false },
});

/** What that program answers each time it is run. */
function answers(world: World, command: string, next: () => CommandAnswer): void {
  Object.defineProperty(world.answers, command, { get: next });
}

/** f2bd is neither running nor enabled before. */
function withoutF2bd(world: World): void {
  for (const [asked, started] of [
    ['is-active', 'start'],
    ['is-enabled', 'enable --quiet'],
  ])
    answers(world, `systemctl --quiet ${asked} f2bd`, () => ({
      status: world.ran.includes(`systemctl ${started} f2bd`) ? 0 : 3,
      output: '',
    }));
}

/** Held by f2b; `after`: s after the switch, or before. */
function hold(world: World, address: string, after: number, more: Partial<Ban> = {}): void {
  const since = NOON + (120 + after) * MICROS_PER_SECOND;
  world.agent.held.push({ ban: aBan({ address: anAddress(address), since, ...more }), state: 'enforced' });
}

const heldBy = (world: World) => world.agent.held.map(({ ban }) => ban.address.text).sort();

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
  const armed = world.ran.filter((line) => line.startsWith('systemd-run'));
  // What comes before fail2ban is stopped may take longer than whoever switches waits for the answer.
  assert.match(armed.at(0) ?? '', /--on-active=600s .* f2bctl import --back$/);
  assert.match(armed.at(-1) ?? '', /--on-active=120s .* f2bctl import --back$/);
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
    ['no list of jails', (world) => answer(world, 'status', 255, 'ERROR'), /fail2ban-client status: ERROR/],
    ['a record that says nothing', (world) => void world.files.set(RECORD, '{}'), /switch\.json cannot be read/],
    ['switched already', (world) => void world.files.set(RECORD, aRecord), /it was switched over already/],
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

/** f2b-actiond is installed and does not run, and there is an action for it. */
function withActiond(world: World): void {
  const asked = '--property=Id,LoadState,LogNamespace,ActiveState,ActiveEnterTimestamp -- f2b-actiond.service';
  const output = 'Id=f2b-actiond.service\nLoadState=loaded\nActiveState=inactive\n';
  world.answers[`systemctl show --timestamp=utc ${asked}`] = { status: 0, output };
  world.files.set('/srv/fail2ban/action.d/sendmail-whois-lines.conf', '[Definition]\nactionban = mail <dest>\n');
}

test('who carries out the actions is started when fail2ban is stopped, enabled when it is kept, and taken back', async () => {
  const world = beside('192.0.2.1');
  withActiond(world);
  assert.equal((await run(world, SWITCH)).status, 0);
  order(world, 'systemctl stop fail2ban', 'systemctl start f2b-actiond.service');
  await run(world, ['import', '--confirm']);
  assert.ok(world.ran.includes('systemctl enable --quiet f2b-actiond.service'));
  await run(world, ['import', '--back']);
  assert.ok(world.ran.includes('systemctl disable --quiet --now f2b-actiond.service'));
});

test('that nobody can be told of bans is told, and keeps nobody from being guarded', async () => {
  const world = beside('192.0.2.1');
  withActiond(world);
  world.answers['systemctl start f2b-actiond.service'] = { status: 1, output: 'failed' };
  const { status, errors } = await run(world, SWITCH);
  assert.equal(status, 0);
  assert.match(errors, /Nobody is told of bans: .*systemctl start f2b-actiond\.service/);
  assert.ok(world.ran.includes('systemctl stop fail2ban'));
});

test('with --only the others are left to fail2ban’s end, and that is told', async () => {
  const world = beside('192.0.2.1');
  world.files.set('/srv/fail2ban/jail.d/own.local', '[own]\nenabled = true\nfilter = own\n');
  answer(world, 'status', 0, 'Jail list: sshd, own');
  const all = await run(world, SWITCH);
  assert.equal(all.status, 78);
  assert.match(all.errors, /\[own\] would be unguarded/);
  const { status, errors } = await run(world, [...SWITCH, '--only', 'sshd']);
  assert.equal(status, 0);
  assert.match(errors, /As --only leaves them out, nothing guards for: own/);
  const unknown = await run(beside(), [...SWITCH, '--only', 'sshx']);
  assert.match(unknown.errors, /\[sshx\] is no jail of fail2ban's/);
  assert.equal(unknown.status, 78);
});

test('a yes keeps it, anything else takes it back at once, and nobody to ask leaves it to the timer', async () => {
  for (const [agreement, kept, last] of [
    [true, true, 'systemctl disable --quiet fail2ban'],
    [false, false, 'systemctl start fail2ban'],
    [undefined, true, 'systemctl stop fail2ban'],
  ] as const) {
    const world = beside('192.0.2.1');
    world.agreement = agreement;
    const { status, output } = await run(world, SWITCH);
    assert.equal(status, 0);
    assert.match(output, /It is taken back at \d\d:\d\d:\d\d UTC, in 120 s, unless you keep it/);
    assert.equal(world.files.has(DROPIN), kept, String(agreement));
    const changes = world.ran.filter((line) => /^systemctl (?:start|stop|disable .*) ?fail2ban$/.test(line));
    assert.equal(changes.at(-1), last);
    assert.equal(output.includes('Keep it with: f2bctl import --confirm'), agreement === undefined);
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

test('what the timer has taken back meanwhile is not switched over, and is taken back whole', async () => {
  const world = beside('192.0.2.1');
  withoutF2bd(world);
  answers(world, `${CLIENT} status sshd`, () => {
    if (!world.ran.includes('systemctl stop f2bd')) world.files.delete(RECORD);
    return { status: 0, output: 'Banned IP list: 192.0.2.1' };
  });
  const { status, errors } = await run(world, SWITCH);
  assert.equal(status, 78);
  assert.match(errors, /it was taken back meanwhile/);
  assert.ok(!world.ran.includes('systemctl stop fail2ban'));
  order(world, 'systemctl start f2bd', 'systemctl start fail2ban', 'systemctl stop f2bd');
  assert.equal(world.files.get(DROPIN), undefined);
  assert.equal(world.files.get(RECORD), undefined);
});

test('while it is being taken back, fail2ban is not stopped', async () => {
  const world = beside('192.0.2.1');
  answers(world, 'systemctl --quiet is-active f2b-switch-back.service', () => {
    const isArmed = world.ran.some((line) => line.startsWith('systemd-run'));
    return { status: isArmed ? 0 : 3, output: '' };
  });
  const { status, errors } = await run(world, SWITCH);
  assert.equal(status, 78);
  assert.match(errors, /it is being taken back already/);
  assert.ok(!world.ran.includes('systemctl stop fail2ban'));
});

test('why it did not work out is told, also when it cannot be taken back', async () => {
  const world = beside('192.0.2.1');
  const firewall = { ...world.agent.current.firewall, state: 'unavailable', problem: 'it is not running' } as const;
  world.agent.current = { ...world.agent.current, firewall };
  answers(world, 'systemctl start fail2ban', () => ({ status: 1, output: 'no such unit' }));
  const { errors } = await run(world, SWITCH);
  assert.match(errors, /It could not be taken back: .*\nno such unit\nhint: /);
  assert.match(errors, /firewalld 2\.3\.1: it is not running/);
  assert.notEqual(world.files.get(RECORD), undefined);
});

test('an f2bd that runs dry guards nothing: it is not switched to, and not kept', async () => {
  const dry = (world: World) => {
    world.agent.current = {
      ...world.agent.current,
      firewall: { ...world.agent.current.firewall, name: 'dry-run' },
    };
  };
  const before = beside('192.0.2.1');
  dry(before);
  const refused = await run(before, SWITCH);
  assert.equal(refused.status, 78);
  assert.match(refused.errors, /f2bd runs with --dry-run/);
  assert.ok(!before.ran.includes('systemctl stop fail2ban'));

  const since = beside('192.0.2.1');
  await run(since, SWITCH);
  dry(since);
  const confirmed = await run(since, ['import', '--confirm']);
  assert.equal(confirmed.status, 78);
  assert.match(confirmed.errors, /f2bd runs with --dry-run/);
  order(since, 'systemctl stop fail2ban', 'systemctl start fail2ban');
  assert.ok(!since.ran.includes('systemctl disable --quiet fail2ban'));
});

test('a fail2ban that does not say whom it holds is not taken for one that holds nobody', async () => {
  const world = beside('192.0.2.1');
  answer(world, 'status sshd', 255, 'ERROR  NOK: timeout');
  const { status, errors } = await run(world, SWITCH);
  assert.equal(status, 78);
  assert.match(errors, /fail2ban-client status sshd: ERROR {2}NOK: timeout/);
  assert.ok(!world.ran.includes('systemctl stop fail2ban'));
});

test('who is held there alone keeps fail2ban from being stopped', async () => {
  const world = beside('192.0.2.1');
  world.databases.set('/var/lib/fail2ban/fail2ban.sqlite3', { rows: [], problems: [] });
  const { errors } = await run(world, SWITCH);
  assert.match(errors, /fail2ban holds 1 address that f2b does not hold: 192\.0\.2\.1 of \[sshd\]/);
  assert.ok(!world.ran.includes('systemctl stop fail2ban'));
});

test('a fail2ban that keeps its bans in memory alone is switched from, with its bans', async () => {
  const world = beside('192.0.2.1');
  world.databases.clear();
  world.files.set('/srv/fail2ban/fail2ban.local', '[Definition]\ndbfile = :memory:\n');
  answer(world, 'get sshd banip --with-time', 0, '192.0.2.1 \t2026-05-01 12:00:00 + 3600 = 2026-05-01 13:00:00\n');
  assert.equal((await run(world, SWITCH)).status, 0);
  assert.deepEqual(heldBy(world), ['192.0.2.1']);
  assert.ok(world.ran.includes('systemctl stop fail2ban'));
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
  answers(world, `${CLIENT} status sshd`, () => {
    const more = world.ran.some((line) => line.includes('banip')) ? ' 192.0.2.7' : '';
    return { status: 0, output: `Banned IP list: 192.0.2.1${more}` };
  });
  const back = await run(world, ['import', '--back']);
  assert.equal(back.status, 0);
  assert.match(back.output, /told of 1 ban more/);
  order(world, 'systemctl enable --quiet fail2ban', 'systemctl start fail2ban', `${CLIENT} set sshd banip 192.0.2.7`);
  assert.equal(world.files.get(DROPIN), undefined);
});

test('nothing comes up with the next start of the machine but fail2ban, until it is confirmed', async () => {
  const world = beside();
  withoutF2bd(world);
  await run(world, SWITCH);
  assert.deepEqual(
    world.ran.filter((line) => / enable /.test(line)),
    [],
  );
  const record = JSON.parse(world.files.get(RECORD) ?? '');
  world.files.set(RECORD, JSON.stringify({ ...record, tails: ['f2b-tail@web.service'] }));
  assert.equal((await run(world, ['import', '--confirm'])).status, 0);
  const enabled = ['systemctl enable --quiet f2bd', 'systemctl enable --quiet f2b-tail@web.service'];
  order(world, ...enabled, 'systemctl disable --quiet fail2ban');
});

test('what the timer takes back just then is not confirmed', async () => {
  const world = beside();
  await run(world, SWITCH);
  answers(world, 'systemctl stop f2b-switch-back.timer', () => {
    world.files.delete(RECORD);
    return { status: 0, output: '' };
  });
  assert.equal((await run(world, ['import', '--confirm'])).status, 78);
  assert.equal(world.files.get(RECORD), undefined);
  assert.ok(!world.ran.includes('systemctl disable --quiet fail2ban'));
});

test('a switch is not kept but taken back when f2bd does not run any more', async () => {
  const world = beside();
  await run(world, SWITCH);
  world.answers['systemctl --quiet is-active f2bd'] = { status: 3, output: '' };
  world.running = false;
  const { status, errors } = await run(world, ['import', '--confirm']);
  assert.equal(status, 78);
  assert.match(errors, /Taking it back[\s\S]*f2bd does not run/);
  assert.ok(!world.ran.includes('systemctl disable --quiet fail2ban'));
  order(world, 'systemctl stop fail2ban', 'systemctl start fail2ban');
  assert.equal(world.files.get(RECORD), undefined);
});

test('taken back without having been confirmed, f2b lifts what it banned since, and fail2ban is not told of it', async () => {
  const world = beside('192.0.2.1');
  hold(world, '192.0.2.3', -60);
  await run(world, SWITCH);
  hold(world, '192.0.2.4', 10);
  hold(world, '192.0.2.5', 10, { jail: 'manual', origin: 'manual' });
  assert.deepEqual(heldBy(world), ['192.0.2.1', '192.0.2.3', '192.0.2.4', '192.0.2.5']);
  const { status, output } = await run(world, ['import', '--back']);
  assert.equal(status, 0);
  assert.match(output, /as the switch was not confirmed/);
  assert.deepEqual(heldBy(world), ['192.0.2.3', '192.0.2.5']);
  assert.ok(!world.ran.some((line) => line.includes('banip')));
});

test('f2b lets go of nobody before fail2ban, which bans them again one after the other, holds whom it held', async () => {
  const world = beside('192.0.2.1', '192.0.2.2');
  await run(world, SWITCH);
  const lists = ['', '192.0.2.1', '192.0.2.1 192.0.2.2'];
  const held: string[] = [];
  answers(world, `${CLIENT} status sshd`, () => {
    held.push(heldBy(world).join(' '));
    return { status: 0, output: `Banned IP list:\t${lists.length > 1 ? lists.shift() : lists[0]}\n` };
  });
  assert.equal((await run(world, ['import', '--back'])).status, 0);
  assert.ok(held.length >= 3, held.join());
  assert.deepEqual([...new Set(held)], ['192.0.2.1 192.0.2.2']);
  assert.deepEqual(heldBy(world), []);
});

test('it is taken back whole where f2bd does not run, and that its bans may be left is told', async () => {
  for (const isConfirmed of [true, false]) {
    const world = beside('192.0.2.1');
    withoutF2bd(world);
    await run(world, SWITCH);
    if (isConfirmed) await run(world, ['import', '--confirm']);
    world.running = false;
    const { status, errors } = await run(world, ['import', '--back']);
    assert.equal(status, 0, errors);
    assert.match(errors, /its bans may still be in the firewall: systemctl start f2bd/);
    assert.equal(world.files.get(DROPIN), undefined);
    assert.equal(world.files.get(RECORD), undefined);
  }
});

test('bans that fail2ban has no jail for are named before they end', async () => {
  const world = beside('192.0.2.1');
  withoutF2bd(world);
  await run(world, SWITCH);
  await run(world, ['import', '--confirm']);
  hold(world, '192.0.2.5', 10, { jail: 'manual', origin: 'manual' });
  hold(world, '192.0.2.6', 10, { jail: 'nginx.service' });
  const { errors } = await run(world, ['import', '--back']);
  assert.match(errors, /no jail for 2 bans, which end here: 192\.0\.2\.5 of manual, 192\.0\.2\.6 of nginx\.service\./);
  assert.deepEqual(heldBy(world), []);
});

test('a jail that fail2ban does not run any more is asked for nothing', async () => {
  const world = beside('192.0.2.1');
  withoutF2bd(world);
  await run(world, SWITCH);
  await run(world, ['import', '--confirm']);
  answer(world, 'status', 0, 'Jail list:\t\n');
  world.ran.length = 0;
  hold(world, '192.0.2.7', 10);
  const { status, errors } = await run(world, ['import', '--back']);
  assert.equal(status, 0);
  assert.match(errors, /no jail for 1 ban, which end here: 192\.0\.2\.7 of ssh\.service/);
  assert.ok(!world.ran.some((line) => line.includes('sshd')));
});

test('an agent that does not answer is not taken for one without bans', async () => {
  const world = beside('192.0.2.1');
  withoutF2bd(world);
  await run(world, SWITCH);
  await run(world, ['import', '--confirm']);
  world.agent.bans = () => {
    throw new F2bError('AGENT_SILENT');
  };
  const { status } = await run(world, ['import', '--back']);
  assert.notEqual(status, 0);
  assert.deepEqual(heldBy(world), ['192.0.2.1']);
  assert.notEqual(world.files.get(RECORD), undefined);
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

test('a switch tells programs until when it waits, asks them nothing, and how it ended', async () => {
  const world = beside('10.0.0.1');
  world.agreement = true;
  const waiting = await run(world, [...SWITCH, '--json']);
  assert.deepEqual(
    JSON.parse(waiting.output),
    { state: 'waiting', until: NOON + 240 * MICROS_PER_SECOND },
    waiting.errors,
  );
  assert.deepEqual(JSON.parse((await run(world, ['import', '--confirm', '--json'])).output), {
    state: 'kept',
    until: null,
  });
});
