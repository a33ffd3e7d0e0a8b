/** What f2b-fail2ban-client prints, over a socket that answers as fail2ban's server does. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { answerText, errorText } from '../../../src/fail2ban/client/answer-text.js';
import { type Conversation, openConversation } from '../../../src/fail2ban/client/conversation.js';
import { type Client, runCommand } from '../../../src/fail2ban/client/run-command.js';
import { runLines } from '../../../src/fail2ban/client/run-lines.js';
import { PickleDict, PickleError, PickleTuple, type PickleValue } from '../../../src/fail2ban/pickle-value.js';
import { createFail2banServer } from '../../../src/fail2ban/server.js';
import { unpickleAnswer } from '../../../src/fail2ban/unpickle.js';

const pair = (name: string, value: PickleValue) => new PickleTuple(name, value);
const jail = [
  pair('Filter', [pair('Currently failed', 3), pair('Journal matches', ['_SYSTEMD_UNIT=ssh.service'])]),
  pair('Actions', [pair('Currently banned', 2), pair('Banned IP list', ['192.0.2.1', '2001:db8::1'])]),
];
const head = [pair('Number of jail', 2), pair('Jail list', 'nginx, sshd')];

const TREE = `Status for the jail: sshd
|- Filter
|  |- Currently failed:\t3
|  \`- Journal matches:\t_SYSTEMD_UNIT=ssh.service
\`- Actions
   |- Currently banned:\t2
   \`- Banned IP list:\t192.0.2.1 2001:db8::1`;

const FOREST = `Status
|- Number of jail:\t2
|- Jail list:\tnginx, sshd
\`- Status for the jails:
   |- Jail: nginx
   |  |- Filter
   |  |  |- Currently failed:\t3
   |  |  \`- Journal matches:\t_SYSTEMD_UNIT=ssh.service
   |  \`- Actions
   |     |- Currently banned:\t2
   |     \`- Banned IP list:\t192.0.2.1 2001:db8::1
   \`- Jail: sshd
      |- Filter
      |  |- Currently failed:\t3
      |  \`- Journal matches:\t_SYSTEMD_UNIT=ssh.service
      \`- Actions
         |- Currently banned:\t2
         \`- Banned IP list:\t192.0.2.1 2001:db8::1`;

test('answers are printed as fail2ban’s client prints them', () => {
  const cases: readonly (readonly [string, PickleValue, string])[] = [
    ['ping', 'pong', 'Server replied: pong'],
    ['version', '1.1.0', '1.1.0'],
    ['echo a b', ['a', 'b'], 'a b'],
    ['flushlogs', 'flushed', 'logs: flushed'],
    ['reload', 'OK', 'OK'],
    ['start sshd', null, 'Jail started'],
    ['stop', null, 'Shutdown successful'],
    ['stop sshd', null, 'Jail stopped'],
    ['add sshd auto', 'sshd', 'Added jail sshd'],
    ['unban --all', 7, '7'],
    ['status', head, 'Status\n|- Number of jail:\t2\n`- Jail list:\tnginx, sshd'],
    ['status sshd', jail, TREE],
    [
      'status --all',
      [
        ...head,
        new PickleDict([
          ['nginx', jail],
          ['sshd', jail],
        ]),
      ],
      FOREST,
    ],
    ['status --all', [...head, new PickleDict([])], 'Status\n|- Number of jail:\t2\n`- Jail list:\tnginx, sshd'],
    [
      'banned',
      [new PickleDict([['sshd', ['192.0.2.1']]]), new PickleDict([['x', []]])],
      "[{'sshd': ['192.0.2.1']}, {'x': []}]",
    ],
    ['banned 192.0.2.1 192.0.2.2', [['sshd'], []], "[['sshd'], []]"],
    ['get loglevel', 'INFO', "Current logging level is 'INFO'"],
    ['get loglevel', 20, "Current logging level is 'INFO'"],
    ['get loglevel', 7, "Current logging level is 'Level 7'"],
    ['get logtarget', 'SYSLOG', 'Current logging target is:\n`- SYSLOG'],
    ['get syslogsocket', 'auto', 'Current syslog socket is:\n`- auto'],
    ['get dbfile', null, 'Database currently disabled'],
    ['get dbfile', '/var/lib/x', 'Current database file is:\n`- /var/lib/x'],
    ['get dbpurgeage', 86_400, 'Current database purge age is:\n`- 86400seconds'],
    ['get dbmaxmatches', 10, '10'],
    ['get sshd bantime', 600, '600'],
    ['get sshd logpath', [], 'No file is currently monitored'],
    ['get sshd logpath', ['/a', '/b'], 'Current monitored log file(s):\n|- /a\n`- /b'],
    ['get sshd logencoding', 'UTF-8', 'Current log encoding is set to:\nUTF-8'],
    ['get sshd journalmatch', [], 'No journal match filter set'],
    ['get sshd journalmatch', [['_A=1', '_B=2'], ['_C=3']], 'Current match filter:\n_A=1 _B=2 + _C=3'],
    ['get sshd datepattern', null, 'Current date pattern set to: Not set/required'],
    [
      'get sshd datepattern',
      new PickleTuple(null, 'Default Detectors'),
      'Current date pattern set to: Default Detectors',
    ],
    ['get sshd datepattern', new PickleTuple('%Y', 'Year'), 'Current date pattern set to: %Y (Year)'],
    ['get sshd ignoreip', [], 'No IP address/network is ignored'],
    ['get sshd ignoreip', ['::1'], 'These IP addresses/networks are ignored:\n`- ::1'],
    ['get sshd failregex', [], 'No regular expression is defined'],
    ['get sshd failregex', ['a', 'b'], 'The following regular expression are defined:\n|- [0]: a\n`- [1]: b'],
    ['get sshd actions', ['f2b', 'mail'], 'The jail sshd has the following actions:\nf2b, mail'],
    ['get sshd actions', [], 'No actions for jail sshd'],
    ['get sshd actionmethods mail', [], 'No methods for jail sshd action mail'],
    ['get sshd actionproperties mail', ['a'], 'The jail sshd action mail has the following properties:\na'],
    ['get sshd banned', ['192.0.2.1'], "['192.0.2.1']"],
    ['get sshd banip', ['192.0.2.1', '::1'], '192.0.2.1 ::1'],
    ['get sshd banip ,', ['192.0.2.1', '::1'], '192.0.2.1,::1'],
    ['get sshd banip --with-time', ['a \t1', 'b \t2'], 'a \t1\nb \t2'],
    ['set sshd banip 192.0.2.1', 1, '1'],
    ['get sshd ignoreself', true, 'True'],
    ['get sshd prefregex', "it's", "it's"],
    ['get sshd x', ["it's", 'a"b\'c', 'é\n\u202e'], `["it's", 'a"b\\'c', 'é\\n\\u202e']`],
    ['status sshd stats', ['systemd', pair('a', 1)], "['systemd', ('a', 1)]"],
  ];
  for (const [command, value, wanted] of cases) assert.equal(answerText(command.split(' '), value), wanted, command);
});

test('statistics are a table that is as wide as what is in it', () => {
  const figures = (failed: number) => ['systemd', new PickleTuple(3, failed), new PickleTuple(2, 7)];
  const text = answerText(
    ['stats'],
    new PickleDict([
      ['sshd', figures(4)],
      ['long-name-jail', figures(100_000)],
    ]),
  );
  assert.deepEqual(text.split('\n'), [
    '               ║          ║ Filter       ║ Actions  ',
    'Jail           ║ Backend  ╟──────────────╫───────────',
    '               ║          ║ cur │    tot ║ cur │ tot',
    '═══════════════╬══════════╬══════════════╬═══════════',
    'sshd           ║ systemd  ║   3 │      4 ║   2 │   7',
    'long-name-jail ║ systemd  ║   3 │ 100000 ║   2 │   7',
    '═══════════════╩══════════╩══════════════╩═══════════',
  ]);
});

test('errors are printed as fail2ban’s client prints them', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['UnknownJailException', 'x', "Sorry but the jail 'x' does not exist"],
    ['DuplicateJailException', 'x', "The jail 'x' already exists"],
    ['IndexError', 'list index out of range', 'Sorry but the command is invalid'],
    ['KeyError', 'x', "'x'"],
    ['Exception', 'Invalid command', 'Invalid command'],
  ];
  for (const [name, message, wanted] of cases) assert.equal(errorText(new PickleError(message, name)), wanted);
});

test('exceptions and addresses of Python are read, and nothing is made of other names', () => {
  // By pickle.dumps((1, ValueError("not banned: ['x']")), 5) and its like; fail2ban's addresses pickle as str(text).
  const hex = (text: string) => unpickleAnswer(Buffer.from(text, 'hex'));
  assert.deepEqual(
    hex(
      '80059537000000000000004b018c086275696c74696e73948c0a56616c75654572726f729493948c116e6f742062616e6e65643a205b2778275d948594529486942e',
    ),
    new PickleTuple(1, new PickleError("not banned: ['x']", 'ValueError')),
  );
  const python2 = Buffer.from('cbuiltins\nstr\n(V192.0.2.1\ntR.');
  assert.equal(unpickleAnswer(python2), '192.0.2.1');
  assert.deepEqual(unpickleAnswer(Buffer.from('cos\nsystem\n(Vid\ntR.')), new PickleError('id', 'system', 'os'));
  assert.deepEqual(
    unpickleAnswer(Buffer.from('cbuiltins\nKeyError\n(I1\nI2\ntR.')),
    new PickleError('(1, 2)', 'KeyError'),
  );
  for (const hostile of ['cos\nsystem\n.', '(Vid\ntVa\nR.', 'Vos\n)\x93.', '(Vid\nios\nsystem\n.'])
    assert.throws(() => unpickleAnswer(Buffer.from(hostile, 'latin1')), /Error/, hostile);
});

/** A client of a server that answers with `answers`, in turn; what it was asked and what the client printed. */
async function scene(t: TestContext, ...answers: readonly PickleTuple[]) {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-fail2ban-client-'));
  const path = join(folder, 'socket');
  const asked: PickleValue[] = [];
  const server = createFail2banServer({
    answer: async (command) => answers[asked.push(command) - 1] ?? new PickleTuple(0, 'more'),
    refused: () => undefined,
    asked: () => undefined,
  });
  server.listen(path);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const lines: string[] = [];
  const client: Client = {
    open: () => openConversation(path),
    print: (line) => void lines.push(line),
    log: { detail: () => undefined, error: (line) => void lines.push(`error: ${line}`) },
  };
  return { asked, client, lines, path };
}

