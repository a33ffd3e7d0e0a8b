/** The bus wrapper against a real dbus-daemon. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bus, type BusState } from '../../src/dbus/bus.js';
import { errors, type Request, type Value } from '../../src/dbus/message.js';
import { Authority, userOf } from '../../src/dbus/peer.js';
import { unwrap, variant } from '../../src/dbus/wire.js';
import { BusDaemon, wallClock } from '../support/bus-daemon.js';

const NAME = 'org.f2b.Test';
const PATH = '/org/f2b/Test';

/** Runs `body` with a bus and connections to it, all ended afterwards. */
async function withBus(body: (daemon: BusDaemon, connect: () => Promise<Bus>) => Promise<void>): Promise<void> {
  const daemon = new BusDaemon();
  const buses: Bus[] = [];
  await daemon.start();
  try {
    await body(daemon, async () => {
      const bus = new Bus(daemon.address, wallClock);
      buses.push(bus);
      await bus.connected();
      return bus;
    });
  } finally {
    for (const bus of buses) bus.close();
    await daemon.remove();
  }
}

function owned(bus: Bus): Promise<boolean> {
  return new Promise((resolve) => bus.requestName(NAME, resolve));
}

/** Resolves at the next state `wanted`. */
function state(bus: Bus, wanted: BusState): Promise<void> {
  return new Promise((resolve) => {
    const forget = bus.onState((now) => {
      if (now !== wanted) return;
      forget();
      resolve();
    });
  });
}

const call = (member: string, signature = '', body: readonly Value[] = []) => ({
  destination: NAME,
  path: PATH,
  interface: NAME,
  member,
  signature,
  body,
});

test('a call reaches the object and its answer the caller, values intact', () =>
  withBus(async (_, connect) => {
    const server = await connect();
    const client = await connect();
    server.serve(PATH, async (request) => ({ ok: true, signature: request.signature, body: request.body() }));
    assert.equal(await owned(server), true);
    const signature = 'sasa(ub)a{sv}tx';
    const body = ['é\n', ['192.0.2.1', '2001:db8::1'], [[7, true]], { reason: variant('s', 'why') }, 2n ** 63n, -1n];
    const answer = await client.call(call('Echo', signature, body));
    assert.ok(answer.ok);
    assert.deepEqual(answer.body.slice(0, 3), body.slice(0, 3));
    assert.deepEqual(answer.body.slice(4), body.slice(4));
    assert.equal(unwrap(Object(answer.body[3]).reason), 'why');
  }));

test('a handler hears who calls, and the bus knows the user behind it', () =>
  withBus(async (_, connect) => {
    const server = await connect();
    const client = await connect();
    const seen: Request[] = [];
    server.serve(PATH, async (request) => {
      seen.push(request);
      return { ok: true, signature: '', body: [] };
    });
    await owned(server);
    await client.call(call('Hello'));
    const sender = seen[0]?.sender ?? '';
    assert.match(sender, /^:1\./);
    assert.equal(await userOf(server, sender), process.getuid?.());
    assert.equal(await userOf(server, ':1.4242'), undefined);
    const root = process.getuid?.() === 0;
    const { kind } = await new Authority(server).authorize(sender, 'org.f2b.manage', false);
    assert.equal(kind, root ? 'granted' : 'unavailable');
  }));

test('errors come back as values: unknown names, failing handlers, wrong signatures, no answer in time', () =>
  withBus(async (_, connect) => {
    const server = await connect();
    const client = await connect();
    server.serve(PATH, async ({ member }) => {
      if (member === 'Throw') throw new Error('secret');
      if (member === 'Never') await new Promise(() => {});
      return { ok: true, signature: 'u', body: ['not a number'] };
    });
    const absent = await client.call(call('Any'));
    assert.equal(absent.ok || absent.error, errors.SERVICE_UNKNOWN);
    await owned(server);
    const thrown = await client.call(call('Throw'));
    assert.deepEqual(thrown, { ok: false, error: errors.FAILED, text: 'the request failed' });
    const wrong = await client.call(call('Wrong'));
    assert.equal(wrong.ok || wrong.error, errors.FAILED);
    const late = await client.call(call('Never'), 50_000);
    assert.equal(late.ok || late.error, errors.NO_REPLY);
    const elsewhere = await client.call({ ...call('Any'), path: '/' });
    assert.equal(elsewhere.ok || elsewhere.error, errors.UNKNOWN_METHOD);
    const tree = await client.call({
      ...call('Introspect'),
      path: '/org',
      interface: 'org.freedesktop.DBus.Introspectable',
    });
    assert.deepEqual(tree, { ok: true, body: ['<node><node name="f2b"/></node>'] });
  }));

