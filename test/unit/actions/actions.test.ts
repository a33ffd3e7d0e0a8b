/** All actions together: what waits for them, whatever becomes of their files. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startActions } from '../../../src/actions/actions.js';
import type { ActionWorld } from '../../../src/actions/running-action.js';
import { F2bError } from '../../../src/errors.js';
import { openOutbox } from '../../../src/outbox/outbox.js';
import { aBan, NOON } from '../../fakes/values.js';
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
    lineOf: () => undefined,
    bans: async () => [],
    tell: (text) => told.push(text),
    broken: (cause) => assert.fail(String(cause)),
  };
  return { world, told };
}

const naming = { jails: [], actions: ['mail'] };
/** Its file is wrong, so what it is told of waits. */
const waiting = { isWhole: true, actions: [{ name: 'mail', config: undefined }], naming };
const unlisted = { isWhole: false, actions: [], naming };

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
