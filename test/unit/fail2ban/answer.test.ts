import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSerialQueue } from '../../../src/async/serial-queue.js';
import { keysOf } from '../../../src/config/keys/keys.js';
import { agentClient } from '../../../src/control/client.js';
import { serveAgent } from '../../../src/control/server.js';
import { FOREVER } from '../../../src/core/time.js';
import { answer } from '../../../src/fail2ban/answer.js';
import { PickleDict, PickleError, PickleTuple, type PickleValue } from '../../../src/fail2ban/pickle-value.js';
import { aStatus, fakeAgent } from '../../fakes/agent.js';
import { LoopbackBus } from '../../fakes/loopback-bus.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';

const [ssh] = aStatus.jails;
assert.ok(ssh);

/** An agent that holds two bans of sshd's, and who asks it; `more`: settings of its jails. */
function asked(more: readonly (readonly [string, string])[] = []) {
  const agent = fakeAgent();
  const bus = new LoopbackBus({ uid: 0 });
  serveAgent({ bus, agent, onName: () => undefined });
  const hold = (text: string, until: number) =>
    agent.held.push({
      ban: aBan({ jail: 'ssh.service', address: anAddress(text), since: NOON, until }),
      state: 'enforced',
    });
  hold('192.0.2.1', FOREVER);
  hold('192.0.2.9', NOON + 60_000_000);
  const written = new Map([['IgnoreIP', '192.0.2.7/24 2001:db8::1'], ...more]);
  const settings = () =>
    keysOf.jail.map(({ section, name, initial }) => ({ section, key: name, value: initial, ...placed(name, written) }));
  const inTurn = createSerialQueue();
  const ask = (...command: readonly PickleValue[]) =>
    answer(command, { client: agentClient(bus), settings, filter: () => undefined, inTurn, version: '1.2.3' });
  return { agent, ask };
}

function placed(key: string, written: ReadonlyMap<string, string>) {
  const value = written.get(key);
  return value === undefined ? {} : { value, file: '/etc/f2b/units/ssh.service.conf', line: 1 };
}

const good = (value: PickleValue) => new PickleTuple(0, value);
const bad = (message: string, name?: string, module?: string) =>
  new PickleTuple(1, new PickleError(message, name, module));

const textOf = (error: PickleValue | undefined) => String(error instanceof PickleError && error.message);

test('what fail2ban’s client asks for is answered in its shapes', async () => {
  const { ask } = asked();
  const filter = new PickleTuple('Filter', [
    new PickleTuple('Currently failed', 3),
    new PickleTuple('Total failed', 40),
    new PickleTuple('Journal matches', ['_SYSTEMD_UNIT=ssh.service + _SYSTEMD_UNIT=ssh@*.service']),
  ]);
  const actions = new PickleTuple('Actions', [
    new PickleTuple('Currently banned', 2),
    new PickleTuple('Total banned', 7),
    new PickleTuple('Banned IP list', ['192.0.2.9', '192.0.2.1']),
  ]);
  const head = [new PickleTuple('Number of jail', 1), new PickleTuple('Jail list', 'sshd')];
  const figures = ['systemd', new PickleTuple(3, 40), new PickleTuple(2, 7)];
  const cases: readonly (readonly [readonly string[], PickleValue])[] = [
    [['ping'], 'pong'],
    [['version'], '1.1.0+f2b1.2.3'],
    [
      ['echo', 'a', 'b'],
      ['a', 'b'],
    ],
    [['status'], head],
    [
      ['status', 'sshd'],
      [filter, actions],
    ],
    [
      ['status', 'ssh.service'],
      [filter, actions],
    ],
    [
      ['status', 'ssh'],
      [filter, actions],
    ],
    [
      ['status', '--all'],
      [...head, new PickleDict([['sshd', [filter, actions]]])],
    ],
    [['status', 'sshd', 'stats'], figures],
    [['stats'], new PickleDict([['sshd', figures]])],
    [['statistics'], new PickleDict([['sshd', figures]])],
    [['banned'], [new PickleDict([['sshd', ['192.0.2.1', '192.0.2.9']]])]],
    [
      ['banned', '192.0.2.1', '192.0.2.2'],
      [['sshd'], []],
    ],
    [['get', 'sshd', 'banned', '192.0.2.1'], 1],
    [
      ['get', 'sshd', 'banned', '192.0.2.1', '192.0.2.2'],
      [1, 0],
    ],
    [
      ['get', 'sshd', 'banip'],
      ['192.0.2.9', '192.0.2.1'],
    ],
    [['get', 'sshd', 'bantime'], 600],
    [['get', 'sshd', 'findtime'], 600],
    [['get', 'sshd', 'maxretry'], 5],
    [
      ['get', 'sshd', 'ignoreip'],
      ['192.0.2.0/24', '2001:db8::1'],
    ],
    [
      ['get', 'sshd', 'journalmatch'],
      [['_SYSTEMD_UNIT=ssh.service'], ['_SYSTEMD_UNIT=ssh@*.service']],
    ],
    [['get', 'loglevel'], 'INFO'],
    [['start', 'sshd'], null],
  ];
  for (const [command, wanted] of cases) assert.deepEqual(await ask(...command), good(wanted), command.join(' '));
});

