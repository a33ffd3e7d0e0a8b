/** From a real fail2ban under attack to f2b and back: nobody who is banned gets in, whoever guards. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  addSources,
  bootWithAgent,
  type Container,
  cannotBoot,
  install,
  sources,
  target,
} from '../support/container.js';
import { Knocking } from '../support/knocking.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { COMMANDS, comparable, QUESTIONS, sameServer } from './fail2ban-answers.js';
import { guess, knock, tryLogin } from './login.js';
import { stepsOf } from './steps.js';

const JAIL_LOCAL = `[DEFAULT]
bantime = 1h
ignoreip = 127.0.0.1/8 ${sources.ipv4[9]}

[sshd]
enabled = true
backend = systemd
maxretry = 3
`;

const HOSTILE = join(import.meta.dirname, '../support/hostile-fail2ban.js');

/** A jail that reads a file, with what people write for one. */
const APP: Readonly<Record<string, string>> = {
  '/etc/fail2ban/jail.d/app.local': `[app]
enabled = true
backend = polling
filter = app
logpath = /var/log/app.log
port = ssh
maxretry = 2
bantime.increment = true
bantime.formula = ban.Time * (ban.Count + 1)
action = %(action_)s
    note
`,
  '/etc/fail2ban/filter.d/app.conf':
    '[Definition]\nfailregex = ^\\s*bad <HOST>$\ndatepattern = ^%%Y-%%m-%%d %%H:%%M:%%S\n',
  '/etc/fail2ban/action.d/note.conf': '[Definition]\nactionban = logger -t noted "<ip> <name>"\n',
};

/** Banned together; the attacker's side has all of them. */
const MANY = Array.from({ length: 200 }, (_, index) => `198.18.${index >> 8}.${index & 255}`);

/** For what starts two services and waits for both, s. */
const TIMEOUT = 180;

