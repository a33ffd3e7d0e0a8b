/**
 * What people keep that talks to fail2ban: the clients of Debian 12 and 13, exporters and panels. They ask in their own
 * words and read the answers in their own ways, as they are published.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createSerialQueue } from '../../src/async/serial-queue.js';
import { keysOf } from '../../src/config/keys/keys.js';
import { agentClient } from '../../src/control/client.js';
import { serveAgent } from '../../src/control/server.js';
import { answer } from '../../src/fail2ban/answer.js';
import { Commands, END } from '../../src/fail2ban/commands.js';
import { PickleTuple, type PickleValue } from '../../src/fail2ban/pickle-value.js';
import { createFail2banServer } from '../../src/fail2ban/server.js';
import { unpickleAnswer } from '../../src/fail2ban/unpickle.js';
import { aStatus, type FakeAgent, fakeAgent } from '../fakes/agent.js';
import { LoopbackBus } from '../fakes/loopback-bus.js';
import { aBan, anAddress } from '../fakes/values.js';
import { type Fail2banPackage, fail2banPackages } from '../support/fail2ban-package.js';
import { type Output, run } from '../support/process.js';

/** What a client reads before it sends a reload; its paths are on its command line. */
const OPTIONS = [
  'socket = x',
  'pidfile = x',
  'loglevel = INFO',
  'logtarget = x',
  'syslogsocket = auto',
  'dbfile = None',
];
const CONFIGURATION = {
  'fail2ban.conf': ['[Definition]', 'allowipv6 = auto', ...OPTIONS, 'dbpurgeage = 1d', 'dbmaxmatches = 10', ''].join(
    '\n',
  ),
  'jail.conf': '[DEFAULT]\nenabled = no\n',
};

const folder = mkdtempSync(join(tmpdir(), 'f2b-fail2ban-clients-'));
const path = join(folder, 'fail2ban.sock');
let agent: FakeAgent;
let server: Server;