test('signals are heard from the owner of the name and from nobody else', () =>
  withBus(async (_, connect) => {
    const server = await connect();
    const forger = await connect();
    const client = await connect();
    await owned(server);
    const heard: unknown[] = [];
    const signal = { path: PATH, interface: NAME, member: 'Changed', signature: 's' };
    await new Promise<void>((resolve) => client.watchName(NAME, (owner) => owner !== undefined && resolve()));
    const twice = client.onSignal({ sender: NAME, ...signal }, (body) => heard.push(body[0]));
    const done = new Promise<void>((resolve) =>
      client.onSignal({ sender: NAME, ...signal }, (body) => {
        heard.push(body[0]);
        resolve();
      }),
    );
    // A round trip of each connection: all match rules and signals before it have been handled.
    await userOf(client, ':1.0');
    forger.emit({ ...signal, body: ['forged'] });
    await userOf(forger, ':1.0');
    server.emit({ ...signal, body: ['true'] });
    await done;
    assert.deepEqual(heard, ['true', 'true']);
    twice();
  }));

test('a name that is taken is refused, and its owner is watched', () =>
  withBus(async (_, connect) => {
    const first = await connect();
    const second = await connect();
    const watcher = await connect();
    assert.equal(await owned(first), true);
    assert.equal(await owned(second), false);
    const owners: string[] = [];
    const gone = new Promise<void>((resolve) =>
      watcher.watchName(NAME, (owner) => (owner === undefined ? resolve() : owners.push(owner))),
    );
    await new Promise<void>((resolve) => watcher.watchName(NAME, (owner) => owner !== undefined && resolve()));
    first.close();
    await gone;
    assert.equal(owners.length, 1);
  }));

test('after a restart of the bus, names, objects, signals and watches are back', () =>
  withBus(async (daemon, connect) => {
    const server = await connect();
    const client = await connect();
    const names: boolean[] = [];
    server.serve(PATH, async () => ({ ok: true, signature: 's', body: ['here'] }));
    await new Promise<void>((resolve) => server.requestName(NAME, (got) => resolve(void names.push(got))));
    const owners: (string | undefined)[] = [];
    client.watchName(NAME, (owner) => owners.push(owner));
    const lost = [state(server, 'disconnected'), state(client, 'disconnected')];
    const waiting = client.call(call('Any'));
    await waiting;
    await daemon.kill();
    await Promise.all(lost);
    const during = await client.call(call('Any'));
    assert.equal(during.ok || during.error, errors.DISCONNECTED);
    const signal = { path: PATH, interface: NAME, member: 'Changed', signature: 's' };
    const heard = new Promise((resolve) => client.onSignal({ sender: NAME, ...signal }, (body) => resolve(body[0])));
    const found = new Promise<void>((resolve) => client.watchName(NAME, (owner) => owner !== undefined && resolve()));
    await daemon.start();
    await found;
    assert.deepEqual(await client.call(call('Any')), { ok: true, body: ['here'] });
    server.emit({ ...signal, body: ['again'] });
    assert.equal(await heard, 'again');
    assert.deepEqual(names, [true, true]);
    assert.equal(owners.length, 3);
    assert.equal(owners[1], undefined);
  }));

test('open calls end with the connection', () =>
  withBus(async (daemon, connect) => {
    const server = await connect();
    const client = await connect();
    server.serve(PATH, () => new Promise(() => {}));
    await owned(server);
    const waiting = client.call(call('Never'));
    await daemon.kill();
    const answer = await waiting;
    assert.equal(answer.ok || answer.error, errors.DISCONNECTED);
  }));

test('without a bus, connecting fails with the hint, and closing ends all attempts', async () => {
  const bus = new Bus('unix:path=/nonexistent/f2b-bus', wallClock);
  await assert.rejects(bus.connected(), { name: 'F2bError', code: 'BUS_UNAVAILABLE' });
  bus.close();
  await assert.rejects(bus.connected(), { code: 'BUS_UNAVAILABLE' });
});
