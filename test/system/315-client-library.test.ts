/** The npm package `f2b` as it is built, on a private bus: its documents are true, and it tells what the agent does. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { connect, type F2b, type F2bError, type F2bEvent } from '../../src/client/f2b.js';
import { serveAgent } from '../../src/control/server.js';
import { addressFromWords } from '../../src/core/address/address.js';
import { FOREVER } from '../../src/core/time.js';
import { Bus } from '../../src/dbus/bus.js';
import { fakeAgent } from '../fakes/agent.js';
import { aBan, anAddress, NOON } from '../fakes/values.js';
import { BusDaemon, wallClock } from '../support/bus-daemon.js';
import { repository } from '../support/repository.js';
import { withAgent as withRealAgent } from './control-lab.js';

const run = promisify(execFile);
/** For those that wait for what the bus brings, ms. */
const timeout = { timeout: 60_000 };
const built = join(repository, 'build/client');
const readme = readFileSync(join(built, 'README.md'), 'utf8');
const shown = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(readme)?.[1] ?? '';

/** An agent on a bus of its own, which tells of what it is asked for as the real one does. */
async function withAgent(t: TestContext) {
  const daemon = new BusDaemon();
  await daemon.start();
  const bus = new Bus(daemon.address, wallClock);
  const clients: F2b[] = [];
  t.after(async () => {
    for (const client of clients) client.close();
    bus.close();
    await daemon.remove();
  });
  await bus.connected();
  const agent = fakeAgent();
  const { ban, unban } = agent;
  agent.ban = async (...asked) => {
    const views = await ban(...asked);
    for (const view of views) agent.tellBan(view.ban);
    return views;
  };
  agent.unban = async (...asked) => {
    const lifted = await unban(...asked);
    for (const one of lifted) agent.tellUnban(one, 'manual');
    return lifted;
  };
  const serve = () =>
    new Promise<() => Promise<void>>((resolve) => {
      const stop = serveAgent({ bus, agent, onName: () => resolve(stop) });
    });
  const stop = await serve();
  const open = async (): Promise<F2b> => {
    const client = await connect({ address: daemon.address });
    clients.push(client);
    return client;
  };
  return { agent, daemon, open, serve, stop, env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: daemon.address } };
}

const PYTHON = '/usr/bin/python3';

function hasPythonDbus(): Promise<boolean> {
  return run(PYTHON, ['-c', 'import dbus']).then(
    () => true,
    () => false,
  );
}

/** A project that has the package installed. */
function project(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), `f2b-client-${process.pid}-`));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules'));
  cpSync(built, join(folder, 'node_modules/f2b'), { recursive: true });
  return folder;
}

test('the example in its README runs in a project that has it installed', async (t) => {
  const { agent, env } = await withAgent(t);
  const folder = project(t);
  writeFileSync(join(folder, 'example.mjs'), shown('js'));
  const { stdout } = await run('node', ['example.mjs'], { cwd: folder, env, timeout: 60_000 });
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    'f2bd 1.2.3 is running',
    'ssh.service: 2 banned, 3 near it',
    'manual banned 203.0.113.7: scans us',
    `203.0.113.7 is banned by manual, until ${new Date((NOON + 3_600_000_000) / 1_000).toISOString()}`,
    '0 journal entries say why',
    '1 lifted',
    'ARGUMENT_INVALID: give it as in 192.0.2.1, 2001:db8::1 or 192.0.2.0/24; names of hosts are not looked up',
  ]);
  assert.deepEqual(agent.held, []);
});

const skip = process.getuid?.() === 0 ? false : 'needs root to own a name on a strict bus';

test('the examples run against the agent itself, which follows a journal', { ...timeout, skip }, async (t) => {
  const { f2bctl, bus } = await withRealAgent(t, ['198.51.100.9']);
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus };
  const folder = project(t);
  writeFileSync(join(folder, 'example.mjs'), shown('js'));
  const { stdout } = await run('node', ['example.mjs'], { cwd: folder, env, timeout: 60_000 });
  const lines = [
    /^f2bd \S+ is running$/,
    /^ssh\.service: 1 banned, 0 near it$/,
    /^manual banned 203\.0\.113\.7: scans us$/,
    /^203\.0\.113\.7 is banned by manual, until \d{4}-[-\d]+T[:.\d]+Z$/,
    /^198\.51\.100\.9 is banned by ssh\.service, until \d{4}-[-\d]+T[:.\d]+Z$/,
    /^0 journal entries say why$/,
    /^1 lifted$/,
    /^ARGUMENT_INVALID: /,
  ];
  const told = stdout.trimEnd().split('\n');
  assert.equal(told.length, lines.length, stdout);
  for (const [at, line] of lines.entries()) assert.match(told[at] ?? '', line);
  if (await hasPythonDbus()) {
    const python = await run(PYTHON, ['-c', shown('python')], { env, timeout: 60_000 });
    assert.equal(python.stdout, 'manual 203.0.113.7 enforced\nssh.service 198.51.100.9 enforced\n');
  }
  const { output } = await f2bctl('bans', '-o', 'json');
  const held: readonly { readonly address: string }[] = JSON.parse(output);
  assert.deepEqual(
    held.map(({ address }) => address),
    ['198.51.100.9'],
  );
});