test('a command is asked, and printed with what it failed with', async (t) => {
  const failed = new PickleTuple(1, new PickleError('nope', 'UnknownJailException', 'fail2ban.exceptions'));
  const { asked, client, lines } = await scene(t, new PickleTuple(0, 'pong'), failed);
  assert.equal(await runCommand(['ping'], client), true);
  assert.equal(await runCommand(['status', 'nope'], client), false);
  assert.deepEqual(asked, [['ping'], ['status', 'nope']]);
  assert.deepEqual(lines, [
    'Server replied: pong',
    "error: NOK: ('nope',)",
    "Sorry but the jail 'nope' does not exist",
  ]);
});

test('a ping waits for its answer however many seconds it is given', async (t) => {
  const { client, lines } = await scene(t);
  const patient = async (): Promise<Conversation> => {
    const { ask, close } = await client.open();
    return {
      async ask(command, timeout) {
        timeouts.push(timeout);
        return ask(command, timeout);
      },
      close,
    };
  };
  const timeouts: (number | undefined)[] = [];
  for (const seconds of ['5', '9999999', 'Infinity'])
    assert.equal(await runCommand(['ping', seconds], { ...client, open: patient }), true, seconds);
  // The longest time of a timer in Node.js; beyond it one ends at once.
  assert.deepEqual(timeouts, [5_000, 2 ** 31 - 1, 2 ** 31 - 1]);
  assert.deepEqual(
    lines,
    Array.from({ length: 3 }, () => 'Server replied: more'),
  );
});

