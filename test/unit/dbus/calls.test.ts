/** Addresses of a bus, calls that wait for an answer, and the objects that answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketPaths, systemBusAddress } from '../../../src/dbus/address.js';
import { errors, type Request, type Response } from '../../../src/dbus/message.js';
import { failure, Objects } from '../../../src/dbus/objects.js';
import { Authority } from '../../../src/dbus/peer.js';
import { PendingCalls } from '../../../src/dbus/pending-calls.js';
import { VirtualClock } from '../../support/virtual-clock.js';

for (const [address, paths] of [
  ['unix:path=/run/dbus/system_bus_socket', ['/run/dbus/system_bus_socket']],
  ['unix:path=/a%20b%c3%a9,guid=1', ['/a bé']],
  ['unix:abstract=/tmp/x', ['\0/tmp/x']],
  ['tcp:host=localhost,port=1;unix:path=/second;unix:path=/third', ['/second', '/third']],
  ['unix:guid=1', []],
  ['', []],
] as const) {
  test(`the sockets of ${JSON.stringify(address)}`, () => assert.deepEqual(socketPaths(address), paths));
}

test('an empty DBUS_SYSTEM_BUS_ADDRESS counts as none', () => {
  assert.equal(systemBusAddress({ DBUS_SYSTEM_BUS_ADDRESS: '' }), 'unix:path=/run/dbus/system_bus_socket');
  assert.equal(systemBusAddress({ DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/x' }), 'unix:path=/x');
});

const CALL = { destination: 'org.example', path: '/', interface: 'org.example', member: 'Do' };

test('a call is settled once: by its answer, its time, or the end of the connection', async () => {
  const clock = new VirtualClock(0);
  const calls = new PendingCalls(clock);
  const serials = [calls.nextSerial(), calls.nextSerial(), calls.nextSerial()];
  assert.deepEqual(serials, [1, 2, 3]);
  const [answered, late, cut] = serials.map((serial) => calls.add(serial, CALL, serial * 1_000_000));
  calls.settle(1, { ok: true, body: ['yes'] });
  calls.settle(1, { ok: true, body: ['again'] });
  calls.settle(99, { ok: true, body: ['nobody asked'] });
  await clock.advance(2_000_000);
  calls.disconnected();
  assert.deepEqual(await answered, { ok: true, body: ['yes'] });
  assert.deepEqual(await late, {
    ok: false,
    error: errors.NO_REPLY,
    text: 'org.example did not answer Do within 2 s',
  });
  assert.deepEqual(await cut, {
    ok: false,
    error: errors.DISCONNECTED,
    text: 'the connection to the bus ended',
  });
});

const request = (path: string, member: string, name?: string, sender = ':1.1'): Request => ({
  sender,
  path,
  interface: name,
  member,
  signature: '',
  body: () => [],
  interactive: false,
});

const answerOf = (objects: Objects, asked: Request): Promise<Response> => objects.answer(asked, Promise.resolve());

test('a caller has only so many requests under way; others are in nobody’s way', async () => {
  const objects = new Objects();
  const ends: (() => void)[] = [];
  const ok = { ok: true, signature: '', body: [] } as const;
  objects.serve('/a', () => new Promise((resolve) => ends.push(() => resolve(ok))));
  const asked = Array.from({ length: 10 }, () => answerOf(objects, request('/a', 'Do')));
  const other = answerOf(objects, request('/a', 'Do', undefined, ':1.2'));
  assert.equal(ends.length, 9);
  for (const end of ends.splice(0)) end();
  const refused = failure(errors.LIMITS_EXCEEDED, 'wait for answers before asking more');
  assert.deepEqual(await Promise.all(asked), [...Array.from({ length: 8 }, () => ok), refused, refused]);
  assert.deepEqual(await other, ok);
  const again = answerOf(objects, request('/a', 'Do'));
  for (const end of ends) end();
  assert.deepEqual(await again, ok);
});

test('every request is answered: by its object, by what stands above it, or by an error that gives nothing away', async () => {
  const objects = new Objects();
  const forget = objects.serve('/org/f2b/Agent1', async ({ member }) => {
    if (member === 'Throw') throw new Error('secret');
    return { ok: true, signature: '', body: [] };
  });
  const ok = { ok: true, signature: '', body: [] };
  assert.deepEqual(await answerOf(objects, request('/org/f2b/Agent1', 'Do')), ok);
  assert.deepEqual(
    await answerOf(objects, request('/org/f2b/Agent1', 'Throw')),
    failure(errors.FAILED, 'the request failed'),
  );
  assert.deepEqual(await answerOf(objects, request('/anywhere', 'Ping', 'org.freedesktop.DBus.Peer')), ok);
  assert.deepEqual(await answerOf(objects, request('/', 'Introspect')), {
    ok: true,
    signature: 's',
    body: ['<node><node name="org"/></node>'],
  });
  for (const [path, member, error] of [
    ['/org/f2b', 'Do', errors.UNKNOWN_METHOD],
    ['/elsewhere', 'Introspect', errors.UNKNOWN_OBJECT],
    ['/org/f2b/Agent', 'Introspect', errors.UNKNOWN_OBJECT],
  ] as const) {
    const answer = await answerOf(objects, request(path, member));
    assert.equal(answer.ok || answer.error, error, path);
  }
  forget();
  const gone = await answerOf(objects, request('/org/f2b/Agent1', 'Do'));
  assert.equal(gone.ok || gone.error, errors.UNKNOWN_OBJECT);
});

for (const [what, user, polkit, expected] of [
  ['root', 0, undefined, 'granted'],
  ['a user whom polkit lets', 4711, [true, false, {}], 'granted'],
  ['a user who would have to give a password', 4711, [false, true, {}], 'challenge'],
  ['a user whom polkit does not let', 4711, [false, false, {}], 'denied'],
  ['a user, answered with nonsense', 4711, 'yes', 'denied'],
  ['a user without polkit', 4711, undefined, 'unavailable'],
  ['a caller who is gone', undefined, [true, false, {}], 'denied'],
] as const) {
  test(`${what} is ${expected}`, async () => {
    const call = async ({ member }: { readonly member: string }) => {
      const value = member === 'GetConnectionUnixUser' ? user : polkit;
      return value === undefined
        ? { ok: false as const, error: errors.SERVICE_UNKNOWN, text: '' }
        : { ok: true as const, body: [value] };
    };
    const { kind } = await new Authority({ call }).authorize(':1.1', 'org.f2b.manage', false);
    assert.equal(kind, expected);
  });
}

test('polkit is asked so much about one user at a time, over all their connections, and root needs no polkit', async () => {
  const users = new Map([
    [':1.1', 65_534],
    [':1.2', 65_534],
    [':1.3', 65_533],
    [':1.4', 0],
  ]);
  const ends: (() => void)[] = [];
  const authority = new Authority({
    call: ({ destination, body = [] }) =>
      destination === 'org.freedesktop.DBus'
        ? Promise.resolve({ ok: true, body: [users.get(String(body[0])) ?? -1] })
        : new Promise((resolve) => ends.push(() => resolve({ ok: true, body: [[true, false, {}]] }))),
  });
  const asked = Array.from({ length: 40 }, (_, n) => authority.authorize(`:1.${1 + (n % 2)}`, 'org.f2b.manage', true));
  const other = authority.authorize(':1.3', 'org.f2b.manage', true);
  assert.equal((await authority.authorize(':1.4', 'org.f2b.manage', true)).kind, 'granted');
  assert.equal(ends.length, 33);
  for (const end of ends.splice(0)) end();
  const answers = await Promise.all(asked);
  assert.deepEqual(
    [answers.filter(({ kind }) => kind === 'granted').length, answers.filter(({ kind }) => kind === 'busy').length],
    [32, 8],
  );
  assert.equal((await other).kind, 'granted');
});
