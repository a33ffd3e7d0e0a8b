/** A ban lasts as long as it should: through reloads, restarts and crashes, and not longer. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { covers, kernelHolds, kernelSets, untilFree, untilHeld } from './firewall.js';
import { guess, knock, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

const attackers = [
  { from: sources.ipv4[0] ?? '', to: target.ipv4 },
  { from: sources.ipv6[0] ?? '', to: target.ipv6 },
];

test('a ban outlives', { skip: cannotBoot }, async (t) => {
  let container: Container;
  const mainPid = async (): Promise<string> => (await container.ask('systemctl show -P MainPID f2bd.service')).trim();
  const active = (): Promise<true> =>
    until('the agent is up', async () =>
      (await container.inside('systemctl is-active f2bd.service')).out.trim() === 'active' ? true : undefined,
    );
  const stillShutOut = async (): Promise<void> => {
    for (const attacker of attackers) {
      await untilHeld(container, attacker.from);
      assert.equal(await knock(container, attacker), 'shut out');
    }
    assert.equal(await tryLogin(container, { from: sources.ipv4[1] ?? '', to: target.ipv4 }), 'logged in');
  };

  before(async () => {
    container = await bootWithAgent();
    for (const attacker of attackers) await guess(container, attacker, 5);
    await stillShutOut();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('firewall-cmd --reload', async () => {
    await container.ask('firewall-cmd --reload');
    await stillShutOut();
  });

  await step('a restart of firewalld', async () => {
    await container.ask('systemctl restart firewalld.service');
    await stillShutOut();
  });

  await step('kill -9 of the agent, without a gap', async () => {
    const before = await mainPid();
    const bans = await container.ask('f2bctl state export | grep \'"type":"ban"\' | sort');
    await container.ask(`kill -9 ${before}`);
    const held = await kernelHolds(container);
    for (const { from } of attackers) assert.ok(covers(held, from), 'the kernel holds it while the agent is dead');
    await until('a new agent runs', async () =>
      (await mainPid()) === before || (await mainPid()) === '0' ? undefined : true,
    );
    await active();
    assert.equal(await container.ask('f2bctl state export | grep \'"type":"ban"\' | sort'), bans);
    await stillShutOut();
  });

  await step('a stop and start of the agent, which counts what came meanwhile', async () => {
    const attacker = { from: sources.ipv4[2] ?? '', to: target.ipv4 };
    await guess(container, attacker, 3);
    await container.ask('systemctl stop f2bd.service');
    await guess(container, attacker, 2);
    await container.ask('systemctl start f2bd.service');
    await untilHeld(container, attacker.from);
    await stillShutOut();
  });

  await step('removal of its entry by hand, once the agent is asked to verify', async () => {
    const { from = '' } = attackers[0] ?? {};
    for (const [set, held] of await kernelSets(container)) {
      if (held.includes(from)) await container.ask(`firewall-cmd --ipset=${set} --remove-entry=${from}`);
    }
    assert.ok(!covers(await kernelHolds(container), from));
    await container.ask('f2bctl verify');
    await stillShutOut();
  });

  await step('nothing of that when its time is over', async () => {
    await container.ask(
      `mkdir -p /etc/f2b/units/ssh.service.conf.d && printf '[Ban]\\nBanTime=12s\\n' > /etc/f2b/units/ssh.service.conf.d/short.conf`,
    );
    await container.ask('systemctl reload f2bd.service');
    const attacker = { from: sources.ipv4[5] ?? '', to: target.ipv4 };
    await guess(container, attacker, 5);
    await untilHeld(container, attacker.from);
    assert.equal(await knock(container, attacker), 'shut out');
    await untilFree(container, attacker.from);
    assert.equal(await tryLogin(container, attacker), 'logged in');
    await stillShutOut();
  });
});
