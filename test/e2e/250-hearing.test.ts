/** The agent hears wherever journald writes, and says so when it does not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { until } from '../support/process.js';
import { untilHeld } from './firewall.js';
import { guess } from './login.js';
import { stepsOf } from './steps.js';

/** Takes all inotify instances that the user f2b may have, says so, and keeps them. The numbers are inotify_init1's. */
const TAKE_INSTANCES = `setpriv --reuid=f2b --clear-groups perl -e '
  $| = 1;
  my $inotify = qx(uname -m) =~ /x86_64/ ? 294 : 26;
  while (($fd = syscall($inotify, 0)) >= 0) { push @held, $fd }
  print "all taken\\n";
  sleep 600'`;

test('the agent', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);
  const attackers = [...sources.ipv4];

  /** Five wrong passwords from an address that was not used yet lead to a ban. */
  const bansAnother = async () => {
    const from = attackers.shift() ?? '';
    await guess(container, { from, to: target.ipv4 }, 5);
    await untilHeld(container, from);
  };
  const status = () => container.ask('f2bctl status');
  /** Waits for what `f2bctl status` shows; a look that the agent takes by itself is due every 15 s. */
  const untilStatus = (what: RegExp, isShown = true) =>
    until(
      `${what} ${isShown ? '' : 'no longer '}in the status`,
      async () => {
        const text = await status();
        return what.test(text) === isShown ? text : undefined;
      },
      60,
    );

  await step('goes on when persistent storage is switched on as the manual of journald says', async () => {
    await container.ask('rm -rf /var/log/journal; systemctl restart systemd-journald; systemctl restart f2bd');
    await bansAnother();
    await container.ask(
      'mkdir /var/log/journal; systemd-tmpfiles --create --prefix /var/log/journal; journalctl --flush',
    );
    assert.match(await container.ask('ls /var/log/journal/*/'), /system\.journal/);
    await bansAnother();
  });

  await step(
    'says of a jail that hears nothing why, and hears a unit in its journal namespace once that is named',
    async () => {
      const writes =
        '[Service]\nLogNamespace=web\nSyslogIdentifier=sshd\nExecStart=/bin/sh -c "seq 9 | sed s/.*/$FAILED/; sleep 900"\n';
      const failed = 'Failed password for root from 198.51.100.77 port 4&& ssh2';
      const door = (journal: string) => `[Jail]\nFilter=sshd\n[Journal]\nUser=root\n${journal}`;
      const put = (path: string, text: string) => container.ask(`printf '%s' '${text}' >${path}`);
      await put('/etc/systemd/system/door.service', writes.replace('s/.*/$FAILED/', `\\"s/.*/${failed}/\\"`));
      await put('/etc/f2b/units/door.service.conf', door(''));
      await put('/etc/f2b/units/none.service.conf', door(''));
      await container.ask('systemctl daemon-reload; systemctl start door; systemctl reload f2bd');
      const told = await untilStatus(/a jail hears nothing/);
      assert.match(told, /door\.service logs into the journal namespace web, which is not read/);
      assert.match(told, /this machine has no none\.service/);
      assert.match(
        await container.ask('f2bd --check 2>&1'),
        /this machine has no none\.service\n {2}hint: name the unit/,
      );
      await container.ask('rm /etc/f2b/units/none.service.conf');
      await put('/etc/f2b/units/door.service.conf', door('LogNamespace=web\n'));
      await container.ask('systemctl reload f2bd; systemctl restart door');
      await untilHeld(container, '198.51.100.77');
      await untilStatus(/a jail hears nothing/, false);
      assert.match(await container.ask('f2bctl why 198.51.100.77'), /Failed password for root from 198\.51\.100\.77/);
      await container.ask('rm /etc/f2b/units/door.service.conf; systemctl stop door; systemctl reload f2bd');
    },
  );

  await step('says that it may not read a folder that was made by hand, and makes up for it once it may', async () => {
    await container.ask('rm -rf /var/log/journal; mkdir /var/log/journal; systemctl restart systemd-journald');
    const from = attackers.shift() ?? '';
    await guess(container, { from, to: target.ipv4 }, 5);
    assert.match(await untilStatus(/may not read the journal: \/var\/log\/journal/), /systemd-tmpfiles --create/);
    assert.match(await container.ask('systemctl status f2bd'), /Status: .*may not read the journal/);
    await container.ask('systemd-tmpfiles --create --prefix /var/log/journal');
    await untilHeld(container, from);
    await untilStatus(/may not read the journal/, false);
    await bansAnother();
  });

  await step('goes on when the journal becomes volatile', async () => {
    await container.ask('journalctl --relinquish-var');
    await bansAnother();
    await container.ask('journalctl --flush');
    await bansAnother();
  });

  await step('counts nobody twice when journald copies its files', async () => {
    await container.ask('journalctl --relinquish-var');
    const from = attackers.shift() ?? '';
    await guess(container, { from, to: target.ipv4 }, 3);
    await untilStatus(/^ssh\.service +1 /m);
    await container.ask('journalctl --flush');
    await bansAnother();
    assert.doesNotMatch(await container.ask('f2bctl bans'), new RegExp(from.replaceAll('.', '\\.')));
  });

  await step('says that there is no journal, also as it starts', async () => {
    const conf = '/etc/systemd/journald.conf.d/none.conf';
    await container.ask(`mkdir -p /etc/systemd/journald.conf.d; printf '[Journal]\\nStorage=none\\n' >${conf}`);
    // journald itself writes as it stops: its files go after that.
    await container.ask('systemctl restart systemd-journald; rm -rf /var/log/journal/* /run/log/journal/*');
    await container.ask('systemctl restart f2bd');
    assert.match(await untilStatus(/no journal to read/), /Storage=auto in journald\.conf/);
    assert.match(await container.ask('systemctl status f2bd'), /Status: .*no journal to read/);
    await container.ask(`rm ${conf}; systemctl restart systemd-journald`);
    await bansAnother();
    await untilStatus(/no journal to read/, false);
  });

  await step('starts without inotify instances, says so, and bans all the same', async () => {
    await container.ask('systemctl stop f2bd');
    // The kernel counts instances by the user's number, over all systems: one beside this must have none to give back.
    await container.ask('usermod --uid 61234 f2b 2>&1; systemctl reload dbus');
    const holder = container.insideStart(TAKE_INSTANCES);
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    await container.ask('systemctl start f2bd');
    await untilStatus(/no inotify instances left/);
    assert.match(await status(), /max_user_instances/);
    await bansAnother();
    await container.ask('pkill -u f2b perl');
    await untilStatus(/no inotify instances left/, false);
    await bansAnother();
  });
});
