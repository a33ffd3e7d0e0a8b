/** f2bctl top: what the screen shows and what keys do, on a terminal in memory, with a fake agent and journal behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgentStatus } from '../../../src/agent/agent-status.js';
import { createDeferred } from '../../../src/async/deferred.js';
import { nextTurn } from '../../../src/async/next-turn.js';
import { cell, clip, wrap } from '../../../src/cli/top/clip.js';
import { Costly } from '../../../src/cli/top/costly.js';
import { FigureSource } from '../../../src/cli/top/figure-source.js';
import type { Address } from '../../../src/core/address/address.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import { exactMeasure } from '../../../src/text/width.js';
import { aStatus, fakeAgent } from '../../fakes/agent.js';
import { FakeScreen } from '../../fakes/screen.js';
import { aBan, aFailure, anAddress, NOON } from '../../fakes/values.js';
import '../../support/seed.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { aWorld, block, run, type World } from './run.js';
import { type Live, live, throughout, turnsUntil } from './top-lab.js';

/** With three bans, two jails and some events; the terminal is of 80 columns and 24 rows. */
function attacked(): World {
  const world = aWorld();
  const { agent, journal } = world;
  const [sshd] = aStatus.jails;
  assert.ok(sshd);
  const banOf = (address: string, count: number, reason?: string) =>
    agent.held.push({
      ban: aBan({
        ...{ address: anAddress(address), count, since: NOON + count * MICROS_PER_SECOND },
        ...(reason === undefined ? {} : { reason }),
      }),
      state: 'enforced',
    });
  banOf('192.0.2.1', 1);
  banOf('192.0.2.9', 3, 'scans us');
  banOf('2001:db8:1:2::/64', 2);
  agent.current = { ...aStatus, jails: [sshd, { ...sshd, name: 'nginx.service', failures: 900, banned: 1 }] };
  // Told for both families.
  agent.explanation = { failures: [aFailure({ address: anAddress('198.51.100.7'), user: 'oracle', count: 4 })] };
  const told = (second: number, kind: string, fields: Readonly<Record<string, string>>) =>
    journal.append({
      receivedAt: NOON + second * MICROS_PER_SECOND,
      line: 'host f2bd[7]: said',
      fields: { F2B_EVENT: kind, F2B_JAIL: 'ssh.service', PRIORITY: '5', ...fields },
    });
  for (let n = 0; n < 3; n += 1)
    told(n, 'failure', { F2B_ADDRESS: '192.0.2.1', F2B_USER: 'root', MESSAGE: `192.0.2.1 failed, ${n + 1} of 5` });
  told(9, 'ban', { F2B_ADDRESS: '192.0.2.1', F2B_FAILURES: '5', MESSAGE: '192.0.2.1 is banned by ssh.service' });
  told(20, 'ban', { F2B_ADDRESS: '192.0.2.9', F2B_FAILURES: '5', MESSAGE: '192.0.2.9 is banned by ssh.service' });
  told(30, 'problem', { MESSAGE: 'the disk is full', PRIORITY: '3' });
  world.environment = { NO_COLOR: '1' };
  world.terminal = true;
  return world;
}

