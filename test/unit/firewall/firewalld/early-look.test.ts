/** What a start saw of the kernel at first is the comparison with it, unless something may have changed since. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const [ONE, TWO] = [banOf('192.0.2.1'), banOf('192.0.2.2')];
const SET = 'f2b-drop-ipv4-1';

/** A host on which an agent banned the first address, and went. */
async function afterRestart() {
  const [firewalld, table, clock] = [new FakeFirewalld(), new FakeTable('f2b-guard'), new VirtualClock()];
  const killer = { cut: async () => {}, problem: undefined };
  const open = (guard = table) => createFirewalld({ bus: firewalld, kernel: firewalld, guard, clock, killer });
  firewalld.start();
  const before = open();
  await before.opened();
  await before.reconcile([ONE]);
  await before.close();
  let looks = 0;
  const look = firewalld.look.bind(firewalld);
  firewalld.look = () => {
    looks += 1;
    return look();
  };
  const firewall = open();
  await firewall.opened();
  return { firewalld, table, firewall, open, looks: () => looks };
}

test('a start that finds all in order looks at the kernel once', async () => {
  const { firewall, firewalld, looks } = await afterRestart();
  await firewall.reconcile([ONE]);
  assert.equal(looks(), 1);
  assert.ok(firewall.holds(ONE));
  await firewall.reconcile([ONE]);
  assert.equal(looks(), 2, 'each later comparison looks');
  firewalld.flush(SET);
  await firewall.reconcile([ONE]);
  assert.ok(firewalld.kernel('f2b-').has(ONE.address.text));
  await firewall.close();
});

test('a start that has something to add looks whether the kernel has it', async () => {
  const { firewall, firewalld, looks } = await afterRestart();
  await firewall.reconcile([ONE, TWO]);
  assert.equal(looks(), 2);
  assert.ok(firewalld.kernel('f2b-').has(TWO.address.text));
  await firewall.close();
});

test('a start that finds less in the kernel than firewalld believes puts it back', async () => {
  const { firewall, firewalld, open } = await afterRestart();
  await firewall.close();
  const set = [...firewalld.setNames()].find((name) => firewalld.kernel(name).has(ONE.address.text)) ?? SET;
  firewalld.flush(set);
  const next = open(new FakeTable('f2b-guard'));
  await next.opened();
  await next.reconcile([ONE]);
  assert.ok(firewalld.kernel('f2b-').has(ONE.address.text));
  await next.close();
});

for (const [what, flushed] of [
  ['seen at once', true],
  ['not seen by whoever watches the guard', false],
] as const) {
  test(`rules that are flushed after the first look, ${what}, are back before the bans are said to hold`, async () => {
    const { firewall, firewalld, table } = await afterRestart();
    if (!flushed) table.monitor(() => {});
    table.flush();
    for (const set of firewalld.setNames()) firewalld.flush(set);
    await firewall.reconcile([ONE]);
    assert.ok(firewalld.kernel('f2b-').has(ONE.address.text));
    assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
    await firewall.close();
  });
}
