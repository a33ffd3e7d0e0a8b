/** `f2bctl import`: what it writes, and what it leaves alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { F2bError } from '../../../src/errors.js';
import { NOON } from '../../fakes/values.js';
import { configurations } from '../../support/fail2ban-configurations.js';
import { aWorld, type Run, run, type World } from '../cli/run.js';

const DROPIN = '/etc/f2b/units/ssh.service.conf.d/40-fail2ban.conf';

function withFail2ban() {
  const world = aWorld();
  for (const [path, text] of Object.entries(configurations.mail)) world.files.set(`/srv/fail2ban/${path}`, text);
  return world;
}

test('import writes the drop-in of the shipped jail and tells of each setting', async () => {
  const world = withFail2ban();
  const { status, output } = await run(world, ['import', '/srv/fail2ban']);
  assert.equal(status, 0);
  assert.match(output, /^\[sshd\] -> ssh\.service$/m);
  assert.match(output, new RegExp(`Created ${DROPIN}\\.\n$`));
  assert.match(world.files.get(DROPIN) ?? '', /^Enabled=yes$/m);
});

test('a shipped jail is one too where a whole file of the administrator’s takes its place', async () => {
  const world = withFail2ban();
  world.files.set('/etc/f2b/units/ssh.service.conf', '[Jail]\nFilter=sshd\n');
  const { output } = await run(world, ['import', '/srv/fail2ban']);
  assert.match(output, /^\[sshd\] -> ssh\.service$/m);
  assert.equal(world.files.get('/etc/f2b/units/sshd.conf'), undefined);
});

test('import looks which logs the services of this machine write themselves', async () => {
  const world = withFail2ban();
  world.openLogFiles = [{ path: '/var/log/auth.log', writtenAt: NOON }];
  await run(world, ['import', '/srv/fail2ban']);
  assert.match(world.files.get(DROPIN) ?? '', /^Unit=f2b-tail@sshd\.service$/m);
});

/** What systemd says of these units. */
function systemdSays(world: World, units: readonly string[], state: string): void {
  const properties = '--property=Id,LoadState,LogNamespace,ActiveState,ActiveEnterTimestamp';
  const output = units.map((unit) => `Id=${unit}\n${state}\n`).join('\n');
  world.answers[`systemctl show --timestamp=utc ${properties} -- ${units.join(' ')}`] = { status: 0, output };
}

test('where a service that does not run logs is told as assumed', async () => {
  for (const [state, assumed] of [
    ['LoadState=loaded\nActiveState=inactive', true],
    ['LoadState=loaded\nActiveState=active', false],
  ] as const) {
    const world = withFail2ban();
    systemdSays(world, ['ssh.service'], state);
    const { output } = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
    assert.match(output, /read from the journal instead: Unit=ssh\.service/);
    assert.equal(output.includes('assumed, because the service does not run'), assumed);
  }
});

test('that nobody would carry out the actions that are written is told, with what to do', async () => {
  for (const [state, told] of [
    ['LoadState=not-found\nActiveState=inactive', /as f2b-actions is not installed: apt install f2b-actions$/m],
    ['LoadState=loaded\nActiveState=inactive', /before f2b-actiond runs: systemctl enable --now f2b-actiond$/m],
  ] as const) {
    const world = withFail2ban();
    systemdSays(world, ['f2b-actiond.service'], state);
    const without = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
    assert.doesNotMatch(without.output, /Nobody is told/);
    world.files.set('/srv/fail2ban/action.d/sendmail-whois-lines.conf', '[Definition]\nactionban = mail <dest>\n');
    assert.match((await run(world, ['import', '/srv/fail2ban', '--dry-run'])).output, told);
  }
  const world = withFail2ban();
  systemdSays(world, ['f2b-actiond.service'], 'LoadState=loaded\nActiveState=active');
  world.files.set('/srv/fail2ban/action.d/sendmail-whois-lines.conf', '[Definition]\nactionban = mail <dest>\n');
  const { output } = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.doesNotMatch(output, /Nobody is told/);
  assert.equal(JSON.parse((await run(world, ['import', '/srv/fail2ban', '--json'])).output).f2bActiond, 'running');
});