test('the screen shows rates, bans, events, and who fails most, in 80 columns and 24 rows', async () => {
  const world = attacked();
  const { screen, ended } = await live(world);
  await world.clock.advance(1_100_000);
  world.agent.current = {
    ...world.agent.current,
    entries: 8_650,
    jails: world.agent.current.jails.map((jail) => ({ ...jail, failures: jail.failures + 6 })),
  };
  await world.clock.advance(4_000_000);
  assert.equal(
    `${screen.text}\n`,
    block(`
      f2bd 1.2.3: running for 2min 5s; firewalld 2.3.1: ready                 12:02:05
      Entries 8,650 (30/s)  Failures 952 (2.4/s)  Failing 6  Banned 3  Bans 14
      Failures a second  █
      JAILS, LAST MINUTE  ADDRESSES           NETWORKS            USER NAMES
      nginx.service    6  198.51.100.7     8  192.0.2.0/24    10  oracle           8
      ssh.service      6  192.0.2.1        5  198.51.100.0/24  8  root             3
                          192.0.2.9        5  2001:db8:1::/48  5
                          2001:db8:1:2::/… 5

      [1 Bans] 2 Jails 3 Addresses 4 Networks 5 Users 6 Events  by since
        ADDRESS            JAIL         STATE         LEFT  BANS  REASON
      > 192.0.2.9          ssh.service  enforced  7min 55s     3  scans us
        2001:db8:1:2::/64  ssh.service  enforced  7min 55s     2
        192.0.2.1          ssh.service  enforced  7min 55s     1



      LATEST EVENTS
      12:00:30 the disk is full
      12:00:20 192.0.2.9 is banned by ssh.service
      12:00:09 192.0.2.1 is banned by ssh.service
      12:00:02 192.0.2.1 failed, 3 of 5
      12:00:01 192.0.2.1 failed, 2 of 5
      q quit  Tab list  Enter why  u unban  s sort  r reverse  / filter  ? help
      `),
  );
  screen.press('q');
  assert.deepEqual(await ended, { status: 0, output: '', errors: '' });
  assert.deepEqual(screen.calls, ['close']);
});

/** The rows of the list, and the line below everything. */
function listed({ screen }: Live): readonly string[] {
  const from = screen.lines.findIndex((line) => line.includes('1 Bans'));
  const rows = screen.lines.slice(from).map((line) => line.trimEnd());
  return [...rows.slice(0, rows.indexOf('LATEST EVENTS')).filter((line) => line !== ''), rows.at(-1) ?? ''];
}

const chosen = (shown: Live) => shown.screen.lines.find((line) => line.startsWith('> '))?.split(' ')[1];

test('keys choose a list, order it, turn it round and filter it', async () => {
  const shown = await live(attacked());
  const { screen } = shown;
  const heads: string[] = [];
  for (const key of ['tab', 'tab', 'tab', 'tab', 'tab', 'tab', 'shift-tab', '3']) {
    screen.press(key);
    heads.push(/\[(\d \w+)\]/.exec(listed(shown)[0] ?? '')?.[1] ?? '');
  }
  const names = ['2 Jails', '3 Addresses', '4 Networks', '5 Users', '6 Events', '1 Bans', '6 Events', '3 Addresses'];
  assert.deepEqual(heads, names);
  screen.press('s');
  assert.match(listed(shown)[0] ?? '', /by name$/);
  assert.equal(chosen(shown), '192.0.2.1');
  screen.press('r');
  assert.match(listed(shown)[0] ?? '', /by name, reversed$/);
  assert.equal(chosen(shown), '2001:db8:1:2::/64');
  screen.press('1', '/', ...'SCANSx', 'backspace');
  assert.match(listed(shown).at(-1) ?? '', /^Only with: SCANS_/);
  screen.press('enter');
  assert.equal(listed(shown).length, 4);
  assert.equal(chosen(shown), '192.0.2.9');
  screen.press('escape', '/', ...'2001:db8::/32', 'enter');
  assert.equal(chosen(shown), '2001:db8:1:2::/64');
  screen.press('/', ...'nobody', 'enter');
  assert.match(listed(shown)[1] ?? '', /Nothing with this text/);
  screen.press('escape');
  assert.equal(listed(shown).length, 6);
  screen.press('ctrl-c');
  assert.equal((await shown.ended).status, 0);
});

test('the chosen row stays chosen while others come and go, and gives its place up when it goes', async () => {
  const world = attacked();
  const shown = await live(world);
  shown.screen.press('down');
  assert.equal(chosen(shown), '2001:db8:1:2::/64');
  const change = async (rows: number) => {
    world.agent.current = { ...world.agent.current, firewall: { ...aStatus.firewall, held: world.agent.held.length } };
    const areShown = () => listed(shown).length === rows;
    await turnsUntil(`${rows} lines are shown`, areShown, () => world.clock.advance(100_000));
  };
  const newest = aBan({ address: anAddress('203.0.113.5'), since: NOON + 99 * MICROS_PER_SECOND });
  world.agent.held.push({ ban: newest, state: 'pending' });
  await change(7);
  assert.equal(chosen(shown), '2001:db8:1:2::/64');
  const index = world.agent.held.findIndex(({ ban }) => ban.address.text === '2001:db8:1:2::/64');
  world.agent.held.splice(index, 1);
  await change(6);
  assert.equal(chosen(shown), '192.0.2.9');
  shown.screen.press('end');
  assert.equal(chosen(shown), '192.0.2.1');
  shown.screen.press('q');
  await shown.ended;
});

