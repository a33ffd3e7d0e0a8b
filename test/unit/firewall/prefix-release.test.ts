import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../fakes/firewalld.js';
import { banOf } from '../../support/ban-of.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const INNER = banOf('198.51.100.0/26', { jail: 'web' });
const OUTER = banOf('198.51.0.0/16', { jail: 'sshd' });

test('a prefix stays until the one within it is held, also while other sets have not been read yet', async () => {
  const firewalld = new FakeFirewalld();
  firewalld.start();
  const killer = { cut: async () => {}, problem: undefined };
  const firewall = createFirewalld({ bus: firewalld, clock: new VirtualClock(), killer });
  await firewall.reconcile([]);
  const held = () => [...firewalld.kernel('f2b-drop-ipv4-net-')];
  const seen: string[] = [];
  firewalld.onKernelChange = () => {
    if (held().join(' ') !== seen.at(-1)) seen.push(held().join(' '));
    if (seen.at(-1) === OUTER.address.text) void firewall.unban([OUTER]);
  };
  firewalld.reload();
  await firewall.ban([INNER, OUTER]);
  await firewall.reconcile([INNER]);
  assert.deepEqual(seen, ['', OUTER.address.text, `${OUTER.address.text} ${INNER.address.text}`, INNER.address.text]);
  await firewall.close();
});
