/** The agent's interface on a real dbus-daemon with our policy file, asked by our client, busctl and gdbus. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { agentClient } from '../../src/control/client.js';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH } from '../../src/control/interface.js';
import { serveAgent } from '../../src/control/server.js';
import type { Ban } from '../../src/core/ban.js';
import { Bus } from '../../src/dbus/bus.js';
import type { F2bError } from '../../src/errors.js';
import { aStatus, type FakeAgent, fakeAgent } from '../fakes/agent.js';
import { aBan, anAddress } from '../fakes/values.js';
import { BusDaemon, strictConfiguration, wallClock } from '../support/bus-daemon.js';
import { repository } from '../support/repository.js';

const run = promisify(execFile);
const skip = process.getuid?.() === 0 ? false : 'needs root to act as several users';

interface Scene {
  readonly daemon: BusDaemon;
  readonly agent: FakeAgent;
  connect(): Promise<Bus>;
  /** The output of a program that uses the private bus as its system bus. */
  output(program: string, ...argv: readonly string[]): Promise<string>;
}

/** Runs `body` with an agent served on a private bus; all of it is ended afterwards. */
async function withAgent(body: (scene: Scene) => Promise<void>): Promise<void> {
  const daemon = new BusDaemon(strictConfiguration(join(repository, 'debian', 'org.f2b.Agent1.conf')));
  const buses: Bus[] = [];
  const connect = async (): Promise<Bus> => {
    const bus = new Bus(daemon.address, wallClock);
    buses.push(bus);
    await bus.connected();
    return bus;
  };
  chmodSync(daemon.folder, 0o755);
  await daemon.start();
  try {
    const agent = fakeAgent();
    const bus = await connect();
    const refusal = await new Promise<F2bError | undefined>((onName) => serveAgent({ bus, agent, onName }));
    assert.equal(refusal, undefined);
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: daemon.address };
    const output = async (program: string, ...argv: readonly string[]) =>
      (await run(program, argv, { env, timeout: 20_000 })).stdout;
    await body({ daemon, agent, connect, output });
  } finally {
    for (const bus of buses) bus.close();
    await daemon.remove();
  }
}

test('root asks and acts through the client', { skip }, () =>
  withAgent(async ({ agent, connect }) => {
    const client = agentClient(await connect());
    assert.deepEqual(await client.status(), aStatus);
    const made = await client.ban({ addresses: [anAddress('2001:db8::7')], reason: 'scans us' });
    assert.deepEqual(agent.held, made);
    const lifted: Ban[] = [];
    for await (const portion of client.unban(anAddress('2001:db8::/32'))) lifted.push(...portion);
    assert.deepEqual(
      lifted,
      made.map(({ ban }) => ban),
    );
  }),
);

test('busctl shows the interface, reads properties and calls methods', { skip }, () =>
  withAgent(async ({ agent, output }) => {
    const busctl = (...argv: readonly string[]) => output('busctl', '--system', ...argv);
    assert.match(await busctl('tree', AGENT_NAME), /\/org\/f2b\/Agent1/);
    const shown = await busctl('introspect', AGENT_NAME, AGENT_PATH, AGENT_INTERFACE);
    for (const line of [
      /\.Ban +method +asa\{sv\} +aa\{sv\}/,
      /\.Banned +signal +ssa\{sv\}/,
      /\.Version +property +s +"1\.2\.3"/,
    ]) {
      assert.match(shown, line);
    }
    const call = ['call', AGENT_NAME, AGENT_PATH, AGENT_INTERFACE] as const;
    assert.match(
      await busctl(...call, 'Ban', 'asa{sv}', '1', '192.0.2.9', '1', 'Reason', 's', 'test'),
      /"192\.0\.2\.9"/,
    );
    assert.equal(agent.held[0]?.ban.reason, 'test');
    assert.match(await busctl(...call, 'ListBans', 'a{sv}', '0'), /^aa\{sv\}b 1 .* false$/m);
    await assert.rejects(busctl(...call, 'Unban', 'ss', 'nonsense', ''), /must be an IP address or prefix/);
  }),
);

test('gdbus understands the introspection document', { skip }, () =>
  withAgent(async ({ output }) => {
    const shown = await output('gdbus', 'introspect', '--system', '--dest', AGENT_NAME, '--object-path', AGENT_PATH);
    assert.match(shown, /ListBans\(in {2}a\{sv\} options,\s+out aa\{sv\} bans,\s+out b more\)/);
    assert.match(shown, /readonly t Bans = 0/);
  }),
);

test('an ordinary user without polkit is told that only root may, and may not take the name', { skip }, () =>
  withAgent(async ({ agent, output }) => {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const callAsNobody = (dest: string, path: string, method: string, ...argv: readonly string[]) => {
      const call = ['call', '--system', '--dest', dest, '--object-path', path, '--method', method, ...argv];
      return output('setpriv', ...nobody, 'gdbus', ...call);
    };
    const ask = (method: string, ...argv: readonly string[]) =>
      callAsNobody(AGENT_NAME, AGENT_PATH, `${AGENT_INTERFACE}.${method}`, ...argv);
    await assert.rejects(ask('Ban', "['192.0.2.9']", '{}'), /only root may do this/);
    await assert.rejects(ask('GetStatus'), /only root may do this/);
    assert.deepEqual(agent.held, []);
    const bus = 'org.freedesktop.DBus';
    await assert.rejects(callAsNobody(bus, '/', `${bus}.RequestName`, AGENT_NAME, '2'), /not allowed to own/);
  }),
);

test('signals reach root and those who may read the journal, and nobody else', { skip }, () =>
  withAgent(async ({ daemon, agent }) => {
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: daemon.address };
    const heard = (...identity: readonly string[]) =>
      new Promise<string>((resolve) => {
        const argv = ['3', 'setpriv', ...identity, 'gdbus', 'monitor', '--system', '--dest', AGENT_NAME];
        execFile('timeout', argv, { env }, (_, stdout) => resolve(stdout));
      });
    const listening = Promise.all([
      heard('--reuid=0'),
      heard('--reuid=65534', '--regid=65534', '--groups=adm'),
      heard('--reuid=65534', '--regid=65534', '--clear-groups'),
    ]);
    const telling = setInterval(() => agent.tellBan(aBan()), 200);
    const [byRoot, byAdm, byNobody] = await listening;
    clearInterval(telling);
    assert.match(byRoot, /Banned \('ssh\.service', '192\.0\.2\.1'/);
    assert.match(byAdm, /Banned/);
    assert.doesNotMatch(byNobody, /Banned/);
  }),
);

test('a second agent is told that the name is taken', { skip }, () =>
  withAgent(async ({ connect }) => {
    const bus = await connect();
    const refusal = await new Promise<F2bError | undefined>((onName) =>
      serveAgent({ bus, agent: fakeAgent(), onName }),
    );
    assert.equal(refusal?.code, 'CONTROL_NAME_TAKEN');
  }),
);