test('an answer of some MB is read whole, and what could steer a terminal is not printed', async (t) => {
  const many = Array.from({ length: 200_000 }, (_, n) => `2001:db8::${n.toString(16)}`);
  const { client, lines } = await scene(t, new PickleTuple(0, many), new PickleTuple(0, 'a\x1b[2Jb'));
  assert.equal(await runCommand(['get', 'sshd', 'banip'], client), true);
  assert.equal(lines[0], many.join(' '));
  await runCommand(['version'], client);
  assert.equal(lines[1], 'a\\u001b[2Jb');
});

test('a reload is sent without a configuration, a restart of a jail as one, and a server is not started', async (t) => {
  const { asked, client, lines } = await scene(t);
  assert.equal(await runCommand(['reload'], client), true);
  assert.equal(await runCommand(['restart', '--unban', 'sshd'], client), true);
  assert.deepEqual(asked, [
    ['reload', '--all', [], []],
    ['reload', 'sshd', ['--restart', '--unban'], []],
  ]);
  lines.length = 0;
  assert.equal(await runCommand(['reload', 'sshd', 'more'], client), false);
  assert.equal(await runCommand(['start'], client), false);
  assert.equal(await runCommand(['restart'], client), false);
  assert.deepEqual(lines, [
    "error: Unexpected argument(s) for reload: ['sshd', 'more']",
    'error: Server already running',
    'error: f2b is restarted with: systemctl restart f2bd',
  ]);
});

test('without a server it says where it asked and what to do', async (t) => {
  const { client, lines, path } = await scene(t);
  const away = { ...client, open: () => openConversation(`${path}.gone`) };
  assert.equal(await runCommand(['status'], away), false);
  assert.match(
    lines[0] ?? '',
    /socket\.gone \(connect ENOENT .*; start it with: systemctl enable --now f2b-fail2ban\.socket/,
  );
});

test('commands are read line by line until quit', async (t) => {
  const { asked, client, lines } = await scene(t, new PickleTuple(0, 'pong'));
  async function* typed() {
    yield* ['ping', '', "set it's", 'help', 'quit', 'ping'];
  }
  const prompts: string[] = [];
  await runLines(typed(), client, { prompt: () => void prompts.push('>'), help: 'HELP' });
  assert.deepEqual(lines, ['Server replied: pong', 'error: No closing quotation', 'HELP']);
  assert.deepEqual([asked.length, prompts.length], [1, 5]);
});