test('import --output-directory writes there, carries no bans over and reloads nothing', async () => {
  const world = withBans([{ jail: 'sshd', ip: '192.0.2.1', timeofban: SOON_AFTER, bantime: 3_600, bancount: 1 }]);
  const { status, output } = await run(world, ['import', '/srv/fail2ban', '--output-directory', '/srv/out']);
  assert.equal(status, 0);
  assert.match(output, /^Created \/srv\/out\/units\/ssh\.service\.conf\.d\/40-fail2ban\.conf\.$/m);
  assert.doesNotMatch(output, /carried over, .* in force already/);
  assert.deepEqual([world.files.get(DROPIN), world.agent.held, world.agent.calls], [undefined, [], []]);
});

test('import --database reads that file instead of the one that fail2ban names', async () => {
  const world = withBans([]);
  const row = { jail: 'sshd', ip: '192.0.2.1', timeofban: SOON_AFTER, bantime: 3_600, bancount: 1 };
  world.databases.set('/srv/copy.sqlite3', { rows: [row], problems: [] });
  const { output } = await run(world, ['import', '/srv/fail2ban', '--database', '/srv/copy.sqlite3']);
  assert.match(output, /^1 ban carried over, /m);
});

/** fail2ban keeps no database, and its client says this. */
function withoutDatabase(dbfile: string, answers: Readonly<Record<string, [status: number, output: string]>>) {
  const world = withBans([]);
  world.files.set('/srv/fail2ban/fail2ban.local', `[Definition]\ndbfile = ${dbfile}\n`);
  for (const [command, [status, output]] of Object.entries(answers))
    world.answers[`fail2ban-client -c /srv/fail2ban ${command}`] = { status, output };
  return world;
}

const STATUS: [number, string] = [0, 'Status\n`- Jail list:\tnginx, sshd\n'];
const LISTED = '192.0.2.1 \t2026-05-01 12:00:00 + 3600 = 2026-05-01 13:00:00\n';

test('a fail2ban that keeps its bans in memory alone, or nowhere, is asked for them while it runs', async () => {
  for (const dbfile of [':memory:', 'None', 'none']) {
    const world = withoutDatabase(dbfile, {
      status: STATUS,
      'get sshd banip --with-time': [0, LISTED],
      'get nginx banip --with-time': [0, '\n'],
    });
    const { output } = await run(world, ['import', '/srv/fail2ban']);
    assert.match(output, /^fail2ban keeps its bans in memory alone \(dbfile = .*\): they are taken from there/m);
    assert.match(output, /^1 ban carried over, 0 in force already/m);
    const [{ ban } = {}] = world.agent.held;
    assert.deepEqual(
      [ban?.jail, ban?.address.text, ban?.until],
      ['ssh.service', '192.0.2.1', NOON + 3_600_000_000],
      dbfile,
    );
  }
});

test('why bans that are in memory alone are not carried over is told', async () => {
  const answers: readonly Parameters<typeof withoutDatabase>[1][] = [
    { ping: [255, ''] },
    { status: [255, 'ERROR  timed out'] },
    { status: STATUS, 'get nginx banip --with-time': [255, 'ERROR  timed out'] },
  ];
  const told = [/ and does not answer: none/, /status: ERROR {2}timed out: none/, /--with-time: ERROR .*: none/];
  for (const [at, given] of answers.entries()) {
    const { status, errors } = await run(withoutDatabase(':memory:', given), ['import', '/srv/fail2ban']);
    assert.equal(status, 0);
    assert.match(errors, told[at] ?? /never/);
    assert.match(errors, /^fail2ban keeps its bans in memory alone \(dbfile = :memory:\).* are carried over$/m);
  }
});

