/** All actions together: what waits for them, whatever becomes of their files. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startActions } from '../../../src/actions/actions.js';
import type { ActionWorld } from '../../../src/actions/running-action.js';
import { parseAction } from '../../../src/config/actions/action.js';
import type { ActionConfig } from '../../../src/config/actions/action-config.js';
import { createDisk } from '../../../src/config/files/disk.js';
import { F2bError } from '../../../src/errors.js';
import { openOutbox } from '../../../src/outbox/outbox.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { namedJailOf } from '../../support/config-texts.js';
import { until } from '../../support/process.js';
import { runBounded } from '../../support/run-bounded.js';
import { VirtualClock } from '../../support/virtual-clock.js';

interface Scene {
  readonly world: ActionWorld;
  readonly told: string[];
}

async function scene(t: TestContext): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-actions-'));
  const outbox = await openOutbox(directory, (error) => assert.fail(error.message));
  t.after(async () => {
    await outbox.close();
    rmSync(directory, { recursive: true });
  });
  const told: string[] = [];
  const world: ActionWorld = {
    ...{ outbox, clock: new VirtualClock(NOON), version: '1', host: 'mail' },
    credential: (name) => {
      throw new F2bError('CREDENTIAL_MISSING', name);
    },
    entryOf: () => undefined,
    locator: async () => () => ({}),
    explain: () => Promise.reject(new Error('away')),
    bans: async () => [],
    bannedIn: async () => 1,
    runProgram: runBounded,
    runAlone: runBounded,
    tell: (text) => told.push(text),
    broken: (cause) => assert.fail(String(cause)),
  };
  return { world, told };
}

const naming = { jails: [], actions: ['mail'] };
/** Its file is wrong, so what it is told of waits. */
const waiting = { isWhole: true, actions: [{ name: 'mail', config: undefined }], naming };
const unlisted = { isWhole: false, actions: [], naming };

test('what an action does nothing for is not queued, and a test of it does not say that it was told', async (t) => {
  const { world } = await scene(t);
  const common = { on: ['ban', 'unban'], jails: [], every: 0, batch: 1, limit: 10, timeout: 1_000_000 };
  const commands = { start: undefined, stop: undefined, check: undefined, repair: undefined, event: undefined };
  const command: ActionConfig = {
    ...{ ...common, type: 'command', name: 'run' },
    commands: { ...commands, ban: ['/bin/false'], unban: undefined, flush: undefined },
  };
  const report: ActionConfig = {
    ...{
      ...common,
      type: 'webhook',
      name: 'report',
      format: 'abuseipdb',
      url: 'http://127.0.0.1:1/',
      token: undefined,
    },
    ...{ urlCredential: undefined, secret: undefined, recipient: undefined, template: undefined, categories: [18] },
  };
  const configs = [command, report].map((config) => ({ name: config.name, config }));
  const actions = await startActions(
    { isWhole: true, actions: configs, naming: { jails: [], actions: ['run', 'report'] } },
    world,
  );
  const told = { at: NOON, host: 'mail', message: '' };
  const bans = [
    aBan({ origin: 'manual' }),
    aBan({ failures: 0 }),
    aBan({ address: anAddress('2001:db8::/64') }),
    aBan({ address: anAddress('192.0.2.1') }),
  ];
  await actions.take(
    [
      ...bans.map((ban, n) => ({ ...told, kind: 'ban' as const, ban, cursor: `s=${n}` })),
      { ...told, kind: 'unban', ban: aBan(), cause: 'expired', cursor: 's=9' },
    ],
    { cursor: 's=9', receivedAt: 1 },
  );
  const waiting = new Map((await actions.status()).map(({ name, waiting }) => [name, waiting]));
  assert.deepEqual([waiting.get('run'), waiting.get('report')], [4, 1]);
  await assert.rejects(actions.test('run', 'unban'), { code: 'ACTION_FAILED' });
  await assert.rejects(actions.test('report', 'ban'), { code: 'ACTION_FAILED', message: /nothing for a made-up ban/ });
  const ended = actions.end();
  await (world.clock instanceof VirtualClock && world.clock.advance(60_000_000));
  await ended;
});

