/** Every verb of f2bctl as an administrator uses it, on the packaged agent: what it answers, and what holds afterwards. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { type Output, type RunOptions, until } from '../support/process.js';
import { covers, kernelHolds, untilFree, untilHeld } from './firewall.js';
import { guess, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

const [attacker = '', another = ''] = sources.ipv4;
const [ofIPv6 = ''] = sources.ipv6;
const DROPINS = 'ssh.service.conf.d';

/** The verbs that a help text lists. */
function verbsIn(help: string): readonly string[] {
  const [, list = ''] = help.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}([a-z-]+) /gm)].map(([, verb = '']) => verb);
}

test('f2bctl', { skip: cannotBoot }, async (t) => {
  let container: Container;
  before(async () => {
    container = await bootWithAgent();
    // Each failure is told at once then, not all of a minute together.
    const setting = '[Agent]\\nLogFailures=yes\\n';
    await container.ask(
      `mkdir -p /etc/f2b/f2bd.conf.d; printf '${setting}' >/etc/f2b/f2bd.conf.d/told.conf; f2bctl reload`,
    );
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  const typed = new Set<string>();
  /** Runs it with these words. */
  const ctl = (words: string, options?: RunOptions): Promise<Output> => {
    typed.add(words.split(' ')[0] ?? '');
    return container.inside(`f2bctl ${words}`, options);
  };
  /** What it prints when it ends with this status; of any other than 0, what it says on standard error. */
  const answer = async (words: string, status = 0, options?: RunOptions): Promise<string> => {
    const ended = await ctl(words, options);
    assert.equal(ended.status, status, `f2bctl ${words}\n${ended.out}${ended.err}`);
    return status === 0 ? ended.out : ended.out + ended.err;
  };
  /** Whether the kernel holds these addresses now. */
  const areHeld = async (...addresses: readonly string[]): Promise<readonly boolean[]> => {
    const held = await kernelHolds(container);
    return addresses.map((address) => covers(held, address));
  };
  /** An editor that puts these lines where those of a drop-in go. */
  const editor = (...lines: readonly string[]): Promise<string> =>
    container.ask('cat >/root/editor && chmod +x /root/editor', {
      input: `#!/bin/sh\nsed -i '2a ${lines.join('\\n')}' "$1"\n`,
    });

  await step('tells of the agent: ping, version, is-active, status, verify, doctor, metrics, help', async () => {
    assert.equal(await answer('ping'), 'pong\n');
    assert.match(await answer('version'), /^f2bctl (\S+)\nf2bd \1\n$/);
    assert.equal(await answer('is-active'), 'active\n');
    assert.match(await answer('status'), /^● f2bd .* - running\n[\s\S]*firewalld \S+: ready[\s\S]*^ssh\.service /m);
    assert.equal(await answer('verify'), 'The firewall holds all bans and nothing else.\n');
    assert.match(await answer('metrics'), /^f2b_up 1$/m);
    assert.match((await ctl('doctor')).out, /^● Firewall: nothing found$/m);
    assert.match(await answer('help ban'), /^Usage: f2bctl ban /);
    assert.match(await answer('stats', 64), /hint: write: f2bctl status$/m);
    typed.delete('stats');
  });

  await step('tells of real attackers: bans, search, why, log, report, top, status of the jail', async () => {
    await guess(container, { from: attacker, to: target.ipv4 }, 5);
    await guess(container, { from: ofIPv6, to: target.ipv6 }, 5);
    await untilHeld(container, attacker);
    await untilHeld(container, ofIPv6);
    const network = ofIPv6.replace(/::5$/, '::/64');
    assert.match(await answer('bans'), new RegExp(`^${attacker} [\\s\\S]*^${network} [\\s\\S]*^2 bans\\.$`, 'm'));
    assert.match(await answer(`search ${ofIPv6}`), new RegExp(`^${network} .* enforced [\\s\\S]*^1 ban\\.$`, 'm'));
    assert.equal(await answer('search 198.51.100.0/24'), 'No bans.\n');
    const why = await answer(`why ${attacker}`);
    assert.equal(why.match(/Failed password for alice from/g)?.length, 5, why);
    assert.match(why, /^ {2}held by ipset f2b-drop-ipv4-\d+ of firewalld/m);
    assert.match(await answer('log -j ssh --event=ban -o cat'), new RegExp(`banned ${attacker} for 10min after 5`));
    assert.match(await answer('report'), /^10 failures and 2 bans, of 2 addresses; 0 unbans\.$/m);
    await answer('report --html /root/report.html');
    assert.match(await container.ask('head -c 15 /root/report.html'), /^<!doctype html>$/i);
    assert.match(await answer('top --batch'), new RegExp(`^ {2}${attacker} `, 'm'));
    assert.match(
      await answer('status ssh'),
      /Bans: 2 since the start, 2 in the journal since .*; 2 addresses banned now$/m,
    );
  });

  await step('replays the journal: test, simulate', async () => {
    assert.match(await answer('test sshd --journal -u ssh.service'), /^ +10 {2}failures$/m);
    assert.match(await answer('simulate ssh'), new RegExp(`^${attacker} `, 'm'));
    const changed = await answer('simulate ssh -p MaxRetry=6');
    assert.match(changed, /^Bans +2 +0$/m);
  });

  await step('bans by hand, for a time, from files and for ever, and lifts it: ban, unban', async () => {
    assert.match(await answer('ban 203.0.113.1 1h'), /^203\.0\.113\.1 is banned by manual until .* \(in (1h|59min)/);
    const list = '203.0.113.3\n203.0.113.8/30 # a network\n\n2001:db8:9::7\n';
    await container.ask('cat >/root/list', { input: list });
    assert.match(
      await answer('ban --file /root/list --reason noise'),
      /^203\.0\.113\.3 is banned by manual permanently: noise\.\n203\.0\.113\.8\/30 is .*\n2001:db8:9::7 .* all of 2001:db8:9::\/64\.\n$/,
    );
    assert.match(await answer('ban --file - 90', 0, { input: '203.0.113.4\n' }), /^203\.0\.113\.4 .* \(in 1min \d+s\)/);
    const held = await kernelHolds(container);
    for (const one of ['203.0.113.1', '203.0.113.3', '203.0.113.4', '203.0.113.8/30', '2001:db8:9::7'])
      assert.ok(held.has(one), `${one} in ${[...held].join(' ')}`);
    assert.match(
      await answer('ban --file -', 64, { input: '203.0.113.5\nnonsense\n' }),
      /-:2: "nonsense" is no address/,
    );
    assert.match(await answer('ban 127.0.0.1', 65), /this machine's own address/);
    assert.deepEqual(await areHeld('203.0.113.5'), [false]);
    assert.equal((await answer('unban 203.0.113.0/29')).match(/ is no longer banned by manual\.$/gm)?.length, 3);
    assert.deepEqual(await areHeld('203.0.113.1', '203.0.113.3', '203.0.113.4'), [false, false, false]);
    assert.match(await answer('unban 203.0.113.1', 66), /nothing is banned there: 203\.0\.113\.1/);
  });

  await step('spares an address for a time, whatever it does: allow, allowed, disallow', async () => {
    assert.match(await answer(`allow ${attacker} 1h --reason office`), /is allowed until .*: office\./);
    await untilFree(container, attacker);
    assert.match(await answer('allowed'), new RegExp(`^${attacker} .* office$`, 'm'));
    await guess(container, { from: attacker, to: target.ipv4 }, 5);
    assert.equal(await tryLogin(container, { from: attacker, to: target.ipv4 }), 'logged in');
    assert.match(await answer(`ban ${attacker}`, 65), /it is allowed, see f2bctl allowed/);
    assert.equal(await answer(`disallow ${attacker}`), `${attacker} is no longer allowed.\n`);
    assert.equal(await answer('allowed'), 'No address is allowed.\n');
    assert.match(await answer(`disallow ${attacker}`, 66), /nothing was allowed there/);
  });

  await step('follows what happens, and goes on from a cursor and by boots: log', async () => {
    const followed = `f2bctl log -f -n 1 -o cat >/run/followed & pid=$!
      for i in $(seq 300); do [ -s /run/followed ] && break; sleep 0.1; done
      f2bctl ban 203.0.113.20 >/dev/null
      for i in $(seq 300); do grep -q 'holds 203.0.113.20,' /run/followed && break; sleep 0.1; done
      kill $pid; wait $pid; echo $?`;
    assert.equal((await container.ask(followed)).trim(), '0');
    const lines = await container.ask('cat /run/followed');
    assert.match(lines, /\nmanual: banned 203\.0\.113\.20 for ever as root asked\n.*holds 203\.0\.113\.20, .*\n$/);
    await answer('log -n 1 --cursor-file /root/cursor');
    assert.match((await ctl('log --cursor-file /root/cursor')).err, /-- No entries --/);
    await answer('unban 203.0.113.20');
    assert.equal(
      await answer('log --cursor-file /root/cursor -o cat'),
      'manual: unbanned 203.0.113.20: root lifted the ban\n',
    );
    // Whatever else the agent tells may come in between.
    const shown = 'log --no-hostname --event=ban,unban';
    const all = await answer(shown);
    for (const boot of ['-b', '-b 1', '-b all']) assert.equal(await answer(`${shown} ${boot}`), all, boot);
    assert.match(await answer('log -b 2', 64), /there is no boot "2"/);
  });

  await step('changes what the agent goes by: set, show, cat, revert', async () => {
    assert.match(
      await answer('set ssh MaxRetry=2'),
      new RegExp(`^Created /etc/f2b/units/${DROPINS}/50-MaxRetry\\.conf`),
    );
    await answer('set ssh FindTime=30min --runtime');
    await answer('set ssh BanTime=1h --temporary');
    assert.equal(
      await answer('show ssh MaxRetry FindTime BanTime --show-origin'),
      'SETTING         FROM\n' +
        `MaxRetry=2      /etc/f2b/units/${DROPINS}/50-MaxRetry.conf:3\n` +
        `FindTime=30min  /run/f2b/units/${DROPINS}/50-FindTime.conf:3\n` +
        'BanTime=1h      until the next reload\n',
    );
    await guess(container, { from: another, to: target.ipv4 }, 2);
    await untilHeld(container, another);
    assert.match(await answer(`bans ${another} -o json`), /"failures":2/);
    await answer(`unban ${another}`);
    assert.match(await answer('set ssh MaxRetri=2', 64), /did you mean MaxRetry=\?/);
    assert.match(await answer('cat ssh'), new RegExp(`^# /run/f2b/units/${DROPINS}/50-FindTime\\.conf$`, 'm'));
    assert.equal((await answer('revert ssh')).match(/^Removed /gm)?.length, 2);
    assert.equal(await answer('show ssh MaxRetry FindTime BanTime'), 'MaxRetry=5\nFindTime=10min\nBanTime=10min\n');
  });

  await step('takes what is edited, keeps what it refuses, and gives back what was shipped: edit', async () => {
    const edit = 'edit ssh';
    const environment = 'SYSTEMD_EDITOR=/root/editor';
    await editor('[Ban]', 'MaxRetri=9');
    typed.add('edit');
    const refused = await container.inside(`${environment} f2bctl ${edit}`);
    assert.equal(refused.status, 78, refused.err);
    assert.match(refused.err, /override\.conf:2: .*MaxRetri/);
    const [, kept = '', command = ''] =
      /your text is in (\S+): mend it, and put it in place with (.*) and/.exec(refused.err) ?? [];
    assert.equal(await container.ask(`cat ${kept}`), '[Ban]\nMaxRetri=9\n');
    assert.equal(await answer('show ssh MaxRetry'), 'MaxRetry=5\n');
    await container.ask(`sed -i s/Retri/Retry/ ${kept} && ${command}`);
    assert.equal(await answer('reload'), 'The configuration was read again.\n');
    assert.match(await answer('status ssh'), /Limit: 9 failures within/);
    const changed = `SYSTEMD_EDITOR='sed -i s/MaxRetry=9/MaxRetry=8/' f2bctl ${edit}`;
    assert.match(await container.ask(changed), new RegExp(`^Wrote /etc/f2b/units/${DROPINS}/override\\.conf`));
    assert.match(await answer('status ssh'), /Limit: 8 failures within/);
    const full = `SYSTEMD_EDITOR='sed -i s/^#MaxRetry=5/MaxRetry=7/' f2bctl edit --full ssh`;
    assert.equal(await container.ask(full), 'Wrote /etc/f2b/units/ssh.service.conf.\n');
    assert.match(await answer('status ssh'), /Loaded: \/etc\/f2b\/units\/ssh\.service\.conf; enabled/);
    assert.match(await answer('cat ssh'), /^MaxRetry=7$[\s\S]*^MaxRetry=8$/m);
    assert.equal((await answer('revert ssh')).match(/^Removed /gm)?.length, 2);
    assert.match(
      await answer('status ssh'),
      /Loaded: \/usr\/lib\/f2b\/units\/ssh\.service\.conf; enabled[\s\S]*Limit: 5 failures/,
    );
  });

  await step('switches jails off and on: disable, enable, is-enabled, is-active, list-jails', async () => {
    assert.match(await answer('disable --now ssh'), /^Created .*50-Enabled\.conf/);
    assert.equal((await ctl('is-enabled ssh')).status, 1);
    assert.equal(await answer('is-active ssh', 3), 'inactive\n');
    assert.match(await answer('status ssh', 3), /hint: switch it on with: f2bctl enable --now ssh\.service/);
    assert.equal(await answer('list-jails'), 'There are none. See: f2bctl list-jails --all\n');
    await answer('enable --now ssh');
    assert.equal(await answer('is-enabled ssh'), 'enabled\n');
    assert.equal(await answer('is-enabled nosuch', 4), 'not-found\n');
    assert.match(await answer('list-jails'), /^ssh\.service +enabled +active +sshd /m);
    assert.match(await answer('list-jails --all'), /^postfix +disabled +inactive /m);
  });

  await step(
    'judges configurations and filters, and reads nothing that is wrong: check, check-filter, reload',
    async () => {
      assert.match(
        await answer('check'),
        /^OK: \/etc\/f2b, 1 of \d+ jails enabled, read with the rights of the user f2b/,
      );
      assert.equal(await answer('check-filter sshd'), 'OK: sshd\n');
      assert.match(await answer('check-filter nosuch', 78), /there is no filter "nosuch"/);
      await container.ask('mkdir -p /etc/f2b/f2bd.conf.d; printf "[Ban]\\nMaxRetri=3\\n" >/etc/f2b/f2bd.conf.d/x.conf');
      assert.match(await answer('check', 78), /x\.conf:2: .*MaxRetri/);
      assert.match(await answer('reload', 78), /x\.conf:2: .*MaxRetri/);
      assert.match(await answer('status ssh'), /Limit: 5 failures/);
      await container.ask('rm /etc/f2b/f2bd.conf.d/x.conf');
      await answer('reload');
    },
  );

  await step('looks after the state: state', async () => {
    await answer('ban 203.0.113.30');
    assert.match(await answer('state check'), /Check: good$/m);
    assert.match(await answer('state export >/root/state'), /^$/);
    assert.match(await answer('state import /root/state', 75), /stop the agent before/);
    await container.ask('systemctl stop f2bd');
    assert.deepEqual(await areHeld('203.0.113.30'), [true], 'bans stay while the agent is stopped');
    assert.equal(await answer('is-active', 3), 'inactive\n');
    assert.match(await answer('ping', 69), /f2bd is not running/);
    await container.ask(`sed -i 's/"203.0.113.30"/"203.0.113.31"/' /root/state`);
    await answer('state import /root/state');
    await answer('state vacuum');
    await container.ask('systemctl start f2bd');
    await untilHeld(container, '203.0.113.31');
    await untilFree(container, '203.0.113.30');
    assert.match(await answer('unban --all'), /^203\.0\.113\.31 is no longer banned by manual\.$/m);
    await until('nobody is held', async () => ((await kernelHolds(container)).size === 0 ? true : undefined));
  });

  await step('reads fail2ban’s configuration: import', async () => {
    await container.ask('mkdir /root/fail2ban; cat >/root/fail2ban/jail.conf', {
      input: '[DEFAULT]\nmaxretry = 4\n[sshd]\nenabled = true\nport = ssh\nfilter = sshd\nbackend = systemd\n',
    });
    assert.match(await answer('import --dry-run /root/fail2ban'), /maxretry = 4/);
    assert.equal((await container.inside('ls /etc/f2b/units/*.conf')).status, 2, 'nothing is written');
    assert.match(await answer('import /root/nowhere', 66), /nowhere/);
  });

  await step('says of what is not installed or does not run how to have it: actions, fleet', async () => {
    assert.match(await answer('actions', 69), /hint: .*systemctl start f2b-actiond; it is in the package f2b-actions/);
    assert.match(await answer('fleet status', 69), /hint: .*systemctl enable --now f2b-fleetd/);
  });

  await step('has no verb that was left out here', async () => {
    const verbs = verbsIn(await container.ask('f2bctl --help'));
    assert.ok(verbs.length > 30, verbs.join(' '));
    assert.deepEqual([...typed].sort(), [...verbs].sort());
  });
});
