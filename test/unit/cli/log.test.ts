/** f2bctl log reads what the agent wrote as journalctl would, and only what the agent wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventText } from '../../../src/cli/print/event.js';
import { styleFor } from '../../../src/cli/print/style.js';
import type { Entry } from '../../../src/core/entry.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { localZone, UTC } from '../../../src/text/zone.js';
import type { FakeEntry } from '../../fakes/journal.js';
import { NOON } from '../../fakes/values.js';
import { aWorld, block, run, type World } from './run.js';

function event(second: number, kind: string, fields: Readonly<Record<string, string>> = {}): FakeEntry {
  const message = `${kind} ${fields['F2B_ADDRESS'] ?? ''}`.trim();
  return {
    receivedAt: NOON + second * MICROS_PER_SECOND,
    line: `host f2bd[7]: ${message}`,
    fields: { MESSAGE: message, PRIORITY: '5', F2B_EVENT: kind, ...fields },
  };
}

const about = (address: string, jail = 'ssh.service') => ({ F2B_ADDRESS: address, F2B_JAIL: jail });

function withHistory(): World {
  const world = aWorld();
  world.journal.append(
    event(0, 'started'),
    event(1, 'failure', about('192.0.2.1')),
    { receivedAt: NOON + 2 * MICROS_PER_SECOND, line: 'host f2bd[7]: (node:7) a warning of Node', fields: {} },
    event(3, 'ban', { ...about('192.0.2.1'), F2B_CURSOR: 's=1\ns=2' }),
    event(4, 'ban', about('2001:db8::/64', 'nginx.service')),
    event(5, 'unban', about('192.0.2.1')),
  );
  return world;
}

async function seconds(world: World, ...argv: readonly string[]): Promise<string[]> {
  const { output, status } = await run(world, ['log', '-o', 'json', ...argv]);
  assert.equal(status, 0);
  const entries = output.split('\n').filter((line) => line !== '');
  return entries.map((line) => String((Number(JSON.parse(line).__REALTIME_TIMESTAMP) - NOON) / MICROS_PER_SECOND));
}

test('events are printed in the order they happened, other lines of the agent are not', async () => {
  const world = withHistory();
  assert.equal(
    (await run(world, ['log'])).output,
    block(`
      May 01 12:00:00 host f2bd[7]: started
      May 01 12:00:01 host f2bd[7]: failure 192.0.2.1
      May 01 12:00:03 host f2bd[7]: ban 192.0.2.1
      May 01 12:00:04 host f2bd[7]: ban 2001:db8::/64
      May 01 12:00:05 host f2bd[7]: unban 192.0.2.1
      `),
  );
  assert.equal((await run(world, ['log', '-o', 'cat', '-n', '1'])).output, 'unban 192.0.2.1\n');
});

test('what comes behind a cursor, or with it, is the same forwards and backwards', async () => {
  const world = withHistory();
  const [cursor = ''] = (await run(world, ['log', '-o', 'json', '--event=ban', '-n', '1'])).output
    .split('\n')
    .map((line) => (line === '' ? '' : String(JSON.parse(line).__CURSOR)));
  for (const [option, expected] of [
    ['--after-cursor', ['5']],
    ['--cursor', ['4', '5']],
  ] as const) {
    assert.deepEqual(await seconds(world, `${option}=${cursor}`), expected);
    assert.deepEqual(await seconds(world, '-r', `${option}=${cursor}`), expected.toReversed());
  }
});

test('the oldest events are asked for by a plus', async () => {
  assert.deepEqual(await seconds(withHistory(), '-n', '+2'), ['0', '1']);
  assert.deepEqual(await seconds(withHistory(), '-n', '2'), ['4', '5']);
});

test('only what root and the agent’s user wrote in its unit is asked for, of another machine’s journal all of the unit', async () => {
  const world = withHistory();
  await run(world, ['log']);
  await run(world, ['log', '-D', '/srv/journal']);
  const unit = '_SYSTEMD_UNIT=f2bd.service';
  assert.deepEqual(
    world.requests.map(({ matches }) => matches),
    [
      [
        [unit, '_UID=0', '_GID=0'],
        [unit, '_UID=990'],
      ],
      [[unit]],
    ],
  );
});

test('address, jail, number, order and times choose among them', async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['192.0.2.1'], '1 3 5'],
    [['192.0.2.0/24'], '1 3 5'],
    [['2001:db8::7'], '4'],
    [['-j', 'nginx.service'], '4'],
    [['-n', '2'], '4 5'],
    [['-n2'], '4 5'],
    [['-n', 'all'], '0 1 3 4 5'],
    [['-n', '0'], ''],
    [['-r'], '5 4 3 1 0'],
    [['-r', '-n', '2'], '5 4'],
    [['--since', '2026-05-01 12:00:03'], '3 4 5'],
    [['--until', '12:00:03'], '0 1 3'],
    [['-S', '12:00:01', '-U', '12:00:04', '-n', '2'], '3 4'],
    [['-S', '-119s', '-r'], '5 4 3 1'],
    [['-u', 'ssh', '-u', 'nginx', '--event', 'ban'], '3 4'],
    [['-j', 'nginx', '-j', 'ssh', '-n', '2'], '4 5'],
    [['-u', 's*h.service'], '1 3 5'],
    [['ssh'], '1 3 5'],
    [['ssh', '2001:db8::7'], ''],
    [['192.0.2.1', '2001:db8::/64'], '1 3 4 5'],
    [['-g', 'BAN', '--case-sensitive=no'], '3 4 5'],
    [['-g', 'ban', '--case-sensitive', '-n1'], '5'],
  ];
  const world = withHistory();
  for (const [argv, expected] of cases)
    assert.equal((await seconds(world, ...argv)).join(' '), expected, argv.join(' '));
});

test('--grep without a match ends with 1, as with journalctl, and tells so unless it is to be quiet', async () => {
  const [output, status] = ['', 1];
  assert.deepEqual(await run(withHistory(), ['log', '-g', 'BAN']), { status, output, errors: '-- No entries --\n' });
  assert.deepEqual(await run(withHistory(), ['log', '-q', '-g', 'BAN']), { status, output, errors: '' });
  assert.equal((await run(withHistory(), ['log', '-g', 'ban', '192.0.2.77'])).status, 1);
  assert.equal((await run(withHistory(), ['log', '192.0.2.77'])).status, 0);
});

test('boots are chosen as journalctl chooses them, among those that the agent ran in', async () => {
  const world = aWorld();
  const ids = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
  for (const [index, id] of ids.entries()) {
    world.journal.append(event(2 * index, 'started', { _BOOT_ID: id }));
    world.journal.append(event(2 * index + 1, 'ban', { ...about('192.0.2.1'), _BOOT_ID: id }));
  }
  const [first, second, third] = ids;
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['-b'], '4 5'],
    [['-b', '0'], '4 5'],
    [['-b', '-0'], '4 5'],
    [['-b', '-1'], '2 3'],
    [['-b-2'], '0 1'],
    [['-b', '1'], '0 1'],
    [['-b', '+2'], '2 3'],
    [['--boot=3'], '4 5'],
    [['-b', 'all'], '0 1 2 3 4 5'],
    [['-b', `${second}`], '2 3'],
    [['-b', `${second}`.toUpperCase()], '2 3'],
    [['-b', `${second}-1`], '0 1'],
    [['-b', `${second}+1`], '4 5'],
    [['-b', `${first}+2`], '4 5'],
    [['-b', `${third}-0`], '4 5'],
    [['-b', '192.0.2.1'], '5'],
    [['-b', 'ssh'], '5'],
    [['-b', '1', '192.0.2.1'], '1'],
  ];
  for (const [argv, expected] of cases)
    assert.equal((await seconds(world, ...argv)).join(' '), expected, argv.join(' '));
  for (const wrong of ['4', '-3', `${third}+1`, `${first}-1`, `${'d'.repeat(32)}+1`]) {
    const { status, errors } = await run(world, ['log', '-b', wrong]);
    assert.equal(status, 64, wrong);
    assert.match(errors, /there is no boot ".*"\nhint: write -b for the newest boot/, wrong);
  }
});

test('kinds of events that there are not are told, as nothing would be shown', async () => {
  const { status, errors } = await run(withHistory(), ['log', '--event', 'ban,unbann']);
  assert.equal(status, 64);
  assert.match(errors, /there are no events "unbann"\nhint: did you mean unban\?/);
  assert.match((await run(withHistory(), ['log', '--event', 'x'])).errors, /hint: they are started, /);
});

test('times, host names and fields are shown as journalctl shows them', async () => {
  const world = withHistory();
  const shown = async (...argv: readonly string[]) => (await run(world, ['log', '-n', '1', ...argv])).output;
  const cases: readonly (readonly [string, string])[] = [
    ['-o short-full', 'Fri 2026-05-01 12:00:05 UTC host f2bd[7]: unban 192.0.2.1\n'],
    ['-o with-unit', 'Fri 2026-05-01 12:00:05 UTC host f2bd.service[7]: unban 192.0.2.1\n'],
    ['-o short-iso-precise', '2026-05-01T12:00:05.000000+00:00 host f2bd[7]: unban 192.0.2.1\n'],
    ['-o short-monotonic', '[1777636805.000000] host f2bd[7]: unban 192.0.2.1\n'],
    ['-o short-delta', '[1777636805.000000                ] host f2bd[7]: unban 192.0.2.1\n'],
    ['--no-hostname', 'May 01 12:00:05 f2bd[7]: unban 192.0.2.1\n'],
    ['-o cat --output-fields=F2B_EVENT,F2B_JAIL', 'unban\nssh.service\n'],
    ['-o cat --output-fields=F2B_EVENT --output-fields MESSAGE', 'unban\nunban 192.0.2.1\n'],
  ];
  for (const [argv, text] of cases) assert.equal(await shown(...argv.split(' ')), text, argv);
  const record = JSON.parse(await shown('-o', 'json', '--output-fields', 'F2B_EVENT'));
  assert.deepEqual(Object.keys(record), ['__CURSOR', '__REALTIME_TIMESTAMP', '__MONOTONIC_TIMESTAMP', 'F2B_EVENT']);
  Object.assign(world, { zone: localZone('EST5') });
  assert.equal(await shown('--no-hostname'), 'May 01 07:00:05 f2bd[7]: unban 192.0.2.1\n');
  assert.equal(await shown('--utc', '--no-hostname'), 'May 01 12:00:05 f2bd[7]: unban 192.0.2.1\n');
});

test('seconds between lines are shown as journalctl shows them, also over a boot and where the newest is first', async () => {
  const world = withHistory();
  const shown = async (...argv: readonly string[]) =>
    (await run(world, ['log', '-o', 'short-delta', '--no-hostname', ...argv])).output.split('\n');
  assert.equal((await shown('-n', '2'))[1], '[1777636805.000000 <    1.000000 >] f2bd[7]: unban 192.0.2.1');
  assert.equal((await shown('-r', '-n', '2'))[1], '[1777636804.000000 <    0.000000 >] f2bd[7]: ban 2001:db8::/64');
  const at = (boot: string, booted: number, second: number): Entry => {
    const [m, t] = [booted * MICROS_PER_SECOND, NOON + second * MICROS_PER_SECOND].map((time) => time.toString(16));
    const cursor = `s=${'a'.repeat(32)};i=1;b=${boot.repeat(32)};m=${m};t=${t};x=1`;
    return { cursor, at: NOON, receivedAt: NOON, line: 'host f2bd[7]: started', messageAt: 14, fields: {} };
  };
  const look = { format: 'short-delta', style: styleFor({ isTerminal: false, write: () => undefined }, {}), zone: UTC };
  assert.equal(
    eventText(at('b', 3, 30), look, at('a', 5_000, 12)),
    '[    3.000000 <   18.000000*>] host f2bd[7]: started\n',
  );
});

test('JSON carries the fields, repeated ones as arrays', async () => {
  const { output } = await run(withHistory(), ['log', '-j', 'ssh.service', '-o', 'json', '-n', '2']);
  const [ban] = output.split('\n').map((line) => line && JSON.parse(line));
  assert.equal(ban.F2B_EVENT, 'ban');
  assert.deepEqual(ban.F2B_CURSOR, ['s=1', 's=2']);
});

test('a host name chooses what is about any of its addresses, and a name that was looked up is about all of them', async () => {
  const world = withHistory();
  world.journal.append(event(6, 'looked-up', about('203.0.113.1\n2001:db8:1::1')));
  world.hosts['bad.example.org'] = ['198.51.100.1', '2001:db8::7', '192.0.2.1'];
  assert.deepEqual(await seconds(world, 'bad.example.org'), ['1', '3', '4', '5']);
  assert.deepEqual(await seconds(world, '2001:db8:1::1'), ['6']);
  const { output } = await run(world, ['log', '-o', 'json', '203.0.113.1']);
  assert.deepEqual(JSON.parse(output).F2B_ADDRESS, ['203.0.113.1', '2001:db8:1::1']);
});

test('an empty history says so, apart from the output', async () => {
  assert.deepEqual(await run(aWorld(), ['log', '192.0.2.1']), { status: 0, output: '', errors: '-- No entries --\n' });
});

test('what attackers wrote cannot steer the terminal', async () => {
  const world = aWorld();
  world.journal.append({ ...event(0, 'ban'), line: 'host f2bd[7]: user \u001b[2J\u202e' });
  assert.equal((await run(world, ['log'])).output, 'May 01 12:00:00 host f2bd[7]: user \\u001b[2J\\u202e\n');
});

test('with -f the last events come first, then each as it happens, none twice and none missed', async () => {
  const world = withHistory();
  let seen = '';
  const following = run(world, ['log', '-f', '-n', '1', '-o', 'cat'], (text) => {
    seen += text;
    if (text.startsWith('ban 192.0.2.8')) world.stop.abort();
  });
  await new Promise((resolve) => setImmediate(resolve));
  world.journal.append(event(6, 'ban', about('192.0.2.7')));
  world.journal.append(event(7, 'ban', about('192.0.2.8')));
  assert.equal((await following).status, 0);
  assert.equal(seen, 'unban 192.0.2.1\nban 192.0.2.7\nban 192.0.2.8\n');
});

test('-f on an empty journal shows the first event there is', async () => {
  const world = aWorld();
  const following = run(world, ['log', '-f', '-o', 'cat'], () => world.stop.abort());
  await new Promise((resolve) => setImmediate(resolve));
  world.journal.append(event(6, 'started'));
  assert.equal((await following).output, 'started\n');
});

/** A jail of two units, as ssh.service reads sshd.service too. */
function withTwoUnits(): World {
  const world = withHistory();
  const jail = {
    name: 'web.service',
    description: '',
    state: 'enabled',
    filter: 'web',
    forgeableBy: '',
    files: [],
  } as const;
  world.jails.push({ ...jail, units: ['nginx.service', 'apache2.service'] });
  world.journal.append(event(6, 'ban', about('192.0.2.9', 'web.service')));
  return world;
}