test('f2bctl import --switch', { skip: cannotBoot }, async (t) => {
  let container: Container;
  const [first, second, third] = [0, 1, 2].map((n) => ({ from: sources.ipv4[n] ?? '', to: target.ipv4 })) as [
    Attacker,
    Attacker,
    Attacker,
  ];
  const spared = { from: sources.ipv4[9] ?? '', to: target.ipv4 };
  const state = async (unit: string): Promise<string> =>
    (await container.inside(`systemctl is-active ${unit}`)).out.trim();
  const fail2banHolds = async (address: string): Promise<boolean> =>
    (await container.inside('fail2ban-client get sshd banip')).out.split(/\s+/).includes(address);
  const untilFail2banHolds = (address: string) =>
    until(`fail2ban holds ${address}`, async () => ((await fail2banHolds(address)) ? true : undefined));

  before(async () => {
    container = await bootWithAgent(join(repository, 'test/e2e/base-fail2ban'));
    await container.ask('systemctl disable --now f2bd');
    await container.ask(`cat >/etc/fail2ban/jail.local <<'END'\n${JAIL_LOCAL}END`);
    await container.ask('systemctl enable --now fail2ban');
    await until('fail2ban runs', async () =>
      (await container.inside('fail2ban-client status sshd')).status === 0 ? true : undefined,
    );
  });
  after(() => container.stop());
  const step = stepsOf(t, () => container);

  await step('refuses, and changes nothing, when a jail would be unguarded', async () => {
    await guess(container, first, 3);
    await untilFail2banHolds(first.from);
    const odd = '[odd]\nenabled = true\nbackend = systemd\nfilter = odd\n';
    await container.ask(`printf '${odd.replaceAll('\n', '\\n')}' >/etc/fail2ban/jail.d/odd.local`);
    await container.ask(`printf '[Definition]\\nfailregex = ^no <HOST>$\\n' >/etc/fail2ban/filter.d/odd.conf`);
    await container.ask('fail2ban-client reload');
    const refused = await container.inside('f2bctl import --switch');
    assert.equal(refused.status, 78);
    assert.match(refused.err, /\[odd\] would be unguarded/);
    assert.deepEqual([await state('fail2ban'), await state('f2bd')], ['active', 'inactive']);
    assert.equal((await container.inside('ls /etc/f2b/units/ssh.service.conf.d')).status, 2);
    await container.ask('rm /etc/fail2ban/jail.d/odd.local; fail2ban-client reload');
  });

  await step('carries a jail on a log file over, with its own filter, action and growth, under attack', async () => {
    const [earlier = '', meanwhile = '', later = ''] = sources.ipv4.slice(3, 6);
    for (const [path, text] of Object.entries(APP)) await container.ask(`cat >${path} <<'END'\n${text}END`);
    await install(container, 'f2b-actions');
    await container.ask('touch /var/log/app.log; fail2ban-client reload');
    const fails = (address: string, times: number) =>
      container.ask(
        `for n in $(seq ${times}); do echo "$(date '+%F %T') bad ${address}" >>/var/log/app.log; sleep 0.2; done`,
      );
    const held = async () => (await container.inside('fail2ban-client get app banip')).out.split(/\s+/);
    const untilHeld = (address: string) =>
      until(`[app] holds ${address}`, async () => ((await held()).includes(address) ? true : undefined));
    await fails(earlier, 2);
    await untilHeld(earlier);
    const knocking = new Knocking(container.attackerStart, target.ipv4, [earlier]);
    try {
      await until('it is shut out', () => (knocking.knocked.letIn.at(-1)?.length === 0 ? true : undefined));
      const begun = knocking.knocked.rounds;
      const [switched] = await Promise.all([
        container.ask('f2bctl import --switch --within 5min </dev/null', { timeout: TIMEOUT }),
        fails(meanwhile, 20),
      ]);
      assert.match(switched, /tail\/app\.conf[\s\S]*fail2ban is stopped, and f2b guards/);
      const untilBanned = (address: string) =>
        until(`f2b holds ${address}`, async () =>
          new RegExp(`${address}.*enforced`).test(await container.ask('f2bctl bans')) ? true : undefined,
        );
      for (const address of [earlier, meanwhile]) await untilBanned(address);
      await fails(later, 2);
      await untilBanned(later);
      assert.equal(await knock(container, { from: later, to: target.ipv4 }), 'shut out');
      assert.match(
        await container.ask('f2bctl show app'),
        /^MaxRetry=2$[\s\S]*^Ports=ssh\/tcp$[\s\S]*^BanTimeMultipliers=1 2 3 /m,
      );
      const noted = async () => (await container.inside('journalctl -q -o cat -t noted')).out;
      await until('the action was told of it', async () =>
        (await noted()).includes(`${later} app`) ? true : undefined,
      );
      await container.ask('f2bctl import --back', { timeout: TIMEOUT });
      await untilHeld(earlier);
      assert.deepEqual(await Promise.all(['fail2ban', 'f2bd', 'f2b-tail@app'].map(state)), [
        'active',
        'inactive',
        'inactive',
      ]);
      assert.equal((await container.inside('ls /etc/f2b/tail/app.conf /etc/f2b/actions/note-app.conf')).out, '');
      assert.deepEqual([...new Set(knocking.knocked.letIn.slice(begun).flat())], []);
    } finally {
      await knocking.stop();
    }
    await container.ask(`rm ${Object.keys(APP).join(' ')}; fail2ban-client reload; dpkg --purge f2b-actions`);
  });

  await step('lets f2b take over whom fail2ban holds, and guard on', async () => {
    const switched = await container.ask('f2bctl import --switch --within 5min </dev/null', { timeout: TIMEOUT });
    // f2b may have found it in the journal by itself.
    assert.match(switched, /^(?:1 ban carried over, 0|0 bans carried over, 1) in force already, 0 refused/m);
    assert.deepEqual([await state('fail2ban'), await state('f2bd')], ['inactive', 'active']);
    assert.match(await container.ask('f2bctl bans'), new RegExp(`${first.from}.*enforced`));
    assert.equal(await knock(container, first), 'shut out');
    assert.equal(await tryLogin(container, third), 'logged in');
    await guess(container, second, 3);
    await until('f2b bans the next', async () =>
      (await container.ask('f2bctl bans')).includes(second.from) ? true : undefined,
    );
    assert.equal(await knock(container, second), 'shut out');
  });

  await step('is taken back, and fail2ban holds whom f2b banned meanwhile', async () => {
    await container.ask('f2bctl import --confirm');
    await container.ask('f2bctl import --back', { timeout: TIMEOUT });
    assert.deepEqual([await state('fail2ban'), await state('f2bd')], ['active', 'inactive']);
    for (const { from } of [first, second]) assert.ok(await fail2banHolds(from), from);
    assert.equal(await knock(container, second), 'shut out');
    assert.equal((await container.inside('ls /etc/f2b/units/ssh.service.conf.d')).status, 2);
    assert.ok(!(await container.ask('nft list table inet f2b-guard')).includes(first.from));
    assert.equal((await container.inside('f2bctl import --back')).status, 78);
  });

  await step('keeps every one of many banned addresses out, from the one’s end to the other’s and back', async () => {
    await container.ask('ip route add 198.18.0.0/15 dev host0');
    await addSources(container, MANY);
    const knocking = new Knocking(container.attackerStart, target.ipv4, MANY);
    const rounds = async (count: number) => {
      const begun = knocking.knocked.rounds;
      await until('they knock', () => (knocking.knocked.rounds >= begun + count ? true : undefined));
      return knocking.knocked;
    };
    try {
      const areAllIn = async () => (new Set((await rounds(1)).letIn.flat()).size === MANY.length ? true : undefined);
      await until('each of them was let in', areAllIn, TIMEOUT);
      await container.ask(`fail2ban-client set sshd banip ${MANY.join(' ')}`, { timeout: TIMEOUT });
      await until(
        'fail2ban holds them',
        async () => ((await rounds(1)).letIn.at(-1)?.length === 0 ? true : undefined),
        TIMEOUT,
      );
      let { rounds: begun } = await rounds(1);
      const nobodyGetsIn = async (during: string, guards: readonly string[]) => {
        await container.ask(`${during} </dev/null`, { timeout: TIMEOUT });
        assert.deepEqual([await state('fail2ban'), await state('f2bd')], guards);
        const { rounds: ended, letIn } = await rounds(3);
        assert.deepEqual([...new Set(letIn.slice(begun).flat())], [], during);
        assert.ok(ended - begun > 5, `${ended - begun} rounds`);
        begun = ended;
      };
      for (const keep of ['', 'f2bctl import --confirm; ']) {
        await nobodyGetsIn('f2bctl import --switch --within 5min', ['inactive', 'active']);
        await nobodyGetsIn(`${keep}f2bctl import --back`, ['active', 'inactive']);
      }
    } finally {
      await knocking.stop();
      await container.ask(`fail2ban-client set sshd unbanip ${MANY.join(' ')}`, { timeout: TIMEOUT });
    }
  });

  await step('takes itself back when nobody confirms it', async () => {
    await container.ask('f2bctl import --switch --within 10s </dev/null', { timeout: TIMEOUT });
    await until(
      'fail2ban guards again',
      async () => ((await state('fail2ban')) === 'active' && (await state('f2bd')) === 'inactive' ? true : undefined),
      TIMEOUT,
    );
    // Until then it is still being taken back.
    const isOver = async () => ((await state('f2b-switch-back.service')) === 'inactive' ? true : undefined);
    await until('it is taken back', isOver, TIMEOUT);
    await untilFail2banHolds(second.from);
    assert.equal(await knock(container, first), 'shut out');
    assert.equal((await container.inside('f2bctl import --confirm')).status, 78);
  });

  await step('stays once it is confirmed, with what fail2ban spares and counts', async () => {
    await container.ask('f2bctl import --switch --within 5min </dev/null', { timeout: TIMEOUT });
    await container.ask('f2bctl import --confirm');
    assert.equal((await container.inside('systemctl is-enabled fail2ban')).out.trim(), 'disabled');
    assert.equal((await container.inside('systemctl is-enabled f2bd')).out.trim(), 'enabled');
    assert.equal((await container.inside('systemctl is-active f2b-switch-back.timer')).out.trim(), 'inactive');
    assert.equal(await knock(container, second), 'shut out');
    assert.match(await container.ask(`f2bctl why ${spared.from}`), /IgnoreIP=/);
  });

  await step('answers fail2ban’s client as a fail2ban beside it does', async () => {
    await install(container, 'f2b-fail2ban');
    assert.equal(await state('f2b-fail2ban.socket'), 'inactive');
    await container.ask('systemctl enable --now f2b-fail2ban.socket; systemctl start fail2ban');
    await untilFail2banHolds(second.from);
    await container.ask(`cat >/root/commands <<'END'\n${COMMANDS}END`);
    const [theirs, ours] = await Promise.all(
      ['fail2ban', 'f2b'].map(async (folder) => {
        const client = `fail2ban-client -s /run/${folder}/fail2ban.sock`;
        await container.ask(`${client} unban --all`);
        return (await container.inside(`${client} -i </root/commands 2>&1`)).out;
      }),
    );
    assert.deepEqual(comparable(ours ?? ''), comparable(theirs ?? ''));
    assert.match(ours ?? '', /Currently banned:\t3/);
    const regexes = await container.ask('fail2ban-client -s /run/f2b/fail2ban.sock get sshd failregex');
    assert.match(regexes, /^The following regular expression are defined:\n\|- \[0\]: .*\(\?P<ip4>/);
  });

  await step('prints for both servers what fail2ban’s client prints', async () => {
    await container.ask(`cat >/root/questions <<'END'\n${QUESTIONS}END`);
    for (const folder of ['f2b', 'fail2ban']) {
      for (const [file, lines] of [
        ['questions', QUESTIONS],
        ['commands', COMMANDS],
      ] as const) {
        const printed = async (client: string) =>
          (await container.inside(`${client} -s /run/${folder}/fail2ban.sock -i </root/${file} 2>&1`)).out;
        const what = `${file} of ${folder}`;
        const theirs = sameServer(await printed('fail2ban-client'), lines, `fail2ban’s client: ${what}`);
        assert.deepEqual(sameServer(await printed('f2b-fail2ban-client'), lines, what), theirs, what);
      }
    }
    for (const [command, status] of [
      ['ping', 0],
      ['-s /run/fail2ban/fail2ban.sock status sshd short', 0],
      ['status nope', 255],
      ['-s /run/nothing ping', 255],
      ['', 255],
    ] as const)
      assert.equal((await container.inside(`f2b-fail2ban-client ${command}`)).status, status, command);
  });

  await step('sets what a reload ends, and says where it is from', async () => {
    const client = 'fail2ban-client -s /run/f2b/fail2ban.sock';
    assert.equal((await container.ask(`${client} set sshd maxretry 9`)).trim(), '9');
    const shown = 'f2bctl show ssh -p MaxRetry --show-origin';
    assert.match(await container.ask(shown), /^MaxRetry=9 +until the next reload$/m);
    assert.match(await container.ask('journalctl -u f2bd F2B_EVENT=set'), /ssh\.service: MaxRetry=9 until .* as user/);
    await container.ask(`${client} reload`);
    assert.equal((await container.ask(`${client} get sshd maxretry`)).trim(), '3');
    assert.match(await container.ask(shown), /^MaxRetry=3 +\//m);
  });

  await step('stops a jail by its socket, says so, and starts it', async () => {
    const client = 'fail2ban-client -s /run/f2b/fail2ban.sock';
    await container.ask(`${client} set sshd banip 198.51.100.1`);
    assert.equal(await container.ask(`${client} stop sshd`), 'Jail stopped\n');
    assert.equal((await container.inside(`${client} status sshd`)).status, 255);
    const stopped = await container.ask('f2bctl status; f2bctl status ssh');
    assert.match(stopped, /a jail is stopped until the configuration is read again: ssh\.service/);
    assert.match(stopped, /Active: stopped until the next reload/);
    assert.doesNotMatch(await container.ask('f2bctl bans'), /198\.51\.100\.1/);
    assert.equal(await container.ask(`${client} start sshd`), 'Jail started\n');
    assert.match(await container.ask(`${client} status sshd; f2bctl status ssh`), /Active: active since/);
  });

  await step('is undisturbed by whatever comes to that socket, and answers on', async () => {
    const client = 'fail2ban-client -s /run/f2b/fail2ban.sock';
    const programs = () =>
      container.ask('systemctl show -P MainPID -P NRestarts f2bd.service f2b-fail2ban.service; f2bctl bans | wc -l');
    assert.equal(await container.ask(`${client} ping`), 'Server replied: pong\n');
    const before = await programs();
    container.copyIn(HOSTILE, '/root/hostile.mjs');
    const hostile = container.insideStart('node /root/hostile.mjs');
    const [told] = await once(hostile.stdout ?? assert.fail(), 'data');
    const { sent, refused } = JSON.parse(String(told));
    assert.ok(sent > 0 && refused > 0, String(told));
    // A thousand connections are still held.
    assert.equal(await container.ask(`${client} ping`), 'Server replied: pong\n');
    assert.match(await container.ask(`${client} status sshd`), /Banned IP list/);
    hostile.stdin?.end();
    await once(hostile, 'close');
    assert.equal(await programs(), before);
    const log = await container.ask('journalctl -b -u f2b-fail2ban.service -o cat');
    assert.equal(log.match(/^a command was refused: /gm)?.length, sent);
    const proc = '/proc/$(systemctl show -P MainPID f2b-fail2ban.service)';
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(await container.ask(`cat ${proc}/status`));
    assert.ok(Number(peak?.[1]) < 250_000, `${peak?.[1]} kB`);
    assert.equal(await container.ask(`ls ${proc}/root/tmp`), '');
  });

  await step('lets nobody use that socket but root and its group, in a sandbox', async () => {
    assert.equal((await container.ask('stat -c "%a %U %G" /run/f2b/fail2ban.sock')).trim(), '660 root f2b-fail2ban');
    const user = await container.ask('stat -c %U /proc/$(systemctl show -P MainPID f2b-fail2ban.service)');
    assert.equal(user.trim(), 'f2b-fail2ban');
    const rating = await container.inside('systemd-analyze security --threshold=20 --no-pager f2b-fail2ban.service');
    assert.equal(rating.status, 0, rating.out);
  });
});

interface Attacker {
  readonly from: string;
  readonly to: string;
}
