/** A firewalld that could not load its configuration still answers, and says so when it is asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import type { Firewall } from '../../../../src/ports/firewall.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const BAN = banOf('198.51.100.7');
const killer = { cut: async () => {}, problem: undefined };

function assertTold(firewall: Firewall): void {
  const { state, problem } = firewall.status();
  assert.equal(state, 'unavailable');
  assert.match(
    problem ?? '',
    /could not load its configuration \(state FAILED\).*journalctl -u firewalld.*restart firewalld/s,
  );
}

test('a reload of firewalld that failed is told with what to do at the next comparison, until firewalld is well', async () => {
  const firewalld = new FakeFirewalld();
  firewalld.start();
  const firewall = createFirewalld({ bus: firewalld, clock: new VirtualClock(), killer });
  await firewall.reconcile([BAN]);
  assert.equal(firewall.status().state, 'ready');
  firewalld.state = 'FAILED';
  await assert.rejects(firewall.reconcile([BAN]), { code: 'FIREWALL_FAILED' });
  assertTold(firewall);
  firewalld.state = 'RUNNING';
  firewalld.reload();
  await firewall.reconcile([BAN]);
  assert.equal(firewall.status().state, 'ready');
  await firewall.close();
});

test('a firewalld that failed to start is no firewalld that is not there', async () => {
  const firewalld = new FakeFirewalld();
  firewalld.state = 'FAILED';
  firewalld.start();
  const firewall = createFirewalld({ bus: firewalld, clock: new VirtualClock(), killer });
  await firewall.opened();
  assertTold(firewall);
  await firewall.close();
});