test('a database whose path is not a whole one lies below /, where fail2ban runs', async () => {
  const world = withFail2ban();
  world.files.set('/srv/fail2ban/fail2ban.local', '[Definition]\ndbfile = bans.sqlite3\n');
  const { errors } = await run(world, ['import', '/srv/fail2ban']);
  assert.match(errors, /^fail2ban keeps no bans in \/bans\.sqlite3: none are carried over$/m);
});

test('options of import that do not go together are refused, and nothing is done', async () => {
  for (const line of [
    '--confirm --only=sshd',
    '--back --database=/x',
    '--confirm --back',
    '--switch --dry-run',
    '--switch --output-directory=/srv/out',
    '--output-directory=/srv/out --database=/x',
    '--within=5min',
  ]) {
    const world = withFail2ban();
    const { status } = await run(world, ['import', '/srv/fail2ban', ...line.split(' ')]);
    assert.deepEqual([status, world.files.get(DROPIN), world.ran], [64, undefined, []], line);
  }
});

test('what a person changed in fail2ban’s own files is not dropped in silence', async () => {
  const world = withFail2ban();
  world.files.set('/srv/fail2ban/filter.d/sshd.conf', '[Definition]\nfailregex = ^mine <HOST>$\n');
  world.files.set('/srv/fail2ban/action.d/nftables.local', '[Init]\nblocktype = drop\n');
  const before = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.doesNotMatch(before.output, /without what was changed/);
  assert.match(before.output, /without \/srv\/fail2ban\/action\.d\/nftables\.local: how bans are enforced/);
  const output = '??5?????? c /srv/fail2ban/filter.d/sshd.conf\n';
  world.answers['dpkg --verify fail2ban'] = { status: 0, output };
  const after = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.match(
    after.output,
    /without what was changed in \/srv\/fail2ban\/filter\.d\/sshd\.conf, as f2b has its own: .*filters\/sshd\.local/,
  );
});

test('import --dry-run writes nothing', async () => {
  const world = withFail2ban();
  const { output } = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.match(output, new RegExp(`Would create ${DROPIN}\\.\n$`));
  assert.equal(world.files.get(DROPIN), undefined);
});

test('what could not be checked is not left, and is written once it can be', async () => {
  const world = withFail2ban();
  const before = new Map(world.files);
  world.checkProblem = new F2bError('INTERNAL', 'f2bd --check gave no answer');
  const { status, errors } = await run(world, ['import', '/srv/fail2ban']);
  assert.deepEqual([status, /f2bd --check gave no answer/.test(errors)], [70, true]);
  assert.deepEqual(world.files, before);
  world.checkProblem = undefined;
  assert.match((await run(world, ['import', '/srv/fail2ban'])).output, new RegExp(`Created ${DROPIN}\\.\n$`));
});

test('import leaves a file that is there and shows what differs', async () => {
  const world = withFail2ban();
  world.files.set(DROPIN, '[Ban]\nMaxRetry=9\n');
  const { status, output } = await run(world, ['import', '/srv/fail2ban']);
  assert.equal(status, 0);
  assert.match(output, /Left as it is: [\s\S]*\n-MaxRetry=9\n[\s\S]*\+Enabled=yes\n/);
  assert.equal(world.files.get(DROPIN), '[Ban]\nMaxRetry=9\n');
});

test('import of a folder without jails says what to name', async () => {
  const { status, errors } = await run(aWorld(), ['import', '/srv/nothing']);
  assert.equal(status, 66);
  assert.match(errors, /hint: name the folder that holds jail\.conf/);
});

/** Two minutes after noon is the present time of the test's world. s */
const SOON_AFTER = NOON / 1_000_000;

function withBans(rows: readonly object[], problems: readonly string[] = []) {
  const world = withFail2ban();
  world.databases.set('/var/lib/fail2ban/fail2ban.sqlite3', { rows: rows.map((row) => ({ ...row })), problems });
  return world;
}

