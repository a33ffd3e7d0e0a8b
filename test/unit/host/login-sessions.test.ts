import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, errors, type MethodCall } from '../../../src/dbus/message.js';
import { variant } from '../../../src/dbus/wire.js';
import { loginSessions } from '../../../src/host/login-sessions.js';

const NO_REPLY: Answer = { ok: false, error: errors.NO_REPLY, text: 'it did not answer' };

/** A logind with these sessions: their remote hosts, or what becomes of the question about them. */
function logind(sessions: readonly (string | Answer)[]) {
  let [underway, most] = [0, 0];
  return {
    get most() {
      return most;
    },
    connected: async () => {},
    async call({ member, path }: MethodCall): Promise<Answer> {
      underway += 1;
      most = Math.max(most, underway);
      await new Promise((resolve) => setImmediate(resolve));
      underway -= 1;
      const list = sessions.map((_, index) => [`${index}`, 0, 'root', '', `/session/${index}`]);
      if (member === 'ListSessions') return { ok: true, body: [list] };
      const session = sessions[Number(path.split('/').at(-1))] ?? '';
      return typeof session === 'string' ? { ok: true, body: [variant('s', session)] } : session;
    },
  };
}

const texts = async (bus: Parameters<typeof loginSessions>[0]) => (await loginSessions(bus)).map(({ text }) => text);

test('the addresses of remote sessions are told; local ones, and those that have ended by now, have none', async () => {
  const ended: Answer = { ok: false, error: errors.UNKNOWN_OBJECT, text: 'Unknown object' };
  const bus = logind(['203.0.113.5', '', ended, '2001:DB8::5', 'a-name']);
  assert.deepEqual(await texts(bus), ['203.0.113.5', '2001:db8::5']);
});

test('all of very many sessions are told, and few asked about at a time', async () => {
  const all = Array.from({ length: 1_500 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const bus = logind(all);
  assert.deepEqual(await texts(bus), all);
  assert.ok(bus.most <= 50, `${bus.most} at a time`);
});

const failures: readonly [string, Answer][] = [
  ['does not answer', NO_REPLY],
  ['does not run', { ok: false, error: errors.SERVICE_UNKNOWN, text: 'The name is not activatable' }],
  ['may not be asked', { ok: false, error: errors.ACCESS_DENIED, text: '' }],
];
for (const [what, answer] of failures) {
  test(`a logind that ${what} is no logind without sessions`, async () => {
    const bus = { connected: async () => {}, call: async () => answer };
    await assert.rejects(loginSessions(bus), /^Error: logind: ./);
  });
}

test('when one session is not told of, it is not known who is logged in', async () => {
  await assert.rejects(loginSessions(logind(['203.0.113.5', NO_REPLY])), /did not answer/);
});

test('without a bus it is not known either', async () => {
  const bus = { connected: () => Promise.reject(new Error('no bus')), call: async () => NO_REPLY };
  await assert.rejects(loginSessions(bus), /no bus/);
});
