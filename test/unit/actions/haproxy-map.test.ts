/** HAProxy's runtime socket as it may behave; that the real one takes the commands is proven in test/e2e/280-actions.test.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { replaceMap } from '../../../src/actions/denylist/haproxy-map.js';

/** Answers by the first word of a command, and ends the connection; undefined: never. */
type Answers = Readonly<Record<string, string | undefined>>;

const good = { prepare: 'New version created: 7\n\n', add: '\n', commit: '\n', clear: '\n' };

/** What came, command by command; `came` is told of each before it is answered. */
async function serve(t: TestContext, answers: Answers, came: (word: string) => void = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-haproxy-'));
  const path = join(folder, 'socket');
  const commands: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    let command = '';
    socket.setEncoding('utf8').on('error', () => undefined);
    socket.on('data', (text: string) => {
      command += text;
      if (!command.endsWith(command.includes('<<') ? '\n\n' : '\n')) return;
      commands.push(command);
      const [word = ''] = command.split(' ');
      came(word);
      const answer = answers[word];
      if (answer !== undefined) socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { path, commands };
}

const entriesOf = (count: number) => Array.from({ length: count }, (_, n) => `10.0.${n >> 8}.${n & 255} 1`);
const patient = AbortSignal.timeout(60_000);

test('a map is prepared, filled in portions that its buffer takes, and put in force as a whole', async (t) => {
  const { path, commands } = await serve(t, good);
  const entries = entriesOf(3_000);
  assert.deepEqual(await replaceMap({ path, signal: patient }, '/a b;c\\d', entries), { kind: 'done' });
  const map = '/a\\ b\\;c\\\\d';
  assert.equal(commands[0], `prepare map ${map}\n`);
  assert.equal(commands.at(-1), `commit map @7 ${map}\n`);
  const added = commands.slice(1, -1);
  for (const command of added) assert.ok(command.length < 16_384 && command.startsWith(`add map @7 ${map} <<\n`));
  assert.deepEqual(
    added.flatMap((command) => command.trimEnd().split('\n').slice(1)),
    entries,
  );
});

test('a map without entries is put in force, too', async (t) => {
  const { path, commands } = await serve(t, good);
  assert.deepEqual(await replaceMap({ path, signal: patient }, '/map', []), { kind: 'done' });
  assert.deepEqual(commands, ['prepare map /map\n', 'commit map @7 /map\n']);
});

const wrong: readonly (readonly [string, Answers, RegExp, readonly string[]])[] = [
  ['an unknown map', { ...good, prepare: 'Unknown map identifier.\n\n' }, /Unknown map/, ['prepare']],
  ['an empty answer', { ...good, prepare: '\n' }, /it says nothing/, ['prepare']],
  ['an end of the connection without an answer', { ...good, prepare: '' }, /no answer/, ['prepare']],
  ['such an end when an entry was sent', { ...good, add: '' }, /no answer/, ['prepare', 'add', 'clear']],
  ['such an end in place of the commit', { ...good, commit: '' }, /no answer/, ['prepare', 'add', 'commit']],
  ['an answer of many megabytes', { ...good, prepare: '\u001b[2J'.repeat(1 << 20) }, /^[^\u001b]{1,400}$/, ['prepare']],
  [
    'an entry that it does not take',
    { ...good, add: "'x' is not valid\n" },
    /'x' is not valid/,
    ['prepare', 'add', 'clear'],
  ],
  ['a version that is gone', { ...good, commit: 'Version number\n' }, /Version/, ['prepare', 'add', 'commit']],
];

for (const [name, answers, reason, words] of wrong) {
  test(`${name} is told, and nothing is put in force after it`, async (t) => {
    const { path, commands } = await serve(t, answers);
    const outcome = await replaceMap({ path, signal: patient }, '/map', ['192.0.2.1 1']);
    assert.match(outcome.kind === 'failed' ? outcome.reason : '', reason);
    assert.deepEqual(
      commands.map((command) => command.split(' ')[0]),
      words,
    );
  });
}

test('what HAProxy took of a list that it does not take as a whole, it is told to forget', async (t) => {
  const ending = new AbortController();
  const { path, commands } = await serve(t, { ...good, add: undefined }, (word) => {
    if (word === 'add') ending.abort();
  });
  await replaceMap({ path, signal: ending.signal }, '/a b', entriesOf(3_000));
  assert.equal(commands.at(-1), 'clear map @7 /a\\ b\n');
  const stalled = await serve(t, { ...good, add: 'no\n', clear: undefined });
  const outcome = await replaceMap({ path: stalled.path, signal: patient }, '/map', entriesOf(1));
  assert.match(outcome.kind === 'failed' ? outcome.reason : '', /: no$/, 'it need not answer');
});

test('who never answers is left when the time is over, and a socket that is not there is told', async (t) => {
  const { path } = await serve(t, { ...good, add: undefined });
  const hanging = await replaceMap({ path, signal: AbortSignal.timeout(50) }, '/map', ['192.0.2.1 1']);
  assert.match(hanging.kind === 'failed' ? hanging.reason : '', /\(it does not answer in time\)/);
  const missing = await replaceMap({ path: `${path}-no`, signal: patient }, '/map', []);
  assert.match(missing.kind === 'failed' ? missing.reason : '', /\(ENOENT\); f2b\.action\(5\) has the socket/);
});