test('u lifts the bans of the chosen address or network, and only after a yes', async () => {
  const world = attacked();
  const shown = await live(world);
  const { screen, settle } = shown;
  screen.press('u');
  assert.match(listed(shown).at(-1) ?? '', /^Lift 1 ban of 192\.0\.2\.9\? y, n$/);
  for (const key of ['n', 'enter', 'q', ' ']) {
    screen.press(...(key === 'n' ? [] : ['u']), key);
    assert.match(listed(shown).at(-1) ?? '', /^Nothing was lifted\./);
  }
  await settle();
  assert.equal(world.agent.held.length, 3);
  screen.press('4', 'u');
  assert.match(listed(shown).at(-1) ?? '', /^Lift 2 bans of 192\.0\.2\.0\/24\? y, n$/);
  screen.press('y');
  await settle();
  assert.deepEqual(
    world.agent.held.map(({ ban }) => ban.address.text),
    ['2001:db8:1:2::/64'],
  );
  assert.match(listed(shown).at(-1) ?? '', /^Lifted 2 bans of 192\.0\.2\.0\/24\.$/);
  screen.press('2', 'u');
  assert.match(listed(shown).at(-1) ?? '', /^Choose a ban, an address or a network first\.$/);
  screen.press('q');
  await shown.ended;
});

test('Enter tells why an address is banned, and of what else belongs together the bans or events', async () => {
  const shown = await live(attacked());
  const { screen, settle } = shown;
  screen.press('enter');
  await settle();
  assert.match(screen.text, /^Why 192\.0\.2\.9\n192\.0\.2\.9 is not banned\./);
  assert.match(screen.text, /History:\n {2}May 01 12:00:20 192\.0\.2\.9 is banned by ssh\.service/);
  screen.press('q', '2', 'down', 'enter');
  assert.match(listed(shown)[0] ?? '', /^\[1 Bans\].* with "ssh\.service"/);
  screen.press('escape', '5', 'enter');
  assert.match(listed(shown)[0] ?? '', /\[6 Events\] {2}with "oracle"/);
  screen.press('?');
  assert.ok(screen.text.startsWith('Keys\nTab, 1 to 6 '), screen.text);
  screen.press('q', 'q');
  await shown.ended;
});

test('Ctrl-Z is for the terminal, and a terminal that is too small is told what it would take', async () => {
  const shown = await live(attacked());
  const { screen } = shown;
  screen.press('ctrl-z');
  screen.resize(30, 8);
  assert.match(screen.text, /^This screen is 30x8\.\nMake it 40x10 or larger,\nor write f2bctl top --batch\./);
  screen.resize(40, 10);
  assert.match(screen.text, /^> 192\.0\.2\.9 +ssh\.service/m);
  screen.resize(200, 60);
  assert.equal(screen.lines.length, 60);
  screen.press('q');
  await shown.ended;
  assert.deepEqual(screen.calls, ['suspend', 'close']);
});

test('an agent that goes away is told, with what to do, until it is back', async () => {
  const world = attacked();
  const shown = await live(world);
  const { status } = world.agent;
  world.agent.status = () => {
    throw new F2bError('STORE_FULL');
  };
  await world.clock.advance(2_000_000);
  assert.match(shown.screen.text, /no space is left for the state; free some space/);
  world.agent.status = status;
  await world.clock.advance(2_000_000);
  assert.doesNotMatch(shown.screen.text, /no space is left/);
  shown.screen.press('q');
  assert.equal((await shown.ended).status, 0);
});

