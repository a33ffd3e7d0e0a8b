/** What the whole is for: attackers of the real sshd are shut out, and nobody else is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { covers, kernelHolds, kernelSets, untilFree, untilHeld } from './firewall.js';
import { guess, knock, openSession, openTerminal, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

/** An attacker's and a neighbour's way to the system, for each family. */
const families = [
  { name: 'IPv4', to: target.ipv4, attacker: sources.ipv4[0] ?? '', neighbour: sources.ipv4[1] ?? '' },
  { name: 'IPv6', to: target.ipv6, attacker: sources.ipv6[0] ?? '', neighbour: sources.ipv6[1] ?? '' },
];

test('a ban', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  for (const { name, to, attacker, neighbour } of families) {
    await step(`five wrong passwords over ${name} end every connection of that address, and no other's`, async () => {
      const open = await openSession(container, { from: attacker, to });
      const besides = await openSession(container, { from: neighbour, to });
      await guess(container, { from: attacker, to }, 4);
      assert.equal(await tryLogin(container, { from: attacker, to }), 'logged in', 'four are not enough');
      const last = await tryLogin(container, { from: attacker, to, password: 'wrong 5' });
      assert.ok(last === 'denied' || last === 'cut off', last);
      await untilHeld(container, attacker);
      const [again, meanwhile] = await Promise.all([
        knock(container, { from: attacker, to }),
        tryLogin(container, { from: neighbour, to }),
      ]);
      assert.equal(again, 'shut out');
      assert.equal(meanwhile, 'logged in');
      await until('the open session has ended', () => (open.ended ? true : undefined));
      assert.ok(await besides.echoes('still here'));
      besides.close();
    });
  }

  await step('is shown by firewalld as active zone and ipset entries', async () => {
    assert.match(await container.ask('firewall-cmd --get-active-zones'), /^f2b-drop/m);
    const sets = [...(await kernelSets(container)).keys()];
    const shown = await container.ask(sets.map((set) => `firewall-cmd --info-ipset=${set}`).join(';'));
    for (const { attacker } of families) assert.ok(covers(new Set(shown.split(/\s+/)), attacker), shown);
  });

  await step('is explained by the very entries that caused it', async () => {
    const { attacker } = families[0] ?? { attacker: '' };
    const why = await container.ask(`f2bctl why ${attacker}`);
    assert.equal(why.match(/Failed password for alice from/g)?.length, 5, why);
  });

  await step('is in the history that f2bctl log and journalctl read', async () => {
    for (const { attacker } of families) {
      const entries = await container.ask(`journalctl -u f2bd.service -o json F2B_JAIL=ssh.service`);
      assert.ok(entries.includes(attacker.replace(/::5$/, '::')), `${attacker} is in no entry of the agent`);
    }
    assert.match(await container.ask('f2bctl log'), new RegExp(families[0]?.attacker.replaceAll('.', '\\.') ?? ''));
  });

  await step('is watched over ssh, on a terminal that follows its size, until the connection breaks', async () => {
    await container.ask('usermod --append --groups systemd-journal bob');
    const at = { from: families[0]?.neighbour ?? '', to: target.ipv4, user: 'bob' };
    const watch = await openTerminal(container, { ...at, command: 'f2bctl top' });
    try {
      const sees = (pattern: RegExp) =>
        until(`a screen with ${pattern}`, () => pattern.test(watch.screen()) || undefined, 60);
      await sees(/^f2bd .{66} \d\d:\d\d:\d\d$/m);
      await sees(new RegExp(`^[> ] ${families[0]?.attacker} `, 'm'));
      await watch.resize(100, 30);
      await sees(/^f2bd .{86} \d\d:\d\d:\d\d$/m);
    } finally {
      watch.close();
    }
    await until('nothing of it is left', async () => {
      const left = await container.inside("pgrep -u bob -f '[f]2bctl.* top'");
      return left.status === 1 ? true : undefined;
    });
  });

  await step('is lifted by f2bctl unban, for that address alone', async () => {
    for (const { to, attacker } of families) {
      await container.ask(`f2bctl unban ${attacker}`);
      await untilFree(container, attacker);
      assert.equal(await tryLogin(container, { from: attacker, to }), 'logged in');
    }
    assert.deepEqual([...(await kernelHolds(container))], []);
  });

  await step('cannot be brought on anybody by an ordinary user who writes like sshd', async () => {
    const victim = sources.ipv4[2] ?? '';
    const line = `Failed password for root from ${victim} port 4711 ssh2`;
    const forge = `for i in 1 2 3 4 5 6 7 8 9; do logger -t sshd '${line}'; logger -t sshd-session -p auth.info '${line}'; done`;
    const login = { from: sources.ipv4[3] ?? '', to: target.ipv4, user: 'bob', command: forge };
    assert.equal(await tryLogin(container, login), 'logged in');
    const written = await container.ask(`journalctl _UID=$(id -u bob) -o cat | grep -c 'from ${victim}'`);
    assert.equal(written.trim(), '18', 'the forged lines are in the journal');
    // A true ban that comes later shows that the agent has passed the forged lines.
    const attacker = { from: sources.ipv4[4] ?? '', to: target.ipv4 };
    await guess(container, attacker, 5);
    await untilHeld(container, attacker.from);
    assert.ok(!covers(await kernelHolds(container), victim));
    assert.doesNotMatch(await container.ask('f2bctl bans'), new RegExp(victim.replaceAll('.', '\\.')));
  });

  await step('may have been missed where journald dropped entries, and f2bctl log says so', async () => {
    const folder = '/run/systemd/system/ssh.service.d';
    await container.ask(
      `mkdir -p ${folder}; cat >${folder}/limit.conf; systemctl daemon-reload; systemctl restart ssh`,
      {
        input: '[Service]\nLogRateLimitIntervalSec=2s\nLogRateLimitBurst=1\n',
      },
    );
    const told = await until('the agent tells of dropped entries', async () => {
      for (const from of sources.ipv4.slice(10, 20)) await tryLogin(container, { from, to: target.ipv4, user: 'bob' });
      return /journald dropped .*/.exec(await container.ask('f2bctl log -o cat'))?.[0];
    });
    assert.match(told, /^journald dropped \d+ entries of ssh\.service, .*LogRateLimitBurst=/);
  });
});
