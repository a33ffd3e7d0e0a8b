/** The packaged agent with Firewall=nftables: inside its sandbox, beside firewalld and without it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { kernelHolds } from './firewall.js';
import { guess, knock, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

const attackers = [
  { from: sources.ipv4[0] ?? '', to: target.ipv4 },
  { from: sources.ipv6[0] ?? '', to: target.ipv6 },
] as const;
const neighbour = { from: sources.ipv4[1] ?? '', to: target.ipv4 };

/** The jail of sshd bans the /64 of an IPv6 address. */
const banned = [
  ['drop-ipv4', attackers[0].from],
  ['drop-ipv6-64', attackers[1].from],
] as const;

test('with Firewall=nftables, the agent', { skip: cannotBoot }, async (t) => {
  let container: Container;
  const isHeld = async (set: string, address: string): Promise<boolean> =>
    (await container.inside(`nft get element inet f2b ${set} '{ ${address.replace(/::5$/, '::')} }'`)).status === 0;
  const untilHeld = async (): Promise<void> => {
    for (const [set, address] of banned)
      await until(`${address} is in ${set}`, async () => ((await isHeld(set, address)) ? true : undefined));
  };
  const areShutOut = async (): Promise<void> => {
    await untilHeld();
    for (const attacker of attackers) assert.equal(await knock(container, attacker), 'shut out');
    assert.equal(await tryLogin(container, neighbour), 'logged in');
  };
  before(async () => {
    container = await bootWithAgent();
    await container.ask('f2bctl ban 198.51.100.9');
    await container.ask(
      "mkdir -p /etc/f2b/f2bd.conf.d && printf '[Agent]\\nFirewall=nftables\\n' >/etc/f2b/f2bd.conf.d/nftables.conf",
    );
    await container.ask('systemctl restart f2bd.service');
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('takes the bans over from firewalld, and says which firewall it uses', async () => {
    assert.ok(await isHeld('drop-ipv4', '198.51.100.9'));
    assert.match(await container.ask('f2bctl status'), /nftables 1\.\d+\.\d+: ready, 1 address held/);
    await until('firewalld holds nothing', async () =>
      [...(await kernelHolds(container))].some((entry) => entry === '198.51.100.9') ? undefined : true,
    );
    assert.doesNotMatch(await container.ask('nft list tables'), /f2b-guard/);
  });

  await step('shuts an attacker out, and nobody else', async () => {
    for (const attacker of attackers) await guess(container, attacker, 5);
    await areShutOut();
    assert.match(await container.ask('f2bctl bans'), new RegExp(`${attackers[0].from}.*enforced`));
  });

  await step('runs nft with the one capability it has, in a sandbox rated 2.0 or better', async () => {
    const children = await container.ask('ps -o user=,args= --ppid $(systemctl show -P MainPID f2bd.service)');
    assert.match(children, /^f2b +nft -j monitor rules$/m);
    const rating = await container.inside('systemd-analyze security --threshold=20 --no-pager f2bd.service');
    assert.equal(rating.status, 0, rating.out);
    assert.doesNotMatch(await container.ask('journalctl -u f2bd.service -o cat'), /nft reported|not permitted|denied/i);
  });

  await step('puts its table back at once when somebody flushes the ruleset', async () => {
    await container.ask('nft flush ruleset');
    await areShutOut();
    await until('it was told', async () =>
      (await container.ask('f2bctl log -o cat')).includes('mended the firewall: 3 missing bans added')
        ? true
        : undefined,
    );
  });

  await step('holds its bans without firewalld, and does not start it', async () => {
    await container.ask('systemctl disable --now firewalld.service');
    await container.ask('systemctl restart f2bd.service');
    await areShutOut();
    assert.equal((await container.inside('systemctl is-active firewalld.service')).out.trim(), 'inactive');
    assert.doesNotMatch(await container.ask('f2bctl status'), /unavailable|hint/);
  });

  await step('leaves its bans in force when it is stopped or killed', async () => {
    const pid = (await container.ask('systemctl show -P MainPID f2bd.service')).trim();
    await container.ask(`kill -9 ${pid}`);
    for (const [set, address] of banned) assert.ok(await isHeld(set, address));
    await until('a new agent runs', async () =>
      (await container.inside('f2bctl bans')).out.includes(attackers[0].from) ? true : undefined,
    );
    await container.ask('systemctl stop f2bd.service');
    await areShutOut();
    await container.ask('systemctl start f2bd.service');
    await areShutOut();
  });

  await step('lets in again whose ban is lifted', async () => {
    await container.ask(`f2bctl unban ${attackers[0].from}`);
    assert.equal(await tryLogin(container, attackers[0]), 'logged in');
    assert.equal(await knock(container, attackers[1]), 'shut out');
  });

  await step('leaves no table behind when the package is removed', async () => {
    await container.ask('DEBIAN_FRONTEND=noninteractive apt-get remove -y f2b 2>&1');
    assert.doesNotMatch(await container.ask('nft list tables'), /f2b/);
    for (const attacker of attackers) assert.equal(await tryLogin(container, attacker), 'logged in');
  });
});