test('import hands the bans in force to the agent, and again changes nothing', async () => {
  const row = { jail: 'sshd', timeofban: SOON_AFTER, bantime: 3_600, bancount: 3, failures: 6 };
  const world = withBans(Array.from({ length: 500 }, (_, n) => ({ ...row, ip: `10.0.${n >> 8}.${n & 255}` })));
  const first = await run(world, ['import', '/srv/fail2ban']);
  assert.match(first.output, /^500 bans carried over, 0 in force already, 0 refused; 500 offenders remembered\.$/m);
  const [{ ban } = {}] = world.agent.held;
  assert.deepEqual(
    [world.agent.held.length, ban?.jail, ban?.until, ban?.count, ban?.reason],
    [500, 'ssh.service', NOON + 3_600_000_000, 3, 'carried over from fail2ban'],
  );
  assert.deepEqual(world.agent.calls, ['reload']);
  const second = await run(world, ['import', '/srv/fail2ban']);
  assert.match(second.output, /^0 bans carried over, 500 in force already/m);
});

/** Whose firewall holds one of so many addresses more with each look, and none any more once it holds `most`. */
function withSlowFirewall(wanted: number, most: number) {
  const world = withBans([
    { jail: 'sshd', timeofban: SOON_AFTER, bantime: 3_600, bancount: 1, failures: 6, ip: '10.0.0.1' },
  ]);
  let held = 0;
  const { status } = world.agent;
  world.agent.status = () => {
    const { firewall, ...rest } = status();
    held = Math.min(most, held + 1);
    return { ...rest, firewall: { ...firewall, held, pending: wanted - held } };
  };
  return world;
}

async function whileTimePasses(world: World): Promise<Run> {
  const ended: Run[] = [];
  const running = run(world, ['import', '/srv/fail2ban']).then((one) => ended.push(one));
  while (ended.length === 0) await world.clock.advance(1_000_000);
  await running;
  return ended[0] ?? assert.fail();
}

test('import ends once the firewall holds all bans', async () => {
  const world = withSlowFirewall(9, 9);
  const { status, output } = await whileTimePasses(world);
  assert.deepEqual([status, output.endsWith('\nThe firewall holds all bans in force.\n')], [0, true]);
});

test('a firewall that makes no headway does not keep import waiting: how many are outstanding is told', async () => {
  const world = withSlowFirewall(9, 5);
  const { status, errors } = await whileTimePasses(world);
  assert.equal(status, 75);
  assert.match(errors, /does not hold all of them yet: 4 addresses outstanding\nhint: f2bctl status tells how many/);
});

test('import tells what it could not read of the bans', async () => {
  const { output, status } = await run(withBans([{ ip: '\u001b[2J' }], ['/x: it is damaged']), [
    'import',
    '/srv/fail2ban',
  ]);
  assert.equal(status, 0);
  assert.match(output, /^\/x: it is damaged\n1 row without an address, jail or time: passed over\n0 bans/m);
});

test('without bans, and without an agent, import says so', async () => {
  const world = withFail2ban();
  const none = await run(world, ['import', '/srv/fail2ban']);
  assert.match(
    none.errors,
    /^fail2ban keeps no bans in \/var\/lib\/fail2ban\/fail2ban\.sqlite3: none are carried over$/m,
  );
  const away = await run({ ...withBans([]), running: false }, ['import', '/srv/fail2ban']);
  assert.match(away.errors, /^The bans are carried over once f2bd runs: f2bctl import again$/m);
});

test('jails that fail2ban has off are told in a line, and one that guards here all the same by itself', async () => {
  const world = aWorld();
  world.files.set('/srv/fail2ban/jail.local', '[sshd]\nenabled = false\n[a]\nfilter = a\n[b]\nfilter = b\n');
  const { output } = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.match(
    output,
    /^\[sshd\] is switched off in fail2ban, but guards here: f2bctl disable ssh\.service switches it off$/m,
  );
  assert.match(output, /^Switched off in fail2ban, nothing is carried over: a, b$/m);
});