test('an answer that is slow never overwrites a newer one', async () => {
  const [agent, slow] = [fakeAgent(), createDeferred<AgentStatus>()];
  let status = async () => aStatus;
  const client = { status: () => status(), bans: async () => [], why: async (address: Address) => agent.why(address) };
  const journal = new F2bError('JOURNAL_NO_ACCESS');
  const source = await FigureSource.begin({ client, journal, clock: new VirtualClock(), geoip: undefined });
  status = () => slow.promise;
  const first = source.poll();
  await nextTurn();
  status = async () => ({ ...aStatus, entries: 222 });
  const second = source.poll();
  await nextTurn();
  slow.resolve({ ...aStatus, entries: 111 });
  await Promise.all([first, second]);
  assert.equal(source.figures.status.entries, 222);
});

test('a restart of the agent, whose counters begin anew, is not taken for activity', async () => {
  const world = attacked();
  const shown = await live(world);
  await world.clock.advance(2_000_000);
  const { current } = world.agent;
  const restarted = { startedAt: NOON + 121 * MICROS_PER_SECOND, entries: 7 };
  world.agent.current = { ...current, ...restarted, jails: current.jails.map((jail) => ({ ...jail, failures: 5 })) };
  await world.clock.advance(1_000_000);
  assert.match(shown.screen.text, /^Entries 7 \(0\.0\/s\) {2}Failures 10 \(0\.0\/s\)/m);
  assert.match(shown.screen.text, /^Failures a second$/m);
  shown.screen.press('q');
  await shown.ended;
});

test('what takes long to answer is asked for less often', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const costly = new Costly(
    clock,
    0,
    async () => {
      await clock.advance(3_000_000);
      asked += 1;
      return asked;
    },
    { pause: 1_000_000, factor: 10 },
  );
  assert.equal(await costly.refresh(), true);
  await clock.advance(29_999_999);
  assert.equal(await costly.refresh(), false);
  await clock.advance(1);
  assert.equal(await costly.refresh(), true);
  assert.equal(costly.value, 2);
});

test('without the journal the screen shows what the agent says, and why there are no events', async () => {
  const world = attacked();
  world.journalProblem = new F2bError('JOURNAL_NO_ACCESS');
  const shown = await live(world);
  assert.match(shown.screen.text, /journal.*; /);
  assert.match(shown.screen.text, /^> 192\.0\.2\.9 /m);
  shown.screen.press('q');
  await shown.ended;
});

test('events are shown as they come', async () => {
  const world = attacked();
  const shown = await live(world);
  const fields = { F2B_EVENT: 'unban', F2B_ADDRESS: '192.0.2.1', MESSAGE: '192.0.2.1 is no longer banned' };
  world.journal.append({ receivedAt: NOON + 120 * MICROS_PER_SECOND, line: 'host f2bd[7]: said', fields });
  await world.clock.advance(200_000);
  assert.match(shown.screen.text, /LATEST EVENTS\n12:02:00 192\.0\.2\.1 is no longer banned\n/);
  shown.screen.press('q');
  await shown.ended;
});

test('without an agent nothing is taken over, and the error is the usual one', async () => {
  const world = attacked();
  world.running = false;
  const screen = new FakeScreen();
  world.screen = screen;
  const { status, errors } = await run(world, ['top']);
  assert.equal(status, 69);
  assert.match(errors, /hint: start it with: systemctl start f2bd/);
  assert.deepEqual(screen.calls, []);
});

test('where there is no terminal, top says what to write, and --batch prints', async () => {
  const world = attacked();
  world.terminal = false;
  const { status, errors } = await run(world, ['top']);
  assert.equal(status, 64);
  assert.match(errors, /needs a terminal.*\nhint: f2bctl top --batch prints one screen/);
  for (const { argv, times } of [
    { argv: ['--batch'], times: 1 },
    { argv: ['-n', '2', '-d', '0.5'], times: 2 },
  ]) {
    const printed = run(world, ['top', ...argv]);
    await throughout(world, printed);
    const { output } = await printed;
    assert.equal(output.match(/^\[1 Bans\]/gm)?.length, times, output);
    assert.match(output, /12:00:30 the disk is full\n/);
    assert.doesNotMatch(output, /q quit|\u001b| $|^>|\n\n\n/m);
  }
  const printed = run(world, ['top', '--json']);
  await throughout(world, printed);
  const { addresses, users, banned, jails, events } = JSON.parse((await printed).output);
  assert.deepEqual(
    [banned, jails.length, users[0], addresses[0].name],
    [3, 2, { name: 'oracle', count: 8 }, '198.51.100.7'],
  );
  assert.deepEqual(events[1], {
    ...{ at: NOON + 20 * MICROS_PER_SECOND, event: 'ban', jail: 'ssh.service', address: '192.0.2.9' },
    message: '192.0.2.9 is banned by ssh.service',
  });
});

