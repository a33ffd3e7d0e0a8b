/** Commands of actions, really run: what they are given, what ends them, and what becomes of what they say. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commandDeliverer } from '../../../src/actions/command.js';
import { done } from '../../../src/actions/outcome.js';
import { type EventRecord, recordOf } from '../../../src/actions/record.js';
import type { CommandAction } from '../../../src/config/actions/action-config.js';
import type { UnbanCause } from '../../../src/core/effect.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { until } from '../../support/process.js';
import { runBounded } from '../../support/run-bounded.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'f2b-command-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const none = {
  ban: undefined,
  unban: undefined,
  flush: undefined,
  event: undefined,
  start: undefined,
  stop: undefined,
  check: undefined,
};

function deliverer(commands: Partial<CommandAction['commands']>, bannedIn = async (_jail: string) => 1) {
  const common = { on: ['ban'], jails: [], every: 0, batch: 1, limit: 1, timeout: 1 };
  return commandDeliverer(
    { ...common, type: 'command', name: 'it', commands: { ...none, repair: undefined, ...commands } },
    { runProgram: runBounded, bannedIn },
  );
}

function record(reason = 'x'): EventRecord {
  return recordOf('it', {
    kind: 'ban',
    ban: aBan({ reason }),
    cursor: 's=1',
    at: NOON,
    host: 'mail',
    message: 'banned',
  });
}

const patient = () => AbortSignal.timeout(30_000);
const sh = (script: string) => ['/bin/sh', '-c', script];

test('values are in the environment, and nothing of them is read by a shell or as an argument', async (t) => {
  const file = join(folder(t), 'out');
  const reason = `'; touch ${file}.owned; $(touch ${file}.owned) \`id\`\n\u0000-rf`;
  const it = deliverer({ ban: ['/usr/bin/env', '-i', `/bin/sh`, '-c', `exit 3`] });
  assert.equal((await it.deliver([record(reason)], patient())).kind, 'refused');
  const printing = deliverer({
    ban: sh(`printf '%s|%s|%s' "$F2B_REASON" "$F2B_ADDRESS" "$F2B_JAIL" >${file}; [ $# = 0 ]`),
  });
  assert.deepEqual(await printing.deliver([record(reason)], patient()), { kind: 'done' });
  const [printed, address, jail] = readFileSync(file, 'utf8').split('|');
  assert.equal(printed, reason.replace('\n', '\\u000a').replace('\u0000', '\\u0000'));
  assert.deepEqual([address, jail], ['192.0.2.1', 'ssh.service']);
  assert.equal(existsSync(`${file}.owned`), false);
});

test('nothing of the service’s own environment is handed on', async () => {
  process.env['CREDENTIALS_DIRECTORY'] = '/run/credentials/f2b-actiond.service';
  try {
    const it = deliverer({ ban: sh('[ -z "$CREDENTIALS_DIRECTORY" ]') });
    assert.deepEqual(await it.deliver([record()], patient()), { kind: 'done' });
  } finally {
    delete process.env['CREDENTIALS_DIRECTORY'];
  }
});

test('statuses say whether it is tried again: 75 for as long as it takes', async () => {
  for (const [status, kind] of [
    [0, 'done'],
    [1, 'refused'],
    [75, 'failed'],
  ] as const) {
    assert.equal((await deliverer({ ban: sh(`exit ${status}`) }).deliver([record()], patient())).kind, kind);
  }
  const missing = await deliverer({ ban: ['/no/such/program'] }).deliver([record()], patient());
  assert.deepEqual(missing, { kind: 'failed', reason: 'Ban= cannot be run (ENOENT)' });
});

test('a script that does not say who reads it is not run, and the reason tells what it lacks', async (t) => {
  const script = join(folder(t), 'script');
  writeFileSync(script, 'exit 0\n', { mode: 0o755 });
  const reason = 'Ban= cannot be run (ENOEXEC: no program of this machine, and no script that begins with #!)';
  assert.deepEqual(await deliverer({ ban: [script] }).deliver([record()], patient()), { kind: 'failed', reason });
});

test('what it says is cut and printable in the reason', async () => {
  const noisy = 'yes "$(printf "\\033]0;owned\\007")" | head -c 10000000; printf "\\033[31mlast" >&2; exit 1';
  const outcome = await deliverer({ ban: sh(noisy) }).deliver([record()], patient());
  assert.ok(outcome.kind === 'refused' && outcome.reason.length < 400);
  assert.doesNotMatch(outcome.reason, /[\u0000-\u001f]/);
});

test('when its time is over it is ended with all that it started', async (t) => {
  const file = join(folder(t), 'pids');
  const script = `sh -c 'echo $$ >>${file}; exec sleep 1000' & echo $$ >>${file}; wait`;
  const outcome = deliverer({ ban: sh(script) });
  const ending = new AbortController();
  const running = outcome.deliver([record()], ending.signal);
  const pids = await until('both run', () => {
    const found = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return found.length === 2 ? found : undefined;
  });
  ending.abort();
  assert.equal((await running).kind, 'failed');
  const isGone = (pid: string) =>
    !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  await until('both are gone', () => (pids.every(isGone) ? true : undefined));
});

test('one that leaves a child with its outputs behind is over all the same', async () => {
  const outcome = await deliverer({ ban: sh('setsid sleep 5 & exit 0') }).deliver([record()], patient());
  assert.deepEqual(outcome, { kind: 'done' });
});

test('Start= comes first and once, Check= before each, and Repair= when that says no', async (t) => {
  const file = join(folder(t), 'log');
  const log = (word: string, then = '') => sh(`echo ${word} >>${file}; ${then}`);
  const it = deliverer({
    start: log('start'),
    stop: log('stop'),
    check: log('check', `[ ! -e ${file}.broken ]`),
    repair: log('repair', `rm ${file}.broken`),
    ban: log('ban', `touch ${file}.broken`),
  });
  await it.deliver([record()], patient());
  await it.deliver([record()], patient());
  await it.stop();
  const words = readFileSync(file, 'utf8').trim().split('\n');
  assert.deepEqual(words, ['start', 'check', 'ban', 'check', 'repair', 'check', 'ban', 'stop']);
});

/** A command action whose programs log what they are run for. */
function logging(t: TestContext, bannedIn?: (jail: string) => Promise<number>) {
  const file = join(folder(t), 'log');
  const log = (word: string) => sh(`echo ${word} $F2B_JAIL $F2B_ADDRESS >>${file}`);
  const it = deliverer({ ban: log('ban'), unban: log('unban'), flush: log('flush') }, bannedIn);
  const told = { cursor: 's=1', at: NOON, host: 'mail', message: '' };
  return {
    ban: (address: string) => {
      const event = { ...told, kind: 'ban' as const, ban: aBan({ address: anAddress(address) }) };
      return it.deliver([recordOf('it', event)], patient());
    },
    unban: (address: string, cause: UnbanCause = 'manual', jail = 'ssh.service') => {
      const event = { ...told, kind: 'unban' as const, cause, ban: aBan({ address: anAddress(address), jail }) };
      return it.deliver([recordOf('it', event)], patient());
    },
    words: () => readFileSync(file, 'utf8').trim().split('\n'),
  };
}

