/** The test bed itself: if this fails, nothing the other end-to-end tests say counts. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { boot, type Container, cannotBoot, sources, target } from '../support/container.js';
import { tellingLogs } from '../support/telling-logs.js';
import { guess, knock, openSession, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

test('the test bed', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await boot();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('sshd lets the right password in and no other, over IPv4 and IPv6', async () => {
    for (const [from, to] of [
      [sources.ipv4[0], target.ipv4],
      [sources.ipv6[0], target.ipv6],
    ] as const) {
      assert.ok(from);
      assert.equal(await tryLogin(container, { from, to }), 'logged in');
      assert.equal(await tryLogin(container, { from, to, password: 'wrong' }), 'denied');
    }
  });

  await step('without f2b nobody is shut out, whatever they try, and sessions stay open', async () => {
    const login = { from: sources.ipv4[1] ?? '', to: target.ipv4 };
    const session = await openSession(container, login);
    await guess(container, login, 7);
    assert.equal(await tryLogin(container, login), 'logged in');
    assert.ok(await session.echoes('still there'));
    session.close();
  });

  await step('a guess waits for an sshd that is late, and one that sshd never refused is told', async () => {
    const login = { from: sources.ipv4[4] ?? '', to: target.ipv4 };
    await container.ask('pkill -STOP -xo sshd');
    await Promise.all([guess(container, login, 1), container.ask('sleep 5; pkill -CONT -xo sshd')]);
    const refusals = await container.ask('journalctl -q -b -o cat -t sshd-session');
    assert.match(refusals, new RegExp(`Failed password for alice from ${login.from} `));
    await container.ask('systemctl stop ssh.service ssh.socket');
    await assert.rejects(guess(container, login, 1), /was not refused: shut out/);
    await container.ask('systemctl start ssh.service');
  });

  await step('an address that firewalld drops counts as shut out', async () => {
    const login = { from: sources.ipv4[2] ?? '', to: target.ipv4 };
    await container.ask(`firewall-cmd --zone=drop --add-source=${login.from}`);
    assert.equal(await knock(container, login), 'shut out');
  });

  await step('what fails tells what the service, the firewall and the agent logged, and fails still', async () => {
    let told = '';
    const login = { from: sources.ipv4[3] ?? '', to: target.ipv4 };
    const failing = tellingLogs(
      () => container,
      async () => assert.equal(await tryLogin(container, { ...login, password: 'wrong' }), 'logged in'),
      (text) => {
        told += text;
      },
    );
    await assert.rejects(failing, assert.AssertionError);
    assert.match(told, new RegExp(`"Failed password for alice from ${login.from} `));
    assert.match(told, /systemd\[1\]: Started firewalld\.service/);
    assert.match(told, /── f2bctl status/);
  });
});
