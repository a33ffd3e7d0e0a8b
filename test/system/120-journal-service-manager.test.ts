import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { libraryPath } from '../support/journal-files.js';

/** Node has no datagram sockets of this kind: prints each message as a JSON line until STOPPING=1 came. */
const LISTENER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    text = s.recv(4096).decode()
    print(json.dumps(text), flush=True)
    if text == "STOPPING=1": break
`;

/** What f2bd does as a service, from start to end. */
const SERVICE = `
const { openLibrary } = await import(${JSON.stringify(new URL('../../src/journal/native.js', import.meta.url).href)});
const { supervisorOf } = await import(${JSON.stringify(new URL('../../src/notify/supervisor.js', import.meta.url).href)});
const supervisor = supervisorOf(openLibrary(${JSON.stringify(libraryPath)}), () => 5);
supervisor.ready('2 jails');
supervisor.alive();
supervisor.reloading();
supervisor.stopping();
console.log(supervisor.watchdogInterval);
`;

const missing = spawnSync('python3', ['--version']).status === 0 ? undefined : 'needs python3';

async function listen(t: TestContext): Promise<{ readonly socket: string; readonly listener: ChildProcess }> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-notify-'));
  const socket = join(directory, 'socket');
  const listener = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => {
    listener.kill();
    rmSync(directory, { recursive: true });
  });
  while (!existsSync(socket)) await sleep(10);
  return { socket, listener };
}

function serve(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SERVICE], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += String(text);
  });
  return once(child, 'close').then(([status]) => ({ status, printed: printed.trim() }));
}

test('systemd is told each state, and asks for the watchdog twice in its time', {
  skip: missing ?? false,
}, async (t) => {
  const { socket, listener } = await listen(t);
  let received = '';
  listener.stdout?.on('data', (text) => {
    received += String(text);
  });
  const closed = once(listener, 'close');
  assert.deepEqual(await serve({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: '30000000' }), {
    status: 0,
    printed: '15000000',
  });
  await closed;
  assert.deepEqual(
    received
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    ['READY=1\nSTATUS=2 jails', 'WATCHDOG=1', 'RELOADING=1\nMONOTONIC_USEC=5', 'STOPPING=1'],
  );
});

test('without systemd nobody is told and no watchdog is fed', async () => {
  assert.deepEqual(await serve({}), { status: 0, printed: 'undefined' });
  assert.deepEqual(await serve({ NOTIFY_SOCKET: '/nonexistent/socket' }), { status: 0, printed: 'undefined' });
});
