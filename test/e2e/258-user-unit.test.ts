/** A unit of a user's own service manager, as systemd starts it: guarded for that user, and mistaken for no other one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot } from '../support/container.js';
import { until } from '../support/process.js';
import { kernelHolds, untilHeld } from './firewall.js';
import { stepsOf } from './steps.js';

const [attacker, another, last] = ['203.0.113.4', '203.0.113.5', '203.0.113.6'];

/** A program that logs three failures and stays. */
const failing = (address: string) =>
  `sh -c 'for n in 1 2 3; do echo "login failed from ${address}"; sleep 0.2; done; exec sleep 600'`;

test('a unit of a user', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);
  const put = (path: string, text: string) => container.ask(`cat >${path} <<'END'\n${text}\nEND`);

  const asUser = async (user: string, command: string) => {
    const id = (await container.ask(`id -u ${user}`)).trim();
    return container.ask(`runuser -u ${user} -- env XDG_RUNTIME_DIR=/run/user/${id} ${command}`);
  };
  /** Starts a unit called app.service in the user's own service manager. */
  const startApp = async (user: string, address: string) => {
    // In a unit: logind asks of what session the caller is, and what the test runs is of none.
    await container.ask(`systemd-run -q --wait loginctl enable-linger ${user}`);
    await until(`the manager of ${user} runs`, async () => {
      const { out } = await container.inside(`systemctl is-active user@$(id -u ${user})`);
      return out.trim() === 'active' || undefined;
    });
    await asUser(user, `systemd-run --user -q --unit=app ${failing(address)}`);
  };
  const written = (address: string) =>
    until('it is written', async () => {
      const { out } = await container.inside(`journalctl -q -o cat | grep -c 'login failed from ${address}$'`);
      return Number(out) >= 3 || undefined;
    });

  await step('is guarded for the user that the jail names', async () => {
    await put('/etc/f2b/filters/app.conf', '[Definition]\nfailregex = ^\\S+ sh\\[\\d+\\]: login failed from <HOST>$');
    await put(
      '/etc/f2b/units/app.conf',
      '[Jail]\nFilter=app\n[Journal]\nUserUnit=app.service\nUser=alice\n[Ban]\nMaxRetry=3',
    );
    await container.ask('systemctl reload f2bd');
    await startApp('alice', attacker);
    await untilHeld(container, attacker);
  });

  await step('is mistaken neither for the same unit of another user nor for one of the system', async () => {
    await startApp('bob', another);
    await container.ask(`systemd-run -q --unit=app ${failing(last)}`);
    await written(another);
    await written(last);
    // What alice's unit says after that is heard, so that all before it was.
    await asUser('alice', 'systemctl --user stop app');
    await asUser('alice', `systemd-run --user -q --unit=app ${failing('203.0.113.7')}`);
    await untilHeld(container, '203.0.113.7');
    const held = await kernelHolds(container);
    assert.ok(held.has(attacker));
    assert.ok(!held.has(another) && !held.has(last), [...held].join(' '));
  });
});