test('what waits stays when a folder of actions cannot be listed, at a reload and at a start', async (t) => {
  const { world, told } = await scene(t);
  const actions = await startActions(waiting, world);
  const event = { kind: 'ban' as const, ban: aBan(), cursor: 's=1', at: NOON, host: 'mail', message: 'banned' };
  await actions.take([event], { cursor: 's=1', receivedAt: 1 });
  await actions.reload(unlisted);
  const states = async () => (await world.outbox.states()).map((state) => [state.queue, state.waiting]);
  assert.deepEqual(await states(), [['mail', 1]]);
  assert.match(told.join(), /a folder of actions cannot be listed: the actions stay as they were/);
  await actions.end();
  await assert.rejects(startActions(unlisted, world), { code: 'CONFIG_INVALID' });
  assert.deepEqual(await states(), [['mail', 1]]);
});

test('an action file of fail2ban’s is run for what is told, begins with whom the agent holds, and ends clean', async (t) => {
  const { world, told } = await scene(t);
  const folder = mkdtempSync(join(tmpdir(), 'f2b-action-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const commands = ['start', 'stop', 'ban', 'unban'].map((name) => `action${name} = echo ${name} <ip> >>${folder}/log`);
  writeFileSync(join(folder, 'block.conf'), `[Definition]\n${commands.join('\n')}\n`);
  const text = `[Action]\nType=fail2ban\nName=block\nActionPath=${folder}\n`;
  const config = parseAction({ name: 'block', texts: [{ path: 'block.conf', text }] }, createDisk()).value;
  const jail = namedJailOf('ssh.service', '[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\n[Ban]\nAction=block\n');
  const held = [aBan({ address: anAddress('192.0.2.7') })];
  const configuration = {
    ...{ isWhole: true, actions: [{ name: 'block', config }] },
    naming: { jails: [jail], actions: [] },
  };
  const asked: unknown[] = [];
  const bans: ActionWorld['bans'] = async (options) => {
    asked.push(options);
    return held;
  };
  const actions = await startActions(configuration, { ...world, bans });
  const ban = { kind: 'ban', ban: aBan(), cursor: 's=1', at: NOON, host: 'mail', message: 'banned' } as const;
  await actions.take([ban], { cursor: 's=1', receivedAt: 1 });
  await until('it is told', async () => ((await actions.status())[0]?.delivered === 1 ? true : undefined));
  await actions.end();
  assert.deepEqual(readFileSync(join(folder, 'log'), 'utf8').trim().split('\n'), [
    'start',
    ...['ban 192.0.2.7', 'ban 192.0.2.1', 'unban 192.0.2.7', 'unban 192.0.2.1'],
    'stop',
  ]);
  assert.deepEqual(asked, [{ evidence: true }], 'the lines behind a ban are for its commands');
  assert.deepEqual(told, []);
});

test('a denylist asks for the bans without their evidence', async (t) => {
  const { world } = await scene(t);
  const folder = mkdtempSync(join(tmpdir(), 'f2b-denylist-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const text = `[Action]\nType=denylist\nFile=${folder}/list\n`;
  const config = parseAction({ name: 'list', texts: [{ path: 'list.conf', text }] }, createDisk()).value;
  const asked: unknown[] = [];
  const bans: ActionWorld['bans'] = async (options) => {
    asked.push(options);
    return [aBan()];
  };
  const configuration = {
    isWhole: true,
    actions: [{ name: 'list', config }],
    naming: { jails: [], actions: ['list'] },
  };
  const actions = await startActions(configuration, { ...world, bans });
  await until('the list is written', async () => ((await world.outbox.states())[0]?.lastSuccess ? true : undefined));
  await actions.end();
  assert.equal(readFileSync(join(folder, 'list'), 'utf8'), '192.0.2.1\n');
  assert.deepEqual(asked, [{ evidence: false }]);
});
