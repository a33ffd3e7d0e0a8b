/** f2bctl -H runs the same command on other machines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aWorld, run } from './run.js';

test('with -H the command is run there, with its exit status', async () => {
  const world = aWorld();
  assert.equal((await run(world, ['-H', 'root@web', 'status', 'ssh'])).status, 3);
  world.terminal = true;
  await run(world, ['bans', '--host=admin@2001:db8::1', '-n', '3']);
  assert.deepEqual(world.remote, [
    ['root@web', 'status', 'ssh'],
    ['admin@2001:db8::1', 'bans', '-n', '3', 'on a terminal'],
  ]);
});

test('with several the answers stand one below the other, made safe, and the worst status counts', async () => {
  assert.deepEqual(await run(aWorld(), ['-Ha', '-H', 'b', 'why', '192.0.2.1']), {
    status: 4,
    output: 'a: why 192.0.2.1\na: of \\u001ba\nb: why 192.0.2.1\nb: of \\u001bb\n',
    errors: '',
  });
});

test('what ssh would take for an option is no host', async () => {
  for (const host of ['-oProxyCommand=x', 'a b', 'a;b', '']) {
    const { status, errors } = await run(aWorld(), ['-H', host, 'status']);
    assert.equal(status, 64, host);
    assert.match(errors, /is no host/);
  }
});