test('a unit is named as journalctl takes it: by the name of the jail, or of any unit that it reads', async () => {
  const world = withTwoUnits();
  assert.deepEqual(await seconds(world, '-u', 'apache2'), ['6']);
  assert.deepEqual(await seconds(world, '-u', 'apache2.service', '-u', 'ssh', '-n', '2'), ['5', '6']);
  assert.deepEqual(await seconds(world, '-j', 'apache2'), ['6']);
  assert.deepEqual(await seconds(world, '-u', 'f2bd'), await seconds(world));
});

test('a unit that no jail is of is told with what was probably meant, where nothing is shown', async () => {
  const none = await run(withTwoUnits(), ['log', '-u', 'apach2']);
  assert.equal(none.status, 0);
  assert.match(none.errors, /^-- No entries --\n.*apach2.*\nhint: .*list-jails --all/);
  assert.equal((await run(withTwoUnits(), ['log', '-u', 'apach2', '-q'])).errors, '');
  const elsewhere = await run(withTwoUnits(), ['log', '-u', 'apach2', '-D', '/srv/journal']);
  assert.equal(elsewhere.errors, '-- No entries --\n', 'a journal from elsewhere may be of other jails');
  assert.equal((await run(withTwoUnits(), ['log', '-u', 'ssh', '--event=drop'])).status, 64);
});

