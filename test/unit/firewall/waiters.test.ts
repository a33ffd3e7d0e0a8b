/** Who waits for the firewall hears once, and not before all that was asked for is done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../../src/async/deferred.js';
import { claimFor } from '../../../src/firewall/claims.js';
import { Waiters } from '../../../src/firewall/waiters.js';
import { anAddress } from '../../fakes/values.js';

const claim = (text: string) => claimFor({ kind: 'drop' }, anAddress(text));
const [first, second] = [claim('192.0.2.1'), claim('192.0.2.2')];

/** What the firewall says of all claims. */
const settled = { isSettled: () => true, isRefused: () => false };
const refused = { isSettled: () => true, isRefused: () => true };
const unsettled = { isSettled: () => false, isRefused: () => false };

/** Lets all that is due be done. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('who asked for several bans hears once the last is settled, and the connections of each are cut', async () => {
  const waiters = new Waiters();
  const cut = createDeferred();
  let heard = 0;
  const done = waiters.add([first, second, first]).then(() => {
    heard += 1;
  });
  waiters.settle([first], settled, cut.promise);
  waiters.settle([second], unsettled);
  await turn();
  assert.equal(heard, 0);
  waiters.settle([second], settled);
  await turn();
  assert.equal(heard, 0, 'the connections of the first are not cut yet');
  cut.resolve();
  await done;
  assert.deepEqual([heard, waiters.claims()], [1, []]);
});

test('a refused claim is an error for all who wait for it, and for nobody else', async () => {
  const waiters = new Waiters();
  const [one, other, apart] = [waiters.add([first, second]), waiters.add([first]), waiters.add([second])];
  waiters.settle([first], refused);
  await assert.rejects(one, { code: 'FIREWALL_REFUSED' });
  await assert.rejects(other, { code: 'FIREWALL_REFUSED' });
  waiters.settle([second], settled);
  await apart;
});

test('who waits until nothing is left to do waits for the next such moment', async () => {
  const waiters = new Waiters();
  waiters.idle();
  let heard = 0;
  const both = [waiters.untilIdle(), waiters.untilIdle()].map((done) =>
    done.then(() => {
      heard += 1;
    }),
  );
  await turn();
  assert.equal(heard, 0);
  waiters.idle();
  await Promise.all(both);
  assert.equal(heard, 2);
});

test('without claims nobody waits', async () => {
  await new Waiters().add([]);
});