test('CommonJS can require it', async (t) => {
  const folder = project(t);
  const script = "const { connect, F2bError } = require('f2b'); console.log(typeof connect, typeof F2bError)";
  const { stdout } = await run('node', ['--input-type=commonjs', '-e', script], { cwd: folder, timeout: 60_000 });
  assert.equal(stdout, 'function function\n');
});

test('its types are whole, and hold for the example', async (t) => {
  const folder = project(t);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'example.ts'),
    `${shown('js')}\nconst code: 'NO_SUCH_CODE' = (await f2b.status()).state;\n`,
  );
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const roots = ['--typeRoots', join(repository, 'node_modules/@types')];
  const tsc = join(repository, 'node_modules/.bin/tsc');
  const told = await run(tsc, [...options, ...roots, 'example.ts'], { cwd: folder, timeout: 60_000 }).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
  // The mistake that was put in, and nothing else.
  const errors = told.split('\n').filter((line) => /^\S/.test(line));
  assert.equal(errors.length, 1, told);
  assert.match(told, /^example\.ts\(\d+,7\): error TS2322: .*NO_SUCH_CODE/);
});

test('it loads nothing but what Node.js has, and carries the licences of what is in it', () => {
  const text = readFileSync(join(built, 'f2b.cjs'), 'utf8');
  const loaded = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? '');
  assert.ok(loaded.length > 0);
  assert.deepEqual(
    loaded.filter((name) => !isBuiltin(name)),
    [],
  );
  const bundled = [...text.matchAll(/^\s*\/\/ \S*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map((match) => match[1]);
  const licences = readFileSync(join(built, 'LICENSE'), 'utf8');
  const named = [...licences.matchAll(/^([@\w/-]+):$/gm)].map((match) => match[1]);
  assert.deepEqual([...new Set(bundled)].sort(), named.sort());
  const { dependencies, version } = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  assert.equal(version, JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version);
});

test('the example for Python runs with Debian’s python3-dbus', async (t) => {
  if (!(await hasPythonDbus())) return t.skip('needs python3-dbus (test/setup system)');
  const { agent, env } = await withAgent(t);
  const { stdout } = await run(PYTHON, ['-c', shown('python')], { env, timeout: 60_000 });
  assert.equal(stdout, 'manual 203.0.113.7 enforced\n');
  assert.deepEqual(agent.held, []);
});

test('jails, bans and explanations are told with Dates, milliseconds, and null for what never ends', async (t) => {
  const { agent, open } = await withAgent(t);
  const f2b = await open();
  const jail = await f2b.status('ssh');
  assert.deepEqual([jail.name, jail.findtime, jail.bantime], ['ssh.service', 600_000, 600_000]);
  const [made] = await f2b.ban(['2001:DB8::7'], { jail: 'ssh', bantime: 60_000, reason: 'scans us' });
  assert.deepEqual(
    [made?.address, made?.jail, made?.until, made?.reason],
    ['2001:db8::7', 'ssh.service', new Date(NOON / 1_000 + 60_000), 'scans us'],
  );
  const member = aBan({ address: anAddress('198.51.100.1'), until: FOREVER });
  agent.held.push({ ban: aBan({ address: anAddress('198.51.100.0/24'), members: [member] }), state: 'pending' });
  const bans = [];
  for await (const ban of f2b.bans({ jail: 'ssh', evidence: true })) bans.push(ban);
  assert.deepEqual(
    bans.map(({ address, state, members }) => [address, state, members?.map(({ until }) => until)]),
    [
      ['198.51.100.0/24', 'pending', [null]],
      ['2001:db8::7', 'enforced', undefined],
    ],
  );
  agent.explanation = { zone: 'trusted', entries: [{ cursor: 's=1', at: NOON, line: 'Failed password' }] };
  const why = await f2b.why('198.51.100.1');
  assert.deepEqual(why.entries, [{ cursor: 's=1', at: new Date(NOON / 1_000), line: 'Failed password' }]);
  assert.equal(why.zone, 'trusted');
  assert.equal((await f2b.unban('198.51.100.0/24', { jail: 'ssh' })).length, 1);
});

test('a hundred thousand bans are streamed, and asked for as they are taken', async (t) => {
  const { agent, open } = await withAgent(t);
  const address = (n: number) => addressFromWords(0, 0, 0xffff, 0x0a000000 + n, 128);
  const held = Array.from({ length: 100_000 }, (_, n) => aBan({ address: address(n), evidence: [] }));
  const places = new Map(held.map(({ address: { text } }, at) => [text, at]));
  let asked = 0;
  agent.bans = ({ after }, limit) => {
    asked += 1;
    const first = after === undefined ? 0 : (places.get(after.address.text) ?? held.length) + 1;
    return held.slice(first, first + limit).map((ban) => ({ ban, state: 'enforced' }));
  };
  const f2b = await open();
  for await (const ban of f2b.bans()) {
    assert.equal(ban.address, '10.0.0.0');
    break;
  }
  assert.ok(asked <= 2, `${asked} pages were asked for to take one ban`);
  const seen = new Set<string>();
  for await (const ban of f2b.bans()) seen.add(ban.address);
  assert.equal(seen.size, held.length);
});

test('more addresses than one call takes are banned', async (t) => {
  const { agent, open } = await withAgent(t);
  const f2b = await open();
  const wanted = Array.from({ length: 1_200 }, (_, n) => `2001:db8::${n.toString(16)}`);
  assert.equal((await f2b.ban(wanted)).length, wanted.length);
  assert.equal(agent.held.length, wanted.length);
});

/** The next events, as many as are named. */
async function take(events: AsyncIterator<F2bEvent>, count: number): Promise<readonly F2bEvent[]> {
  const taken: F2bEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

test('events tell bans and unbans, and when the agent goes and comes', timeout, async (t) => {
  const { agent, open, serve, stop } = await withAgent(t);
  const f2b = await open();
  const events = f2b.events();
  assert.deepEqual(await take(events, 1), [{ kind: 'agent', isRunning: true }]);
  await f2b.ban('192.0.2.1');
  await f2b.unban('192.0.2.1');
  const [banned, unbanned] = await take(events, 2);
  assert.equal(banned?.kind === 'ban' && banned.ban.address, '192.0.2.1');
  assert.deepEqual(unbanned, { kind: 'unban', jail: 'manual', address: '192.0.2.1', cause: 'manual' });
  await stop();
  assert.deepEqual(await take(events, 1), [{ kind: 'agent', isRunning: false }]);
  await serve();
  assert.deepEqual(await take(events, 1), [{ kind: 'agent', isRunning: true }]);
  agent.tellBan(aBan());
  assert.equal((await take(events, 1))[0]?.kind, 'ban');
  const waiting = events.next();
  f2b.close();
  assert.deepEqual(await waiting, { value: undefined, done: true });
});

test('events that are asked for after the end have none', timeout, async (t) => {
  const { open } = await withAgent(t);
  const f2b = await open();
  f2b.close();
  assert.deepEqual(await f2b.events().next(), { value: undefined, done: true });
});

test('what cannot be done is an error with its code', async (t) => {
  const { open, stop, daemon } = await withAgent(t);
  const f2b = await open();
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: F2bError) => error.code,
    );
  assert.equal(await codeOf(f2b.status('nope')), 'UNKNOWN_JAIL');
  assert.equal(await codeOf(f2b.why('nobody')), 'ARGUMENT_INVALID');
  assert.equal(await codeOf(f2b.ban('192.0.2.1', { bantime: Number.NaN })), 'ARGUMENT_INVALID');
  assert.equal(await codeOf(f2b.ban('192.0.2.1', { jail: 'nowhere' })), 'ARGUMENT_INVALID');
  await stop();
  assert.equal(await codeOf(f2b.status()), 'AGENT_NOT_RUNNING');
  f2b.close();
  assert.equal(await codeOf(f2b.status()), 'BUS_UNAVAILABLE');
  assert.equal(await codeOf(connect({ address: `unix:path=${daemon.folder}/nothing` })), 'BUS_UNAVAILABLE');
});

test('a bus that is restarted is found again', timeout, async (t) => {
  const { open, daemon } = await withAgent(t);
  const f2b = await open();
  const events = f2b.events();
  await take(events, 1);
  await daemon.kill();
  assert.deepEqual(await take(events, 1), [{ kind: 'agent', isRunning: false }]);
  await daemon.start();
  assert.deepEqual(await take(events, 1), [{ kind: 'agent', isRunning: true }]);
  assert.equal((await f2b.status()).version, '1.2.3');
});