before(async () => {
  const inTurn = createSerialQueue();
  const settings = () => keysOf.jail.map(({ section, name, initial }) => ({ section, key: name, value: initial }));
  server = createFail2banServer({
    answer: (command) => {
      const bus = new LoopbackBus({ uid: 0 });
      serveAgent({ bus, agent, onName: () => undefined });
      return answer(command, { client: agentClient(bus), settings, filter: () => undefined, inTurn, version: '1.2.3' });
    },
    refused: (why) => assert.fail(why),
    asked: () => undefined,
  });
  for (const [name, text] of Object.entries(CONFIGURATION)) writeFileSync(join(folder, name), text);
  server.listen(path);
  await once(server, 'listening');
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** A new agent, with a second jail and two bans. */
function begin(): FakeAgent {
  agent = fakeAgent();
  const [ssh] = aStatus.jails;
  assert.ok(ssh);
  const web = { ...ssh, name: 'nginx-http-auth', filter: 'nginx-http-auth', failing: 0, banned: 0 };
  agent.current = { ...aStatus, jails: [ssh, web] };
  for (const address of ['192.0.2.1', '2001:db8:1::/64'].map(anAddress))
    agent.held.push({ ban: aBan({ jail: 'ssh.service', address }), state: 'enforced' });
  return agent;
}

/** A shell in which `fail2ban-client` is the one of that package, and asks f2b. */
function shellOf({ python }: Fail2banPackage): (script: string) => Promise<Output> {
  const bin = mkdtempSync(join(folder, 'bin-'));
  const client = join(python, '../../../bin/fail2ban-client');
  const call = `PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=${python} exec python3 ${client} -c ${folder} -s ${path} "$@"`;
  writeFileSync(join(bin, 'fail2ban-client'), `#!/bin/sh\n${call}\n`, { mode: 0o755 });
  return (script) => run(['sh', '-c', `PATH=${bin}:$PATH\n${script}`]);
}

for (const fail2ban of fail2banPackages) {
  describe(`with fail2ban-client ${fail2ban.version}`, () => {
    const shell = shellOf(fail2ban);
    const said = async (script: string): Promise<string> => {
      const { status, out, err } = await shell(script);
      assert.deepEqual([status, err], [0, ''], script);
      return out;
    };

    test('an exporter that reads what the client prints finds jails and counts', async () => {
      begin();
      const jails = behind('Jail list:', await said('fail2ban-client status'));
      assert.deepEqual(jails.split(', '), ['nginx-http-auth', 'sshd']);
      const jail = await said('fail2ban-client status sshd');
      const counts = ['Currently failed:', 'Total failed:', 'Currently banned:', 'Total banned:'];
      assert.deepEqual(
        counts.map((count) => Number(behind(count, jail))),
        [3, 40, 2, 7],
      );
      assert.equal(behind('Banned IP list:', jail), '192.0.2.1 2001:db8:1::/64');
    });

    test('a monitor’s discovery by grep and sed is the JSON that it is to be', async () => {
      begin();
      const discovery = String.raw`fail2ban-client ping | grep -c pong
fail2ban-client status | grep 'Jail list:' | sed -e 's/^.*:\W\+//' -e 's/\(\(\w\|-\)\+\)/{"{#JAIL}":"\1"}/g' -e 's/.*/{"data":[\0]}/'
fail2ban-client status sshd | grep 'Currently banned:' | grep -E -o '[0-9]+'`;
      const [pong, jails = '', banned] = (await said(discovery)).split('\n');
      assert.deepEqual([pong, banned], ['1', '2']);
      assert.deepEqual(JSON.parse(jails), { data: [{ '{#JAIL}': 'nginx-http-auth' }, { '{#JAIL}': 'sshd' }] });
    });

    test('a panel lists, bans, unbans, spares and sets', async () => {
      const { calls, held } = begin();
      const panel = `set -e
fail2ban-client set sshd banip 198.51.100.7
fail2ban-client set sshd unbanip 192.0.2.1
fail2ban-client get sshd banip --with-time | cut -d' ' -f1 | sort
fail2ban-client set sshd addignoreip 203.0.113.9 | sed -n 's/^[|\`]- //p'
fail2ban-client set sshd delignoreip 203.0.113.9
fail2ban-client set sshd maxretry 3 >/dev/null
fail2ban-client reload`;
      const lines = (await said(panel)).split('\n').map((line) => line.trim());
      assert.deepEqual(lines, [
        ...['1', '1', '198.51.100.7', '2001:db8:1::/64', '203.0.113.9'],
        ...['No IP address/network is ignored', 'OK', ''],
      ]);
      assert.equal(held.length, 2);
      const set = 'set ssh.service';
      assert.deepEqual(calls, [`${set} IgnoreIP=203.0.113.9`, `${set} IgnoreIP=`, `${set} MaxRetry=3`, 'reload']);
    });

    test('what f2b has not, and a jail that is not there, end with an error', async () => {
      begin();
      for (const command of ['status nope', 'set sshd addaction x']) {
        const { status, out, err } = await shell(`fail2ban-client ${command}`);
        assert.deepEqual([status, out === '' && err === ''], [255, false], command);
      }
    });
  });
}

/** What stands behind the last such word of its line. */
function behind(word: string, text: string): string {
  const line = text.split('\n').find((one) => one.includes(word)) ?? '';
  return line.slice(line.lastIndexOf(word) + word.length).trim();
}

/** A list of words as the pickle library of Go writes it: protocol 2, MARK … LIST, texts as Python 2 had them. */
function fromGo(words: readonly string[]): Buffer {
  const texts = words.map((word) => Buffer.concat([Buffer.from([0x55, word.length]), Buffer.from(word)]));
  return Buffer.concat([Buffer.from([0x80, 2, 0x28]), ...texts, Buffer.from('l.'), END]);
}

test('an exporter that speaks the protocol itself asks all on one connection, and finds the shapes it expects', async () => {
  begin();
  const socket = connect(path);
  const commands = new Commands();
  const ask = async (...words: readonly string[]): Promise<PickleValue> => {
    socket.write(fromGo(words));
    for (;;) {
      const bytes = commands.next();
      if (bytes !== undefined) return unpickleAnswer(bytes);
      const [chunk] = await once(socket, 'data');
      commands.add(chunk);
    }
  };
  const good = (value: PickleValue) => new PickleTuple(0, value);
  assert.deepEqual(await ask('ping'), good('pong'));
  assert.deepEqual(await ask('version'), good('1.1.0+f2b1.2.3'));
  const jails = [new PickleTuple('Number of jail', 2), new PickleTuple('Jail list', 'nginx-http-auth, sshd')];
  assert.deepEqual(await ask('status'), good(jails));
  const figures = (name: string, last: PickleTuple, now: number, all: number) =>
    new PickleTuple(name, [
      new PickleTuple(`Currently ${name === 'Filter' ? 'failed' : 'banned'}`, now),
      new PickleTuple(`Total ${name === 'Filter' ? 'failed' : 'banned'}`, all),
      last,
    ]);
  const matches = ['_SYSTEMD_UNIT=ssh.service + _SYSTEMD_UNIT=ssh@*.service'];
  const jail = [
    figures('Filter', new PickleTuple('Journal matches', matches), 3, 40),
    figures('Actions', new PickleTuple('Banned IP list', ['192.0.2.1', '2001:db8:1::/64']), 2, 7),
  ];
  assert.deepEqual(await ask('status', 'sshd'), good(jail));
  assert.deepEqual(await ask('get', 'sshd', 'bantime'), good(600));
  assert.deepEqual(await ask('get', 'sshd', 'findtime'), good(600));
  assert.deepEqual(await ask('get', 'sshd', 'maxretry'), good(5));
  socket.end();
});
