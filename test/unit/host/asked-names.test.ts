/** Names of hosts asked of a name server of our own: real packets over UDP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type AskedNames, askedNames } from '../../../src/host/asked-names.js';
import { nameServer } from '../../support/name-server.js';

function found(signal: AbortSignal, at: string, all: boolean, options: AskedNames = {}) {
  return new Promise<unknown>((resolve, reject) => {
    askedNames(signal, { ...options, servers: [at] })('rdap.example', { all }, (error, address, family) =>
      error === null ? resolve(all ? address : [address, family]) : reject(error),
    );
  });
}

test('the addresses are those that the name server tells, one or all', async (t) => {
  const { at } = await nameServer(t);
  const signal = AbortSignal.timeout(20_000);
  assert.deepEqual(await found(signal, at, false), ['192.0.2.7', 4]);
  assert.deepEqual(await found(signal, at, true), [{ address: '192.0.2.7', family: 4 }]);
});

test('of addresses that are to be public, private ones are none', async (t) => {
  const signal = AbortSignal.timeout(20_000);
  const [far, near] = [await nameServer(t), await nameServer(t, { address: [192, 168, 0, 1] })];
  assert.deepEqual(await found(signal, far.at, false, { isPublic: true }), ['192.0.2.7', 4]);
  await assert.rejects(found(signal, near.at, true, { isPublic: true }), /no public address of rdap\.example/);
});

test('a name server that never answers is not waited for once the signal aborts', { timeout: 30_000 }, async (t) => {
  const { at, socket } = await nameServer(t, { isSilent: true });
  const ending = new AbortController();
  const names = found(ending.signal, at, true);
  await once(socket, 'message');
  ending.abort();
  await assert.rejects(names, { code: 'ECANCELLED' });
  await assert.rejects(found(ending.signal, at, true));
});