test('a filter is told as fail2ban tells it: of a jail without one, nothing', async () => {
  const { ask } = asked();
  assert.deepEqual(await ask('get', 'sshd', 'failregex'), good([]));
  assert.deepEqual(await ask('get', 'sshd', 'prefregex'), good(''));
  assert.deepEqual(await ask('get', 'sshd', 'maxlines'), good(1));
  assert.deepEqual(await ask('get', 'sshd', 'datepattern'), good(new PickleTuple(null, 'Default Detectors')));
});

test('what is so already may be set for the server, and nothing else', async () => {
  const { ask } = asked();
  assert.deepEqual(await ask('set', 'loglevel', 'info'), good('INFO'));
  const { items } = await ask('set', 'loglevel', 'DEBUG');
  assert.match(textOf(items[1]), /^loglevel is INFO in f2b, and nothing else/);
});

test('bans and unbans are counted as fail2ban counts them', async () => {
  const { ask, agent } = asked();
  assert.deepEqual(await ask('set', 'sshd', 'banip', '192.0.2.1', '192.0.2.2', '2001:db8::7'), good(2));
  assert.equal(agent.held.length, 4);
  assert.deepEqual(await ask('set', 'sshd', 'banip', '192.0.2.2'), good(0));
  assert.deepEqual(await ask('set', 'sshd', 'unbanip', '192.0.2.2', '192.0.2.77'), good(1));
  assert.deepEqual(
    await ask('set', 'sshd', 'unbanip', '--report-absent', '192.0.2.77'),
    bad("not banned: ['192.0.2.77']", 'ValueError'),
  );
  assert.deepEqual(await ask('unban', '192.0.2.1'), good(1));
  assert.deepEqual(await ask('unban', '--all'), good(2));
  assert.equal(agent.held.length, 0);
});

test('of several addresses those that are spared are not banned, and keep nobody else from it', async () => {
  const { ask, agent } = asked();
  const addresses = Array.from({ length: 1_300 }, (_, n) => `198.51.${n >> 8}.${n & 255}`);
  for (const at of [0, 600, 1_299]) agent.spared.add(addresses[at] ?? '');
  assert.deepEqual(await ask('set', 'sshd', 'banip', ...addresses.slice(0, 3)), good(2));
  assert.deepEqual(await ask('set', 'sshd', 'banip', ...addresses), good(1_295));
  const held = new Set(agent.held.map(({ ban }) => ban.address.text));
  assert.deepEqual(
    addresses.filter((address) => !held.has(address)),
    [...agent.spared],
  );
  const { items } = await ask('set', 'sshd', 'banip', ...agent.spared);
  assert.match(textOf(items[1]), /198\.51\.0\.0.*198\.51\.5\.19/);
});