test('numbers that make no sense are refused', async () => {
  for (const argv of [
    ['-n', '0'],
    ['-d', '0'],
    ['-d', '9999'],
    ['-d', 'x'],
  ]) {
    assert.equal((await run(attacked(), ['top', ...argv])).status, 64, argv.join(' '));
  }
});

test('whatever attackers call themselves, nothing but our own text is on the screen, and all of it fits', async () => {
  const widthOf = await exactMeasure();
  const name = fc.oneof(
    // A bus carries no NUL.
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', '')),
    fc.constantFrom(
      '\u001b[2J\u001b[H',
      '\u202eabc',
      '世界世界世界',
      '\u0007\r\n',
      'a'.repeat(3_000),
      '👨‍👩‍👧',
      '\u009b1m',
    ),
  );
  const size = fc.tuple(fc.integer({ min: 1, max: 140 }), fc.integer({ min: 1, max: 50 }));
  const property = fc.asyncProperty(
    fc.array(name, { minLength: 3, maxLength: 6 }),
    size,
    async (names, [columns, rows]) => {
      const world = attacked();
      for (const [index, text] of names.entries()) {
        const ban = aBan({ jail: text, reason: text, address: anAddress(`198.51.100.${index}`) });
        world.agent.held.push({ ban, state: 'enforced' });
        const fields = { F2B_EVENT: 'failure', F2B_USER: text, F2B_JAIL: text, MESSAGE: text, F2B_ADDRESS: text };
        world.journal.append({ receivedAt: NOON + 60 * MICROS_PER_SECOND, line: text, fields });
      }
      world.agent.current = { ...aStatus, problems: [{ code: 'X', message: names[0] ?? '', hint: names[1] ?? '' }] };
      const { screen, ended } = await live(world);
      screen.resize(columns, rows);
      for (const key of ['1', '2', '3', '4', '5', '6', '/', ...(names[2] ?? ''), 'enter']) {
        screen.press(key);
        assert.equal(screen.lines.length, rows);
        for (const line of screen.lines) {
          assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
          assert.ok(widthOf(line) <= columns, line);
        }
      }
      screen.press('ctrl-c');
      assert.equal((await ended).status, 0);
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

test('text is cut and wrapped by the columns that it takes', async () => {
  const widthOf = await exactMeasure();
  assert.equal(clip('abcdef', 6, widthOf), 'abcdef');
  assert.equal(clip('abcdef', 5, widthOf), 'abcd…');
  assert.equal(clip('世界世界', 6, widthOf), '世界…');
  assert.equal(clip('abc', 0, widthOf), '');
  assert.equal(cell('世', 4, widthOf), '世  ');
  assert.deepEqual(wrap('  Failed password for root', 12, widthOf), ['  Failed', '    password', '    for root']);
  assert.deepEqual(wrap('a'.repeat(25), 12, widthOf), ['a'.repeat(12), `    ${'a'.repeat(8)}`, `    ${'a'.repeat(5)}`]);
});

test('on a narrow screen what is needed most is there whole: rates, bans, which list, keys, and their help', async () => {
  const world = attacked();
  const shown = await live(world);
  const { screen, ended } = shown;
  screen.resize(40, 24);
  await world.clock.advance(1_100_000);
  assert.match(screen.text, /^f2bd running; firewall ready {4}12:02:01\nFailures 940 \(0\.0\/s\) {2}Banned 3\n/);
  assert.match(screen.text, /^\[1 Bans\] 2 3 4 5 6 {2}by since$/m);
  assert.match(screen.text, /^q quit {2}Tab list {2}Enter why {2}\? help$/m);
  screen.press('6');
  assert.match(screen.text, /^1 2 3 4 5 \[6 Events\] {2}by time$/m);
  screen.press('?');
  assert.doesNotMatch(screen.text, /…/);
  screen.press('q', 'q');
  await ended;
});
