/** What f2bctl prints, as plain text. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import { instant, stamp } from '../../../src/text/instant.js';
import { parseTime } from '../../../src/text/parse-time.js';
import { exactMeasure } from '../../../src/text/width.js';
import { localZone } from '../../../src/text/zone.js';
import { aStatus } from '../../fakes/agent.js';
import { aBan, anAddress, anOffender, NOON } from '../../fakes/values.js';
import { aWorld, block, run } from './run.js';

const MINUTE = 60 * MICROS_PER_SECOND;

test('status shows the agent, its firewall and the jails', async () => {
  const world = aWorld();
  assert.deepEqual(await run(world, ['status']), {
    status: 0,
    errors: '',
    output: block(`
      ● f2bd 1.2.3 - running
             Since: 2026-05-01 12:00:00 UTC; 2min ago
           Journal: 8,500 entries read, up to 2026-05-01 12:00:00 UTC
          Firewall: firewalld 2.3.1: ready, 2 addresses held

      JAIL         FAILING  FAILURES  BANNED  BANS  DESCRIPTION
      ssh.service        3        40       2     7  OpenSSH server
      `),
  });
});

test('status of an agent in trouble names each problem with what to do, and hides no escape sequence', async () => {
  const world = aWorld();
  world.agent.current = {
    ...aStatus,
    state: 'degraded',
    position: undefined,
    entries: 1,
    firewall: {
      ...aStatus.firewall,
      ...{
        state: 'unavailable',
        problem: 'firewalld is not running; systemctl start firewalld',
        pending: 3,
        oldestPending: 90 * MICROS_PER_SECOND,
      },
      warnings: ['Docker publishes ports \u001b[2Jin front of the zones'],
    },
    problems: [
      { code: 'FIREWALL_UNAVAILABLE', message: 'firewalld is not running', hint: 'systemctl start firewalld' },
    ],
    jails: [],
  };
  const { output } = await run(world, ['status']);
  assert.equal(
    output,
    block(`
      ● f2bd 1.2.3 - degraded
             Since: 2026-05-01 12:00:00 UTC; 2min ago
           Journal: 1 entry read
          Firewall: firewalld 2.3.1: unavailable, 2 addresses held, 3 changes pending for 1min 30s
          Problems: firewalld is not running
                      systemctl start firewalld
                    Docker publishes ports \\u001b[2Jin front of the zones

      No jails are enabled.
      `),
  );
});

test('status of one jail shows its limits and its bans', async () => {
  const world = aWorld();
  world.agent.held.push(
    { ban: aBan(), state: 'enforced' },
    { ban: aBan({ jail: 'other', address: anAddress('192.0.2.9') }), state: 'enforced' },
  );
  world.files.set('/etc/f2b/units/ssh.service.conf.d/50-MaxRetry.conf', '[Ban]\nMaxRetry=5\n');
  world.files.set('/run/f2b/units/ssh.service.conf.d/60-BanTime.conf', '[Ban]\nBanTime=10min\n');
  for (let n = 1; n <= 12; n += 1) {
    const fields = { MESSAGE: `ssh.service: event ${n}`, F2B_EVENT: 'ban', F2B_JAIL: 'ssh.service' };
    world.journal.append({ receivedAt: NOON + n * 1_000_000, line: `host f2bd[7]: ssh.service: event ${n}`, fields });
  }
  const { output } = await run(world, ['status', 'ssh.service']);
  const events = Array.from({ length: 10 }, (_, n) => {
    const second = String(n + 3).padStart(2, '0');
    return `May 01 12:00:${second} host f2bd[7]: ssh.service: event ${n + 3}\n`;
  });
  assert.equal(
    output,
    block(`
      ● ssh.service - OpenSSH server
              Loaded: /usr/lib/f2b/units/ssh.service.conf; enabled
             Drop-In: /etc/f2b/units/ssh.service.conf.d/50-MaxRetry.conf
                      /run/f2b/units/ssh.service.conf.d/60-BanTime.conf
              Active: active since 2026-05-01 12:00:00 UTC; 2min ago
              Filter: sshd
               Units: ssh.service ssh@*.service
               Limit: 5 failures within 10min; then banned for 10min
             Entries: 8,000 since the start
            Failures: 40 since the start; 3 addresses failing now
                Bans: 7 since the start, 12 in the journal since 2026-05-01 12:00:01 UTC; 2 addresses banned now
          Last event: 1min 48s ago: ssh.service: event 12
              Health: well

      ADDRESS    JAIL         STATE     SINCE                    UNTIL                    LEFT  BANS
      192.0.2.1  ssh.service  enforced  2026-05-01 12:00:00 UTC  2026-05-01 12:10:00 UTC  8min     1

      1 ban.

      `) + events.join(''),
  );
  assert.deepEqual(world.requests.at(-1)?.matches, [
    ['_SYSTEMD_UNIT=f2bd.service', '_UID=0', '_GID=0', 'F2B_JAIL=ssh.service'],
    ['_SYSTEMD_UNIT=f2bd.service', '_UID=990', 'F2B_JAIL=ssh.service'],
  ]);
  assert.deepEqual(await run(world, ['status', 'nowhere']), {
    status: 4,
    output: '',
    errors: 'f2bctl: there is no such jail: nowhere\nhint: f2bctl list-jails --all lists the jails that there are\n',
  });
});

test('status of a jail tells what is wrong, and that the journal cannot be read', async () => {
  const world = aWorld();
  const problem = { code: 'X', message: 'the firewall is away', hint: 'start it' };
  world.agent.current = { ...aStatus, state: 'degraded', problems: [problem] };
  world.journalProblem = new F2bError('JOURNAL_NO_ACCESS');
  const { status, output } = await run(world, ['status', 'ssh']);
  assert.equal(status, 0);
  assert.match(output, / Health: the firewall is away\n +start it\n/);
  assert.match(output, /\n\n.*journal.*\n$/);
  const printed = JSON.parse((await run(world, ['status', 'ssh', '--json'])).output);
  assert.deepEqual(
    [printed.state, printed.files, printed.events],
    ['enabled', ['/usr/lib/f2b/units/ssh.service.conf'], null],
  );
});

test('entries without a unit are told, of all jails and of one, where there were any', async () => {
  const world = aWorld();
  const [jail] = aStatus.jails;
  assert.ok(jail);
  const some = { believedWithoutUnit: 1_200, passedOverWithoutUnit: 3 };
  world.agent.current = { ...aStatus, ...some, jails: [{ ...jail, ...some }] };
  const told = /1,203 entries without a unit: 1,200 believed, 3 passed over$/m;
  for (const verb of [['status'], ['status', 'ssh.service']]) assert.match((await run(world, verb)).output, told);
  const { output } = await run(world, ['status', '--output=json']);
  assert.deepEqual(JSON.parse(output), JSON.parse(JSON.stringify({ ...JSON.parse(output), ...some })));
});

test('the jail of bans by hand is shown like the others, without a limit; so is one that is fed by bans', async () => {
  const world = aWorld();
  const [jail] = aStatus.jails;
  assert.ok(jail);
  const none = { filter: '', units: [], failing: 0, banned: 0 };
  const manual = { ...jail, ...none, name: 'manual', description: 'Bans by hand', maxretry: 0, failures: 0, bans: 3 };
  const recidive = { ...jail, ...none, name: 'recidive', description: 'Repeat offenders' };
  world.agent.current = { ...aStatus, jails: [manual] };
  assert.match(
    (await run(world, ['status'])).output,
    /^No jails are enabled\.\nJAIL .*\nmanual .* 3 {2}Bans by hand$/m,
  );
  world.agent.current = { ...aStatus, jails: [jail, recidive, manual] };
  const { output } = await run(world, ['status', 'manual']);
  assert.equal(
    output,
    block(`
      ● manual - Bans by hand
          Active: active since 2026-05-01 12:00:00 UTC; 2min ago
            Bans: 3 since the start; 0 addresses banned now
          Health: well

      No bans.
      `),
  );
  assert.match(
    (await run(world, ['status', 'recidive'])).output,
    /Repeat offenders\n +Active: .*\n +Limit: 5 failures/,
  );
});

test('columns are straight, whatever a reason or a jail is written in', async () => {
  const world = aWorld();
  const reasons = ['the office', '東京の事務所', 'Bu\u0308ro', 'क्षि 👩‍👩‍👧', 'a\u200bb'];
  for (const [index, reason] of reasons.entries()) {
    const address = anAddress(`198.51.100.${index + 1}`);
    world.agent.held.push({ ban: aBan({ address, jail: `役所${reason.length}`, reason }), state: 'enforced' });
  }
  const widthOf = await exactMeasure();
  const [heading = '', ...lines] = (await run(world, ['bans'])).output.split('\n').slice(0, reasons.length + 1);
  const places = lines.map((line) => [
    widthOf(line.split('enforced')[0] ?? ''),
    widthOf(line.slice(0, line.lastIndexOf('  '))),
  ]);
  const wanted = [heading.indexOf('STATE'), heading.indexOf('  REASON')];
  assert.deepEqual(
    places,
    reasons.map(() => wanted),
  );
});

test('bans are listed oldest first; permanent and pending ones are marked, and none says so', async () => {
  const world = aWorld();
  assert.equal((await run(world, ['bans'])).output, 'No bans.\n');
  world.agent.held.push(
    {
      ban: aBan({ address: anAddress('2001:db8::/64'), since: NOON + MINUTE, until: FOREVER, reason: 'scans\tus' }),
      state: 'pending',
    },
    { ban: aBan({ count: 3 }), state: 'enforced' },
  );
  assert.equal(
    (await run(world, ['bans'])).output,
    block(`
      ADDRESS        JAIL         STATE     SINCE                    UNTIL                    LEFT  BANS  REASON
      192.0.2.1      ssh.service  enforced  2026-05-01 12:00:00 UTC  2026-05-01 12:10:00 UTC  8min     3
      2001:db8::/64  ssh.service  pending   2026-05-01 12:01:00 UTC  never                             1  scans\\u0009us

      2 bans.
      `),
  );
});

test('bans as JSON are flat objects with times in µs and null for never', async () => {
  const world = aWorld();
  world.agent.held.push({ ban: aBan({ until: FOREVER }), state: 'enforced' });
  for (const argv of [
    ['bans', '--output=json'],
    ['bans', '-o', 'json'],
    ['--output=json', 'bans'],
    ['--output', 'json', 'bans', 'ssh.service'],
  ]) {
    const { output, status } = await run(world, argv);
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(output), [
      {
        jail: 'ssh.service',
        address: '192.0.2.1',
        since: NOON,
        until: null,
        disposition: 'drop',
        ports: [],
        origin: 'jail',
        count: 1,
        failures: 5,
        evidence: ['s=1;i=1'],
        state: 'enforced',
      },
    ]);
  }
});

test('JSON is as safe on a terminal as text is, and means the same', async () => {
  const world = aWorld();
  const reason = 'a\u001b[2J\u009b31m\u007f\u202e\u2028b é';
  world.agent.held.push({ ban: aBan({ reason }), state: 'enforced' });
  world.exported.push({ type: 'ban', reason });
  world.journal.append({ receivedAt: NOON, line: '', fields: { F2B_EVENT: 'ban', F2B_REASON: reason } });
  const read = async (...argv: readonly string[]) => {
    const { output } = await run(world, argv);
    assert.match(output, /^[\n -~é]+$/);
    return JSON.parse(output);
  };
  assert.equal((await read('bans', '-o', 'json'))[0].reason, reason);
  assert.equal((await read('state', 'export')).reason, reason);
  assert.equal((await read('log', '-o', 'json')).F2B_REASON, reason);
});

test('a ban is made for the time, jail and reason asked for', async () => {
  const world = aWorld();
  const { output } = await run(world, [
    'ban',
    '192.0.2.7',
    '--for',
    '1h 30min',
    '-j',
    'ssh.service',
    '--reason',
    'mine',
  ]);
  assert.equal(output, '192.0.2.7 is banned by ssh.service until 2026-05-01 13:30:00 UTC (in 1h 28min): mine.\n');
  const forever = await run(world, ['ban', '2001:db8::/32', '--for', 'infinity']);
  assert.equal(forever.output, '2001:db8::/32 is banned by manual permanently.\n');
});

test('a ban that is shorter than the one before it, or lacks its reason, says so', async () => {
  const world = aWorld();
  world.agent.held.push({
    ban: aBan({ jail: 'manual', origin: 'manual', until: FOREVER, reason: 'a\tbotnet' }),
    state: 'enforced',
  });
  const ban = async (...args: string[]) => (await run(world, ['ban', '192.0.2.1', ...args])).output;
  assert.equal(
    await ban('--for', '8min'),
    '192.0.2.1 is banned by manual until 2026-05-01 12:08:00 UTC (in 6min). It was banned permanently. ' +
      'The reason was: a\\u0009botnet.\n',
  );
  assert.equal(
    await ban('--for', '1h', '--reason', 'mine'),
    '192.0.2.1 is banned by manual until 2026-05-01 13:00:00 UTC (in 58min): mine.\n',
  );
  const { replaced } = JSON.parse(await ban('--for', '1h', '--output=json'))[0];
  assert.deepEqual([replaced.until, replaced.reason], [NOON + 60 * MINUTE, 'mine']);
});

test('a host name stands for all its addresses', async () => {
  const world = aWorld();
  world.hosts['bad.example.org'] = ['192.0.2.7', '2001:db8::7'];
  const { output } = await run(world, ['ban', 'bad.example.org', '--for', '8min']);
  assert.equal(
    output,
    block(`
      192.0.2.7 is banned by manual until 2026-05-01 12:08:00 UTC (in 6min).
      2001:db8::7 is banned by manual until 2026-05-01 12:08:00 UTC (in 6min). No more than that: one host may have all of 2001:db8::/64.
      `),
  );
});

test('a ban that would shut out its author needs --force', async () => {
  const world = aWorld();
  world.peer = '198.51.100.7';
  assert.deepEqual(await run(world, ['ban', '198.51.100.0/24']), {
    status: 65,
    output: '',
    errors:
      'f2bctl: this ban would shut you out: you come from 198.51.100.7\nhint: use --force if that is what you want\n',
  });
  assert.equal((await run(world, ['ban', '198.51.100.0/24', '--force'])).status, 0);
  assert.equal((await run(world, ['ban', '192.0.2.1'])).status, 0);
});

test('an unban names what it lifted, and says when there was nothing', async () => {
  const world = aWorld();
  world.agent.held.push(
    { ban: aBan(), state: 'enforced' },
    { ban: aBan({ jail: 'nginx.service' }), state: 'enforced' },
  );
  assert.equal(
    (await run(world, ['unban', '192.0.2.0/24'])).output,
    block(`
      192.0.2.1 is no longer banned by ssh.service.
      192.0.2.1 is no longer banned by nginx.service.
      `),
  );
  assert.deepEqual(await run(world, ['unban', '192.0.2.1', '-j', 'ssh.service']), {
    status: 66,
    output: '',
    errors: 'f2bctl: nothing is banned there: 192.0.2.1 in ssh.service\nhint: f2bctl bans lists all bans\n',
  });
});

for (const [verb, output] of [
  ['unban', '192.0.2.1 is no longer banned by ssh.service.\n'],
  ['allow', '192.0.2.1 is allowed permanently.\n'],
  ['disallow', '192.0.2.1 is no longer allowed.\n'],
] as const) {
  test(`${verb} tells what was done before the agent could do no more`, async () => {
    const world = aWorld();
    world.hosts['two.example.org'] = ['192.0.2.1', '192.0.2.2'];
    if (verb === 'unban') world.agent.held.push({ ban: aBan(), state: 'enforced' });
    if (verb === 'disallow') await world.agent.allow({ address: anAddress('192.0.2.1'), until: FOREVER });
    const work: (...given: never[]) => Promise<unknown> = world.agent[verb];
    let calls = 0;
    Object.assign(world.agent, {
      [verb]: async (...given: never[]) => {
        calls += 1;
        if (calls > 1) throw new F2bError('STORE_FULL');
        return work(...given);
      },
    });
    const told = await run(world, [verb, 'two.example.org']);
    assert.deepEqual([told.status, told.output], [74, output]);
    assert.match(told.errors, /^f2bctl: no space is left for the state\nhint: /);
  });
}

test('an address is allowed for a time, listed, and disallowed', async () => {
  const world = aWorld();
  assert.equal((await run(world, ['allowed'])).output, 'No address is allowed.\n');
  const allowed = await run(world, ['allow', '192.0.2.0/24', '--for', '1h', '--reason', 'office']);
  assert.equal(allowed.output, '192.0.2.0/24 is allowed until 2026-05-01 13:02:00 UTC (in 1h): office.\n');
  assert.equal((await run(world, ['allow', '2001:db8::1'])).output, '2001:db8::1 is allowed permanently.\n');
  assert.equal(
    (await run(world, ['allowed'])).output,
    block(`
      ADDRESS       SINCE                    UNTIL                    REASON
      192.0.2.0/24  2026-05-01 12:00:00 UTC  2026-05-01 13:02:00 UTC  office
      2001:db8::1   2026-05-01 12:00:00 UTC  never
      `),
  );
  assert.equal((await run(world, ['disallow', '192.0.2.0/24'])).output, '192.0.2.0/24 is no longer allowed.\n');
  const again = await run(world, ['disallow', '192.0.2.0/24']);
  assert.deepEqual([again.status, again.output], [66, '']);
  assert.match(again.errors, /nothing was allowed there: 192\.0\.2\.0\/24\nhint: /);
});

test('reload and verify say what came of it', async () => {
  const world = aWorld();
  assert.equal((await run(world, ['reload'])).output, 'The configuration was read again.\n');
  assert.equal((await run(world, ['verify'])).output, 'The firewall was mended: 2 missing added, 1 foreign removed.\n');
  assert.deepEqual(JSON.parse((await run(world, ['verify', '-o', 'json'])).output), { added: 2, removed: 1 });
  assert.deepEqual(world.agent.calls, ['reload', 'verify', 'verify']);
});

test('state export writes one object a line and needs no agent', async () => {
  const world = aWorld();
  world.running = false;
  world.exported.push({ type: 'cursor', time: 7, cursor: 's=1' }, { type: 'ban', until: null });
  assert.equal(
    (await run(world, ['state', 'export'])).output,
    block(`
      {"type":"cursor","time":7,"cursor":"s=1"}
      {"type":"ban","until":null}
      `),
  );
});

test('state check tells what is there; damage ends with status 65', async () => {
  const world = aWorld();
  world.running = false;
  const lines = [
    '   State: /tmp/s/state.sqlite, 12.3 MB, schema 1',
    ' Journal: read up to 2026-05-01 12:00:00 UTC',
    '   Holds: 40 failures, 1,000,000 offenders, 1 ban, 0 allowances',
    '   Check: good',
  ];
  const argv = ['state', 'check', '--state-directory', '/tmp/s'];
  assert.deepEqual(await run(world, argv), { status: 0, output: `${lines.join('\n')}\n`, errors: '' });
  world.damage.push('row 7 missing from index \u001b[2J');
  const { status, output, errors } = await run(world, argv);
  assert.equal(status, 65);
  assert.match(output, /Check: damaged\n {10}row 7 missing from index \\u001b\[2J\n$/);
  assert.match(errors, /^f2bctl: the state is damaged: \/tmp\/s\/state\.sqlite\nhint: start f2bd/);
  assert.equal(JSON.parse((await run(world, [...argv, '-o', 'json'])).output).counts.offenders, 1_000_000);
});

test('state import and vacuum say what came of it', async (t) => {
  const world = aWorld();
  world.running = false;
  const folder = mkdtempSync(join(tmpdir(), 'f2b-import-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'export'), '{"type":"ban"}\r\n{"type":"cursor"}');
  assert.equal(
    (await run(world, ['state', 'import', join(folder, 'export')])).output,
    'Imported 1,200 failures, 1 offender, 2 bans, 0 allowances.\n',
  );
  assert.deepEqual(world.exported, [{ type: 'ban' }, { type: 'cursor' }]);
  assert.equal((await run(world, ['state', 'import', join(folder, 'missing')])).status, 66);
  assert.equal((await run(world, ['state', 'vacuum'])).output, 'The state takes 999 B, before 52.4 MB.\n');
});

test('without an agent every verb that needs it says how to start it', async () => {
  const world = aWorld();
  world.running = false;
  for (const argv of [
    ['status'],
    ['bans'],
    ['ban', '192.0.2.1'],
    ['unban', '192.0.2.1'],
    ['why', '192.0.2.1'],
    ['reload'],
  ]) {
    assert.deepEqual(await run(world, argv), {
      status: 69,
      output: '',
      errors: 'f2bctl: f2bd is not running\nhint: start it with: systemctl start f2bd\n',
    });
  }
});

test('a command line that is not valid ends with status 64 and a message', async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['statsu'], /there is no command "statsu"\nhint: did you mean status\?/],
    [['bans', '--colour'], /^f2bctl: unknown option '--colour'/],
    [['bans', '--\u001b[2J\u202e'], /^f2bctl: unknown option '--\\u001b\[2J\\u202e'\n/],
    [['test', 'sshd', 'a line', '--since', 'today'], /pick entries of the journal/],
    [['state', 'export', '-o', 'text'], /Allowed choices are json/],
    [['why'], /^f2bctl: missing required argument 'address'/],
    [['ban', '1.2.3'], /^f2bctl: .*"1\.2\.3" is no address, prefix or host name that resolves\nhint: /],
    [['ban', 'no.such.host'], /is no address, prefix or host name that resolves/],
    [['ban', '192.0.2.1', '--for', 'long'], /--for: "long" is no length of time\nhint: /],
    [['ban', '192.0.2.1', '--for', '0'], /is no length of time/],
    [['log', '-n', 'many'], /It must be a number, \+NUMBER or "all"/],
    [['log', '-S', 'soon'], /--since: "soon" is no time\nhint: /],
    [['log', '-f', '-r'], /exclude each other/],
    [['bans', '-o', 'xml'], /Allowed choices are text, json/],
  ];
  for (const [argv, text] of cases) {
    const { status, errors, output } = await run(aWorld(), argv);
    assert.deepEqual([status, output], [64, ''], argv.join(' '));
    assert.match(errors, text);
    assert.match(errors, /\nhint: .+\n$/);
  }
});

test('help and version end well', async () => {
  const help = await run(aWorld(), ['--help']);
  assert.equal(help.status, 0);
  for (const verb of [
    'status',
    'bans',
    'ban',
    'unban',
    'why',
    'allow',
    'disallow',
    'allowed',
    'log',
    'reload',
    'verify',
    'simulate',
    'state',
  ]) {
    assert.match(help.output, new RegExp(`^ {2}${verb} `, 'm'));
  }
  assert.deepEqual(await run(aWorld(), ['--version']), { status: 0, output: 'f2bctl 1.2.3\n', errors: '' });
});

test('colour is for terminals, and not for those who set NO_COLOR or have a dumb one', async () => {
  const world = aWorld();
  world.terminal = true;
  assert.match((await run(world, ['status'])).output, /\u001b\[32m●\u001b\[0m/);
  const isColoured = async (environment: Readonly<Record<string, string>>, terminal = true) =>
    (await run({ ...world, terminal, environment }, ['status'])).output.includes('\u001b');
  for (const TERM of ['xterm', 'xterm-256color', 'linux', 'vt220']) assert.ok(await isColoured({ TERM }), TERM);
  for (const environment of [{ TERM: 'xterm', NO_COLOR: '1' }, { TERM: 'dumb' }, {}])
    assert.ok(!(await isColoured(environment)), JSON.stringify(environment));
  assert.ok(!(await isColoured({ TERM: 'xterm' }, false)));
});

test('SYSTEMD_COLORS decides before the terminal and NO_COLOR, as for journalctl', async () => {
  const world = aWorld();
  const isColoured = async (SYSTEMD_COLORS: string, more: Readonly<Record<string, string>>, terminal: boolean) => {
    const { output } = await run({ ...world, terminal, environment: { ...more, SYSTEMD_COLORS } }, ['status']);
    return output.includes('\u001b');
  };
  for (const text of ['yes', '1', 'true', '16', '256', '24bit'])
    assert.ok(await isColoured(text, { TERM: 'dumb', NO_COLOR: '1' }, false), text);
  for (const text of ['no', '0', 'off']) assert.ok(!(await isColoured(text, { TERM: 'xterm' }, true)), text);
  for (const text of ['auto-256', 'rainbow', '']) {
    assert.ok(await isColoured(text, { TERM: 'xterm' }, true), text);
    assert.ok(!(await isColoured(text, { TERM: 'xterm' }, false)), text);
  }
});

test('every time that is printed for people is one that --since takes, whatever the zone', async () => {
  const zone = localZone('CET-1CEST,M3.5.0,M10.5.0/3');
  const world = { ...aWorld(), zone };
  world.agent.held.push({ ban: aBan(), state: 'enforced' });
  world.agent.explanation = {
    bans: [{ ban: aBan(), state: 'enforced', enforcedBy: [] }],
    offenders: [anOffender({ jail: 'other' })],
    entries: [{ cursor: 'c', at: NOON, line: 'host sshd[1]: failed' }],
  };
  world.journal.append({ receivedAt: NOON, line: 'f2bd[1]: banned', fields: { F2B_EVENT: 'ban' } });
  const bans = [{ address: anAddress('192.0.2.1'), since: NOON, until: NOON + MINUTE, count: 1, failures: 5 }];
  world.simulation = ({ jail }) => ({ jail, entries: 1, first: NOON, last: NOON, failures: 5, spared: 0, bans });
  await run(world, ['allow', '198.51.100.1', '--for=1h']);
  for (const argv of ['status', 'bans', 'why 192.0.2.1', 'allowed', 'log', 'simulate ssh.service']) {
    const { output, errors } = await run(world, argv.split(' '));
    assert.equal(errors, '');
    const form = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: (?:UTC|[+-][\d:]+))?|[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d/g;
    const times = output.match(form) ?? [];
    assert.ok(times.length > 0, `${argv} prints times: ${output}`);
    for (const text of times) {
      const at = parseTime(text, NOON + 10 * MINUTE, zone) ?? assert.fail(`${argv}: ${text}`);
      assert.equal(text.startsWith('20') ? instant(at, zone) : stamp(at, zone), text, argv);
    }
  }
});

test('a ban and an unban that the state does not take are in force, and end with status 75', async () => {
  const world = aWorld();
  const full = new F2bError('STORE_FULL', '/var/lib/f2b');
  world.agent.current = { ...aStatus, problems: [{ code: full.code, message: full.message, hint: full.hint }] };
  const ban = await run(world, ['ban', '192.0.2.1']);
  assert.deepEqual(
    [ban.status, ban.output],
    [75, '192.0.2.1 is banned by manual until 2026-05-01 12:10:00 UTC (in 8min).\n'],
  );
  assert.match(
    ban.errors,
    /it is in force, and not stored yet.*no space is left for the state\b.*\nhint: free some space/,
  );
  const unban = await run(world, ['unban', '192.0.2.1']);
  assert.deepEqual([unban.status, unban.output], [75, '192.0.2.1 is no longer banned by manual.\n']);
  world.agent.current = aStatus;
  assert.equal((await run(world, ['ban', '192.0.2.1'])).status, 0);
});