test('a setting that is set is answered as fail2ban answers it, and is what the agent was asked for', async () => {
  const cases: readonly (readonly [words: readonly string[], told: PickleValue, asked: string])[] = [
    [['usedns', 'NO'], 'no', 'UseDNS=no'],
    [['ignoreself', 'false'], false, 'IgnoreSelf=false'],
    [['bantime.increment', 'true'], true, 'BanTimeIncrement=true'],
    [['bantime.overalljails', 'true'], 'true', 'BanTimeAllJails=true'],
    [['bantime.factor', '2'], '2', 'BanTimeFactor=2'],
    [['bantime.multipliers', '1 5 30'], '1 5 30', 'BanTimeMultipliers=1 5 30'],
    [['bantime.maxtime', '5w'], 3_024_000, 'BanTimeMax=5w'],
    [['bantime.maxtime', '-1'], null, 'BanTimeMax=infinity'],
    [['bantime.rndtime', '8m'], 480, 'BanTimeRandom=8m'],
  ];
  for (const [words, told, wanted] of cases) {
    const { ask, agent } = asked();
    assert.deepEqual(await ask('set', 'sshd', ...words), good(told), words.join(' '));
    assert.deepEqual(await ask('get', 'sshd', words[0] ?? ''), good(told), words.join(' '));
    assert.deepEqual(agent.calls, [`set ssh.service ${wanted}`]);
  }
  const times: readonly (readonly [string, string])[] = [
    ...([
      ['3600', '3600'],
      ['1d12h', '1d12h'],
      ['-1', 'infinity'],
      ['2mo', '2month'],
      ['1.5h', '1.5h'],
    ] as const),
    ['nonsense', 'nonsense'],
  ];
  for (const [given, wanted] of times) {
    const { ask, agent } = asked();
    await ask('set', 'sshd', 'bantime', given);
    assert.deepEqual(agent.calls, [`set ssh.service BanTime=${wanted}`]);
  }
  const { ask } = asked();
  for (const words of [['bantime'], ['delignoreip'], ['maxretry'], []])
    assert.deepEqual(await ask('set', 'sshd', ...words), bad('list index out of range', 'IndexError'));
});

test('addresses are spared and spared no longer, also when clients ask at once', async () => {
  const { ask, agent } = asked();
  const list = (...words: readonly string[]) => good(words);
  const all = ['192.0.2.0/24', 'host.example', '2001:db8::1', '198.51.100.99'];
  assert.deepEqual(await ask('set', 'sshd', 'addignoreip'), list('192.0.2.0/24', '2001:db8::1'));
  assert.deepEqual(await ask('set', 'sshd', 'addignoreip', '198.51.100.99', 'host.example'), list(...all));
  assert.deepEqual(await ask('set', 'sshd', 'addignoreip', '198.51.100.99 192.0.2.9/24'), list(...all));
  assert.deepEqual(await ask('get', 'sshd', 'ignoreip'), list(...all));
  assert.deepEqual(agent.calls, ['set ssh.service IgnoreIP=198.51.100.99 host.example']);
  const absent = bad('list.remove(x): x not in list', 'ValueError');
  assert.deepEqual(await ask('set', 'sshd', 'delignoreip', '198.51.100.1'), absent);
  assert.deepEqual(await ask('set', 'sshd', 'delignoreip', '192.0.2.0/24'), list(...all.slice(1)));
  await Promise.all(
    [
      ['addignoreip', '198.51.100.1'],
      ['delignoreip', 'host.example'],
      ['addignoreip', '10.0.0.0/255.0.0.0'],
    ].map((words) => ask('set', 'sshd', ...words)),
  );
  const left = ['10.0.0.0/8', '2001:db8::1', '198.51.100.99', '198.51.100.1'];
  assert.deepEqual(await ask('get', 'sshd', 'ignoreip'), list(...left));
  assert.deepEqual(await ask('set', 'sshd', 'delignoreip', ...left), list());
});

test('whom each of several jails has banned is told, those first that end first', async () => {
  const { ask, agent } = asked();
  agent.current = { ...aStatus, jails: [ssh, { ...ssh, name: 'web', filter: 'web', banned: 1 }] };
  agent.held.push({ ban: aBan({ jail: 'web', address: anAddress('198.51.100.7') }), state: 'enforced' });
  const [, value] = (await ask('status', '--all')).items;
  const each = Array.isArray(value) ? value[2] : undefined;
  const lists = each instanceof PickleDict ? [...each.entries].map(([, jail]) => JSON.stringify(jail)) : [];
  assert.deepEqual(
    lists.map((jail) => /"Banned IP list",(\[[^\]]*\])/.exec(jail)?.[1]),
    ['["192.0.2.9","192.0.2.1"]', '["198.51.100.7"]'],
  );
});

test('a reload, with whatever settings the client brings along, is a reload', async () => {
  const { ask, agent } = asked();
  assert.deepEqual(await ask('reload', '--all', [], [['set', 'sshd', 'maxretry', '1']]), good('OK'));
  assert.deepEqual(agent.calls, ['reload']);
});