test('Flush= is run once in place of Unban= for each when nobody of the jail is left, until somebody is banned', async (t) => {
  const { ban, unban, words } = logging(t, async (jail) => (jail === 'ssh.service' ? 0 : 2));
  await ban('192.0.2.1');
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) assert.deepEqual(await unban(address), done);
  await unban('192.0.2.4', 'manual', 'other');
  await ban('192.0.2.5');
  await unban('192.0.2.5', 'jail-removed');
  assert.deepEqual(words(), [
    'ban ssh.service 192.0.2.1',
    'flush ssh.service 192.0.2.1',
    'unban other 192.0.2.4',
    'ban ssh.service 192.0.2.5',
    'flush ssh.service 192.0.2.5',
  ]);
});

test('Flush= is not run for a ban that expires, nor while others are banned or the agent is away', async (t) => {
  const answers = [async () => 0, async () => 3, () => Promise.reject(new Error('away'))];
  const { unban, words } = logging(t, () => (answers.shift() ?? assert.fail('asked once more'))());
  await unban('192.0.2.1', 'expired');
  answers.shift();
  await unban('192.0.2.2');
  await unban('192.0.2.3');
  assert.deepEqual(
    words(),
    [1, 2, 3].map((n) => `unban ssh.service 192.0.2.${n}`),
  );
});

test('a Flush= that fails is tried again as an Unban= is', async (t) => {
  const file = join(folder(t), 'failing');
  writeFileSync(file, '');
  const flush = sh(`[ ! -e ${file} ]`);
  const it = deliverer({ unban: sh('exit 9'), flush }, async () => 0);
  const event = { kind: 'unban' as const, cause: 'manual' as const, ban: aBan(), cursor: 's=1', at: NOON };
  const unban = () => it.deliver([recordOf('it', { ...event, host: 'mail', message: '' })], patient());
  const outcome = await unban();
  assert.ok(outcome.kind === 'refused');
  assert.match(outcome.reason, /^Flush= ended with status 1/);
  rmSync(file);
  assert.deepEqual(await unban(), done);
});