test('-f with --until ends at that time, with what happened up to it', async () => {
  const world = withHistory();
  const following = run(world, ['log', '-f', '-n', '1', '-o', 'cat', '--until', '12:02:10']);
  await new Promise((resolve) => setImmediate(resolve));
  world.journal.append(event(125, 'ban', about('192.0.2.7')), event(131, 'ban', about('192.0.2.8')));
  await world.clock.advance(12 * MICROS_PER_SECOND);
  const { status, output } = await following;
  assert.deepEqual([status, output], [0, 'unban 192.0.2.1\nban 192.0.2.7\n']);
});

test('-f with --until in the past shows what happened up to then, and ends', async () => {
  const world = withHistory();
  const following = run(world, ['log', '-f', '-n', '2', '-o', 'cat', '--until', '12:00:04']);
  await new Promise((resolve) => setImmediate(resolve));
  await world.clock.advance(2 * MICROS_PER_SECOND);
  assert.equal((await following).output, 'ban 192.0.2.1\nban 2001:db8::/64\n');
});

test('of a long journal no more is read than the pager takes, whether somebody quits or reads on', async () => {
  const COUNT = 20_000;
  const readBy = async (argv: string, pages: number) => {
    const world = aWorld();
    const fields = { F2B_EVENT: 'ban', MESSAGE: 'banned' };
    for (let n = 0; n < COUNT; n += 1)
      world.journal.append({ receivedAt: NOON + n, line: 'host f2bd[1]: banned', fields });
    let read = 0;
    for (const way of ['read', 'readBackwards'] as const) {
      const all = world.journal[way].bind(world.journal);
      world.journal[way] = (limit) => {
        const entries = all(limit);
        read += entries.length;
        return entries;
      };
    }
    let [shown, page] = [0, 0];
    world.pager = {
      write: () => {
        shown += 1;
        return shown % 50 !== 0;
      },
      wantsMore: async () => {
        page += 1;
        return page < pages;
      },
      close: async () => {},
    };
    const { status } = await run(world, argv.split(' '));
    assert.deepEqual([status, shown], [0, Math.min(50 * pages, COUNT)], argv);
    return read;
  };
  for (const argv of ['log', 'log -r']) {
    assert.ok((await readBy(argv, 1)) < 200, argv);
    assert.equal(await readBy(argv, Number.POSITIVE_INFINITY), COUNT, argv);
  }
});