test('a reload does what its options say', async () => {
  const { ask, agent } = asked();
  agent.current = { ...aStatus, jails: [ssh, { ...ssh, name: 'web', filter: 'web' }] };
  const hold = () => {
    agent.held.length = 0;
    for (const jail of ['ssh.service', 'web'])
      agent.held.push({ ban: aBan({ jail, address: anAddress('198.51.100.7') }), state: 'enforced' });
  };
  const cases: readonly (readonly [readonly PickleValue[], number])[] = [
    [['reload'], 2],
    [['reload', 'sshd', ['--restart'], []], 2],
    [['reload', 'sshd', ['--restart', '--unban'], []], 1],
    [['reload', '--all', ['--unban'], []], 0],
    [['reload', 'nope', ['--if-exists', '--unban'], []], 2],
    [['reload', '--unban', 'web'], 1],
  ];
  for (const [command, left] of cases) {
    hold();
    agent.calls.length = 0;
    assert.deepEqual(await ask(...command), good('OK'), JSON.stringify(command));
    assert.deepEqual([agent.held.length, agent.calls], [left, ['reload']], JSON.stringify(command));
  }
  agent.calls.length = 0;
  const unknown = bad('nope', 'UnknownJailException', 'fail2ban.exceptions');
  assert.deepEqual(await ask('reload', 'nope', ['--unban'], []), unknown);
  const told = async (...command: readonly PickleValue[]) => textOf((await ask(...command)).items[1]);
  assert.match(await told('reload', '--quick'), /no option "--quick"/);
  assert.match(await told('reload', 'sshd', 'web'), /or one of them/);
  assert.deepEqual([agent.held.length, agent.calls], [1, []]);
});

test('a jail that is stopped is gone until it is started', async () => {
  const { ask, agent } = asked();
  agent.current = { ...aStatus, jails: [ssh, { ...ssh, name: 'web', filter: 'web' }] };
  const shown = async () => (await ask('status')).items[1];
  const jails = (...names: readonly string[]) => [
    new PickleTuple('Number of jail', names.length),
    new PickleTuple('Jail list', names.join(', ')),
  ];
  assert.deepEqual(await ask('set', 'sshd', 'idle', 'off'), good(false));
  assert.deepEqual(await ask('get', 'sshd', 'idle'), good(false));
  assert.deepEqual(await ask('start', 'sshd'), good(null));
  assert.deepEqual([await ask('stop', 'sshd'), await shown()], [good(null), jails('web')]);
  const unknown = bad('sshd', 'UnknownJailException', 'fail2ban.exceptions');
  for (const command of ['status sshd', 'stop sshd', 'get sshd bantime', 'set sshd banip 192.0.2.9'])
    assert.deepEqual(await ask(...command.split(' ')), unknown, command);
  assert.deepEqual([await ask('start', 'sshd'), await shown()], [good(null), jails('sshd', 'web')]);
  assert.deepEqual(agent.calls, ['set ssh.service Enabled=no', 'set ssh.service Enabled=yes']);
  assert.deepEqual(await ask('start', 'nope'), bad('nope', 'UnknownJailException', 'fail2ban.exceptions'));
  assert.deepEqual(await ask('start'), bad('list index out of range', 'IndexError'));
});

test('to lift all bans is asked for by itself, and not beside addresses', async () => {
  const { ask, agent } = asked();
  const [code] = (await ask('unban', '--all', '192.0.2.1')).items;
  assert.deepEqual([code, agent.held.length], [1, 2]);
});

test('what is the server’s is told as it is in f2b, and may be set to that', async () => {
  const { ask } = asked([['OffenderMemory', '1d']]);
  assert.deepEqual(await ask('get', 'dbpurgeage'), good(86_400));
  assert.deepEqual(await ask('get', 'dbmaxmatches'), good(20));
  for (const [words, told] of [
    [['dbpurgeage', '24h'], 86_400],
    [['dbmaxmatches', '20'], 20],
    [['allowipv6', 'auto'], 'auto'],
    [['dbfile', '/var/lib/f2b/state.sqlite'], '/var/lib/f2b/state.sqlite'],
  ] as const)
    assert.deepEqual(await ask('set', ...words), good(told), words.join(' '));
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['set', 'dbpurgeage', '2d'], /^dbpurgeage is 86400 in f2b, .* OffenderMemory=/],
    [['set', 'dbfile', 'None'], /^dbfile is \/var\/lib\/f2b\/state\.sqlite in f2b, .*f2bd\(8\)/],
    [['set', 'dbmaxmatches', '5'], /f2bctl why/],
    [['set', 'logtarget', '/var/log/x'], /journald/],
    [['get', 'thread'], /no stack size/],
    [['set', 'thread', '{"stacksize": 0}'], /no stack size/],
    [['set', 'allowipv6', 'no'], /IPv6 is banned as IPv4/],
    [['status', 'sshd', 'basic', 'more'], /^Invalid command \(no status\)$/],
  ];
  for (const [command, told] of refused) {
    const [code, error] = (await ask(...command)).items;
    assert.equal(code, 1, command.join(' '));
    assert.match(textOf(error), told);
  }
});