test('a setting that fail2ban does not have is told as such, unless another refers to it', async () => {
  const world = aWorld();
  const own = 'mine = 7\nmaxretry = %(mine)s\nmaxrety = 3\nbantiem = 1h\n';
  world.files.set('/srv/fail2ban/jail.local', `[DEFAULT]\nother = 7\n[sshd]\nenabled = true\nfilter = sshd\n${own}`);
  const { output } = await run(world, ['import', '/srv/fail2ban', '--dry-run']);
  assert.match(output, /maxrety = 3 .*\n {4}not possible: .*did you mean maxretry\?/);
  assert.match(output, /bantiem = 1h .*\n {4}not possible: .*did you mean bantime\?/);
  assert.match(output, /other = 7 .*\n {4}not needed: /);
  assert.match(output, /mine = 7 .*\n {4}not needed: /);
});

test('a jail that a later drop-in keeps off is told', async () => {
  const world = withFail2ban();
  const [entry] = [{ name: 'other.service', state: 'disabled', filter: 'sshd' }];
  world.jails.push({
    ...entry,
    description: '',
    units: [],
    forgeableBy: '',
    files: [],
  } as (typeof world.jails)[number]);
  world.files.set(
    '/srv/fail2ban/jail.local',
    '[other.service]\nenabled = true\nfilter = sshd\njournalmatch = _SYSTEMD_UNIT=a.service\n',
  );
  const { errors } = await run(world, ['import', '/srv/fail2ban', '--only', 'other.service']);
  assert.match(errors, /^\[other\.service\] stays off: other\.service is disabled here/m);
});

test('import tells programs what it came to in one document, and people nothing beside it', async () => {
  const row = { jail: 'sshd', timeofban: SOON_AFTER, bantime: 3_600, bancount: 3, failures: 6, ip: '10.0.0.1' };
  const world = withBans([row], ['/x: it is damaged']);
  const { status, output } = await run(world, ['import', '/srv/fail2ban', '--output=json']);
  assert.equal(status, 0);
  const { jails, changes, conflicts, inForce, bans } = JSON.parse(output);
  assert.deepEqual([jails[0].from, jails[0].name, inForce], ['sshd', 'ssh.service', true]);
  assert.deepEqual(Object.keys(jails[0].settings[0]), ['option', 'value', 'place', 'outcome', 'note']);
  assert.deepEqual(changes, [{ file: DROPIN, change: 'created' }]);
  assert.deepEqual(conflicts, []);
  assert.deepEqual([bans.banned, bans.known, bans.refused, bans.notes], [1, 0, [], ['/x: it is damaged']]);
  const again = JSON.parse((await run(world, ['import', '/srv/fail2ban', '--json'])).output);
  assert.deepEqual([again.changes, again.conflicts, again.bans.known], [[], [], 1]);
});

test('import tells programs of what is left as it is, and of what --dry-run would write', async () => {
  const world = withFail2ban();
  const dry = JSON.parse((await run(world, ['import', '/srv/fail2ban', '--dry-run', '--json'])).output);
  assert.deepEqual(
    [dry.dryRun, dry.changes, dry.inForce, dry.bans],
    [true, [{ file: DROPIN, change: 'created' }], false, null],
  );
  assert.equal(world.files.get(DROPIN), undefined);
  world.files.set(DROPIN, '[Ban]\nMaxRetry=9\n');
  const kept = JSON.parse((await run(world, ['import', '/srv/fail2ban', '--dry-run', '--json'])).output);
  assert.equal(kept.conflicts[0].file, DROPIN);
  assert.ok(kept.conflicts[0].difference.includes('-MaxRetry=9'));
});
