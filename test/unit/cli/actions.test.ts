/** `f2bctl actions`: how they do, and a test of one. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { actionsClient, answerActions } from '../../../src/actions/control.js';
import { nextTurn } from '../../../src/async/next-turn.js';
import { F2bError } from '../../../src/errors.js';
import { askJson, serveJson } from '../../../src/host/json-socket.js';
import type { ActionStatus, ActionsControl } from '../../../src/ports/actions-control.js';
import { NOON } from '../../fakes/values.js';
import { aWorld, run } from './run.js';

const SECOND = 1_000_000;
const counts = { waiting: 0, delivered: 0, givenUp: 0, dropped: 0 };
const statuses: readonly ActionStatus[] = [
  { ...counts, name: 'mail', type: 'mail', state: 'ok', delivered: 1_200, lastSuccess: NOON },
  {
    ...counts,
    ...{ name: 'chat', type: 'webhook', state: 'failing', waiting: 7, dropped: 3, lastFailure: NOON + 60 * SECOND },
    ...{ lastError: 'it answered with status 500: \u001b]0;owned\u0007', nextAttempt: NOON + 150 * SECOND },
  },
];

const UNANSWERED =
  /^ +Problems: f2b-actiond does not answer, so nobody knows how its actions do; see systemctl status f2b-actiond$/m;

function answering(tested: string[] = []): ActionsControl {
  return {
    status: async () => statuses,
    test: async (name, event) => {
      if (name !== 'mail') throw new F2bError('ACTION_UNKNOWN', name);
      tested.push(`${name} ${event}`);
    },
  };
}

test('shows how each action does, and why one fails', async () => {
  const world = aWorld();
  world.actions = answering();
  const { status, output } = await run(world, ['actions']);
  assert.equal(status, 0);
  assert.match(output, /^mail +mail +ok +0 +1,200 +2min ago$/m);
  assert.match(output, /^chat +webhook +failing +7 +0 +3 +in 30s$/m);
  assert.match(output, /^chat: it answered with status 500: \\u001b\]0;owned\\u0007 \(1min ago\)$/m);
  const json = await run(world, ['actions', '--output=json']);
  assert.deepEqual(JSON.parse(json.output), JSON.parse(JSON.stringify(statuses)));
});

test('the state of the agent says which actions fail and why, and waits for no answer that never comes', async () => {
  const world = aWorld();
  world.actions = answering();
  const { output } = await run(world, ['status']);
  assert.match(
    output,
    /^ +Problems: the action chat: it answered with status 500: \\u001b\]0;owned\\u0007 \(7 events waiting\); see f2bctl actions$/m,
  );
  assert.doesNotMatch(output, /action mail/);
  const json: unknown = JSON.parse((await run(world, ['status', '--json'])).output).failingActions;
  assert.deepEqual(json, JSON.parse(JSON.stringify(statuses.slice(1))));
  for (const code of ['ACTIOND_NOT_RUNNING', 'ACCESS_DENIED', 'ACTION_FAILED'] as const) {
    world.actions = { ...answering(), status: async () => Promise.reject(new F2bError(code)) };
    assert.doesNotMatch((await run(world, ['status'])).output, /Problems/);
  }
  world.actions = { ...answering(), status: () => new Promise(() => {}) };
  let isOver = false;
  const waiting = run(world, ['status']).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await world.clock.advance(SECOND);
    await nextTurn();
  }
  assert.match((await waiting).output, UNANSWERED);
});

test('an f2b-actiond that takes the question and does not answer is told of, and the question is taken back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-actions-'));
  const path = join(folder, 'control');
  const connections: Socket[] = [];
  const server = createServer((socket) => void connections.push(socket.resume())).listen(path);
  try {
    await once(server, 'listening');
    const world = aWorld();
    world.actions = actionsClient(askJson({ path, absent: 'ACTIOND_NOT_RUNNING', timeout: 600_000 }));
    for (const [words, told] of [
      [['status'], UNANSWERED],
      [['status', '--json'], /"failingActions":null/],
    ] as const) {
      const asked = once(server, 'connection');
      const waiting = run(world, words);
      await asked;
      await world.clock.advance(10 * SECOND);
      const { status, output } = await waiting;
      assert.equal(status, 0);
      assert.match(output, told);
    }
    for (const socket of connections) if (!socket.closed) await once(socket, 'close');
    assert.equal(connections.length, 2);
  } finally {
    for (const socket of connections) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('says what to do when nothing answers', async () => {
  const { status, errors } = await run(aWorld(), ['actions']);
  assert.equal(status, 69);
  assert.match(errors, /f2b-actiond is not running\nhint: .*systemctl start f2b-actiond.*f2b-actions/);
});

test('tries an action, and says that there is none of that name', async () => {
  const world = aWorld();
  const tested: string[] = [];
  world.actions = answering(tested);
  const { output } = await run(world, ['actions', 'test', 'mail', '--event', 'unban']);
  assert.equal(output, 'mail was told of a made-up unban.\n');
  assert.deepEqual(tested, ['mail unban']);
  const unknown = await run(world, ['actions', 'test', 'mial']);
  assert.equal(unknown.status, 66);
  assert.match(unknown.errors, /there is no such action: mial\nhint: f2bctl actions lists/);
});

test('over the socket all of it is the same, whatever others send to it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-control-'));
  const path = join(folder, 'control');
  const server = serveJson(path, (question) => answerActions(answering(), question));
  try {
    await once(server, 'listening');
    for (const garbage of [
      '\0\0\0\n\n',
      'GET // HTTP/1.1\r\n\r\n',
      'DELETE /actions HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET /${'x'.repeat(9_000)}`,
    ]) {
      const socket = connect(path);
      socket.on('error', () => {
        // It is cut off.
      });
      socket.end(garbage);
      socket.resume();
      await once(socket, 'close');
    }
    const clientOf = (socket: string) =>
      actionsClient(askJson({ path: socket, absent: 'ACTIOND_NOT_RUNNING', timeout: 10_000 }));
    const control = clientOf(path);
    assert.deepEqual(await control.status(), JSON.parse(JSON.stringify(statuses)));
    await control.test('mail', 'ban');
    await assert.rejects(control.test('mial', 'ban'), {
      code: 'ACTION_UNKNOWN',
      message: 'there is no such action: mial',
    });
    await assert.rejects(clientOf(join(folder, 'none')).status(), { code: 'ACTIOND_NOT_RUNNING' });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