test('what f2b has not is an error that says so', async () => {
  const { ask } = asked();
  const unknown = bad('nope', 'UnknownJailException', 'fail2ban.exceptions');
  assert.deepEqual(await ask('status', 'nope'), unknown);
  assert.deepEqual(await ask('set', 'nope', 'banip', '192.0.2.1'), unknown);
  const cases: readonly (readonly [readonly PickleValue[], RegExp])[] = [
    [['set', 'sshd', 'addaction', 'x'], /Disposition= in f2b\.unit/],
    [['set', 'sshd', 'ignorecommand', '/bin/true'], /f2bctl set ssh\.service IgnoreCommand=PROGRAM/],
    [['set', 'sshd', 'maxmatches', '9'], /f2bctl why ADDRESS/],
    [['set', 'sshd', 'idle', 'on'], /stop ssh\.service, which lifts its bans/],
    [['set', 'sshd', 'idle', 'maybe'], /^Invalid idle option, must be 'on' or 'off'$/],
    [['set', 'sshd', 'addlogpath', '/var/log/x'], /f2b-tail\(8\)/],
    [['set', 'sshd', 'banip', 'evil.example'], /evil\.example is none/],
    [['stop'], /systemctl stop f2bd/],
    [['stop', '--all'], /one by one/],
    [['status', 'sshd', 'cymru'], /cymru is not there/],
    [['server-stream', []], /no command "server-stream"/],
    [[], /no command ""/],
  ];
  for (const [command, told] of cases) {
    const [code, error] = (await ask(...command)).items;
    assert.equal(code, 1, command.join(' '));
    assert.ok(error instanceof PickleError);
    assert.match(error.message, told);
  }
});

test('a jail has its own name where several have one filter, or where its filter is called like another', async () => {
  const { ask, agent } = asked();
  agent.current = { ...aStatus, jails: [ssh, { ...ssh, name: 'ssh@web.service' }] };
  const [, value] = (await ask('status')).items;
  assert.deepEqual(value, [
    new PickleTuple('Number of jail', 2),
    new PickleTuple('Jail list', 'ssh.service, ssh@web.service'),
  ]);
});

test('a jail is who is shown by that name, before one whose own name it is', async () => {
  const { ask, agent } = asked();
  const own = { ...ssh, name: 'sshd.service', filter: 'a-filter', failing: 7 };
  agent.current = { ...aStatus, jails: [own, ssh] };
  const [, shown] = (await ask('status')).items;
  assert.deepEqual(Array.isArray(shown) ? shown[1] : shown, new PickleTuple('Jail list', 'a-filter, sshd'));
  const [, status] = (await ask('status', 'sshd', 'stats')).items;
  assert.deepEqual(status, ['systemd', new PickleTuple(3, 40), new PickleTuple(2, 7)]);
});

test('whether a jail spares its own host is told whatever word its file says it by', async () => {
  for (const word of ['no', 'n', '0', 'false', 'f', 'off', 'False'])
    assert.deepEqual(await asked([['IgnoreSelf', word]]).ask('get', 'sshd', 'ignoreself'), good(false), word);
  for (const word of ['yes', 'on', '1', 'true'])
    assert.deepEqual(await asked([['IgnoreSelf', word]]).ask('get', 'sshd', 'ignoreself'), good(true), word);
  assert.deepEqual(await asked().ask('get', 'sshd', 'ignoreself'), good(true));
});

test('a word with a NUL is refused as such, wherever it stands', async () => {
  const { ask } = asked();
  for (const command of [
    ['set', 'sshd', 'bantime', '1h\0'],
    ['set', 'ss\0hd', 'bantime', '1h'],
    ['unban', '192.0.2.1\0'],
  ])
    assert.deepEqual(await ask(...command), bad('no word holds a NUL'));
});

test('what is longer than the agent reads is refused at once, and holds up nobody', async () => {
  const { ask } = asked();
  const { items } = await ask('set', 'sshd', 'addignoreip', 'a'.repeat(70_000));
  const [, error] = items;
  assert.ok(error instanceof PickleError);
  assert.match(error.message, /longer than the 64 KiB that f2bd reads/);
});
