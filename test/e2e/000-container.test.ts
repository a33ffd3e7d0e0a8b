/** The test bed itself: if this fails, nothing the other end-to-end tests say counts. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { boot, type Container, cannotBoot, sources, target } from './container.js';
import { guess, openSession, tryLogin } from './login.js';

test('the test bed', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await boot();
  });
  after(() => container.stop());

  await t.test('sshd lets the right password in and no other, over IPv4 and IPv6', async () => {
    for (const [from, to] of [
      [sources.ipv4[0], target.ipv4],
      [sources.ipv6[0], target.ipv6],
    ] as const) {
      assert.ok(from);
      assert.equal(await tryLogin(container, { from, to }), 'logged in');
      assert.equal(await tryLogin(container, { from, to, password: 'wrong' }), 'denied');
    }
  });

  await t.test('without f2b nobody is shut out, whatever they try, and sessions stay open', async () => {
    const login = { from: sources.ipv4[1] ?? '', to: target.ipv4 };
    const session = await openSession(container, login);
    assert.deepEqual([...new Set(await guess(container, login, 7))], ['denied']);
    assert.equal(await tryLogin(container, login), 'logged in');
    assert.ok(await session.echoes('still there'));
    session.close();
  });

  await t.test('an address that firewalld drops counts as shut out', async () => {
    const login = { from: sources.ipv4[2] ?? '', to: target.ipv4 };
    await container.ask(`firewall-cmd --zone=drop --add-source=${login.from}`);
    assert.equal(await tryLogin(container, login), 'shut out');
  });
});
