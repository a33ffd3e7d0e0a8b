/** What people type who come from systemctl, journalctl, fail2ban-client, cscli and firewall-cmd. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { foreignOptions } from '../../../src/cli/arguments/foreign-options.js';
import { aBan, anAddress } from '../../fakes/values.js';
import { aWorld, programIn, run } from './run.js';

const OF_IPV4 = /hint: the length of a prefix of IPv4 is 0 to 32, or a netmask such as 255\.255\.255\.0\n/;
const OF_IPV6 = /hint: the length of a prefix of IPv6 is 0 to 128\n/;

/** What works as it is typed. */
const working: readonly string[] = [
  'status',
  'status ssh',
  'status ssh.service',
  'bans',
  'bans ssh',
  'bans 192.0.2.1',
  'bans 192.0.2.0/24',
  'bans --sort=left -r -n 5',
  'search 192.0.2.0/24',
  'ban 198.51.100.1',
  'ban 198.51.100.1 1h',
  'ban 198.51.100.1 198.51.100.2 --for 1h',
  'unban 192.0.2.1',
  'unban --all',
  'why 192.0.2.1',
  'log',
  'log -u ssh',
  'log -u ssh -n 20 -r',
  'log -e',
  'log -p warning -g ban',
  'log --since today --event=ban,unban -o short-iso',
  'log -o json-pretty --no-pager -q',
  '--no-pager log',
  'list-jails',
  'show ssh',
  'show ssh -p MaxRetry',
  'cat ssh',
  'is-active',
  'is-enabled ssh',
  'enable --now ssh',
  'disable ssh',
  'set ssh MaxRetry=3',
  'revert ssh',
  'check',
  'reload',
  'verify',
  'ping',
  'metrics',
  'version',
  'help',
  'help ban',
  '--version',
  '--json status',
  'check --json-pretty',
  '--output=json-pretty bans',
  'allowed',
  'log ssh',
  'log ssh 192.0.2.1',
  'log -u ssh -u nginx -u "post*"',
  'log -xe',
  'log -n5 -o short-full',
  'log -o with-unit --utc --no-hostname',
  'log -o json --output-fields=MESSAGE,F2B_JAIL',
  'log -g BAN --case-sensitive=no',
  'log -S -1h -U now',
  'log -g -k',
  'log -g -a -n 5',
  'ban 198.51.100.1 --reason -t',
  'show ssh MaxRetry bantime',
  'show ssh maxretry --value',
  'set ssh maxretry=3 findtime=1h',
  'why 192.0.2.1 192.0.2.2',
  'ban 198.51.100.1,198.51.100.2 1h',
  'allow 192.0.2.1 192.0.2.2 1h',
  'is-active f2bd',
  'version --json',
  'ping -o json',
  '-o json-pretty version',
  'report -S -1d',
  'list-jails -a',
  'list-jails ssh',
  'simulate ssh',
  'list-jails s*',
  'ban 198.51.100.1 forever',
  'ban 198.51.100.1 permanent',
  'ban 198.51.100.1 -1',
  'ban 198.51.100.1 for 1h',
  'ban 198.51.100.1 --for forever',
  'ban 198.51.100.1 1 hour',
  'ban 198.51.100.1 for 30 min',
  'help help',
];

test('what fits is done', async () => {
  for (const line of working) {
    const world = aWorld();
    world.agent.held.push({ ban: aBan(), state: 'enforced' });
    const { status, errors } = await run(world, line.split(' '));
    // Nothing is in this journal.
    const found = line.startsWith('log ') && line.includes(' -g ') ? 1 : 0;
    assert.equal(status, found, `${line}: ${errors}`);
  }
});

/** What does not work, and the command that the answer names. */
const answered: readonly (readonly [typed: string, answer: RegExp])[] = [
  ['banip 192.0.2.1', /f2bctl ban ADDRESS/],
  ['unbanip 192.0.2.1', /f2bctl unban ADDRESS/],
  ['banned', /f2bctl bans/],
  ['list', /f2bctl bans/],
  ['jails', /f2bctl list-jails/],
  ['list-units', /f2bctl list-jails/],
  ['start', /systemctl start f2bd/],
  ['stop', /systemctl stop f2bd/],
  ['restart', /systemctl restart f2bd/],
  ['start sshd', /f2bctl enable --now sshd/],
  ['stop sshd', /f2bctl disable --now sshd/],
  ['restart sshd', /f2bctl reload/],
  ['mask ssh', /f2bctl disable --now JAIL/],
  ['daemon-reload', /f2bctl reload/],
  ['get sshd maxretry', /f2bctl show JAIL/],
  ['set ssh banip 192.0.2.1', /f2bctl ban 192\.0\.2\.1 --jail ssh/],
  ['set ssh unbanip 192.0.2.1', /f2bctl unban 192\.0\.2\.1 --jail ssh/],
  ['set ssh bantime 600', /f2bctl set ssh BanTime=600/],
  ['set ssh usedns2 600', /f2bctl set ssh KEY=600/],
  ['add sshd', /units\/NAME\.conf/],
  ['decisions list', /f2bctl bans/],
  ['decisions add --ip 192.0.2.1', /f2bctl ban ADDRESS/],
  ['decisions delete --ip 192.0.2.1', /f2bctl unban ADDRESS/],
  ['alerts list', /f2bctl log/],
  ['explain 192.0.2.1', /f2bctl why ADDRESS/],
  ['whitelist 192.0.2.1', /f2bctl allow ADDRESS/],
  ['logs', /f2bctl log/],
  ['-f', /f2bctl log --follow/],
  ['-u ssh', /f2bctl log/],
  ['--list-all', /f2bctl bans/],
  ['--state', /f2bctl status/],
  ['--reload', /f2bctl reload/],
  ['-t', /f2bctl check/],
  ['configtest', /f2bctl check/],
  ['statsu', /did you mean status\?/],
  ['simulation', /f2bctl simulate/],
  ['regex', /f2bctl test FILTER/],
  ['status sshh', /did you mean ssh\?/],
  ['unban', /f2bctl unban ADDRESS…, or: f2bctl unban --all/],
  ['ban', /f2bctl ban ADDRESS…/],
  ['status -l', /f2bctl status, which/],
  ['status ssh -n 20', /f2bctl log -j JAIL/],
  ['status --since today', /f2bctl log -j JAIL/],
  ['status f2bd', /systemctl starts and stops it/],
  ['status f2bd.service', /files in \/etc\/f2b\/f2bd\.conf\.d/],
  ['status all', /f2bctl status tells of all jails/],
  ['status *', /f2bctl list-jails lists them/],
  ['show f2bd', /f2b\.conf\(5\)/],
  ['cat f2bd.conf', /f2b\.conf\(5\)/],
  ['edit f2bd', /f2b\.conf\(5\)/],
  ['set f2bd VerifyInterval=1min', /f2b\.conf\(5\)/],
  ['show ssh -P BanTime', /f2bctl show JAIL KEY --value/],
  ['set ssh maxretry 3', /f2bctl set ssh MaxRetry=3/],
  ['bans --all', /f2bctl log --event=ban/],
  ['bans --ip 192.0.2.1', /f2bctl bans ADDRESS/],
  ['bans --since today', /f2bctl log --event=ban,unban --since TIME/],
  ['bans --ipv4', /f2bctl bans -4/],
  ['ban 192.0.2.9 -t 1h', /f2bctl ban ADDRESS --for TIME/],
  ['ban 192.0.2.9 --duration=4h', /f2bctl ban ADDRESS --for TIME/],
  ['ban 192.0.2.9 --permanent', /f2bctl ban ADDRESS --for infinity/],
  ['ban 192.0.2.9 -r spam', /f2bctl ban ADDRESS --reason TEXT/],
  ['ban --ip 192.0.2.9', /f2bctl ban ADDRESS/],
  ['ban sshd 192.0.2.9', /a jail is named by --jail JAIL/],
  ['unban sshd 192.0.2.1', /a jail is named by --jail JAIL/],
  ['unban all', /f2bctl unban --all/],
  ['set ssh maxretry = 3', /f2bctl set ssh MaxRetry=3\n/],
  ['disallow --all', /f2bctl disallow 0\.0\.0\.0\/0/],
  ['check ssh', /called NAME\.conf/],
  ['simulate shh', /did you mean ssh\?/],
  ['unban --jail ssh', /f2bctl unban --all --jail ssh/],
  ['status 192.0.2.1', /f2bctl why 192\.0\.2\.1/],
  ['bans --no-legend', /f2bctl bans --json/],
  ['list-jails -q', /f2bctl list-jails --json/],
  ['is-failed', /f2bctl is-active/],
  ['show', /write f2bctl show \[options\] <jail> \[key\.\.\.\]; f2bctl show --help/],
  ['unban *', /f2bctl unban --all/],
  ['unban --ip 192.0.2.1', /f2bctl unban ADDRESS/],
  ['allow 192.0.2.1 --time 1h', /f2bctl allow ADDRESS --for TIME/],
  ['log -k', /journalctl -u f2bd, with that option/],
  ['log --list-boots', /journalctl, with that option/],
  ['log -a', /f2bctl log, which leaves nothing out/],
  ['log --vacuum-time=1d', /journalctl, with that option/],
  ['log --event bann', /did you mean ban\?/],
  ['list-jails --state=enabled', /f2bctl list-jails --all/],
  ['enable --all', /f2bctl enable --detected/],
  ['disable --all', /systemctl disable --now f2bd/],
  ['enable ssh --runtime', /f2bctl set JAIL Enabled=yes --runtime/],
  ['edit ssh --runtime', /f2bctl set JAIL KEY=VALUE/],
  ['reload --all', /systemctl restart f2bd/],
  ['report --days 7', /f2bctl report --since=-7d/],
  ['metrics --json', /f2bctl status --output=json/],
  ['help jails', /f2bctl list-jails/],
  ['help statsu', /did you mean status\?/],
  ['start f2bd', /hint: write: systemctl start f2bd\n/],
  ['restart f2bd.service', /hint: write: systemctl restart f2bd\n/],
  ['why 10.2', /did you mean 10\.2\.0\.0\/16\?/],
  ['ban 10.2.3.*', /did you mean 10\.2\.3\.0\/24\?/],
  ['bans 10.', /did you mean 10\.0\.0\.0\/8\?/],
  ['search 10.2.3', /did you mean 10\.2\.3\.0\/24\?/],
  ['bans list', /f2bctl bans, without a word/],
  ['log --since 5m', /--since=-5m/],
  ['report --until 2h', /--until=-2h/],
  ['bans --limit 5', /f2bctl bans -n N/],
  ['bans -v', /f2bctl why ADDRESS/],
  ['top --once', /f2bctl top --batch/],
  ['report --today', /f2bctl report --since=today/],
  ['doctor --fix', /says how to mend/],
  ['verify --fix', /mends what it finds/],
  ['summary', /f2bctl report/],
  ['--status', /f2bctl status/],
  ['-v', /f2bctl --version/],
  ['-l', /f2bctl list-jails/],
  ['set MaxRetry=3', /f2bctl set JAIL MaxRetry=3/],
  ['reload ssh', /f2bctl reload, which reads all of it/],
  ['actions list', /f2bctl actions\n/],
  ['blocklist', /f2bctl bans/],
  ['purge', /f2bctl unban ADDRESS/],
  ['--purge', /f2bctl unban --all/],
  ['show-config', /f2bctl show JAIL/],
  ['dump', /f2bctl show JAIL/],
  ['get-default maxretry', /f2bctl show JAIL/],
  ['add-jail web', /units\/NAME\.conf/],
  ['new-jail web', /units\/NAME\.conf/],
  ['export', /f2bctl state export, or: f2bctl bans --json/],
  ['--help-all', /f2bctl help COMMAND/],
  ['attempt ssh 192.0.2.1', /f2bctl test FILTER LINE/],
  ['loglevel DEBUG', /journalctl -u f2bd/],
  ['logtarget', /journalctl -u f2bd/],
  ['flushlogs', /journalctl -u f2bd/],
  ['dbfile', /f2bctl state check/],
  ['reset-failed', /systemctl reset-failed f2bd/],
  ['panic-on', /firewall-cmd --panic-on/],
  ['--panic-on', /firewall-cmd --panic-on/],
  ['-P MaxRetry ssh', /f2bctl show JAIL KEY --value/],
  ['--permanent', /f2bctl ban ADDRESS --for infinity/],
  ['--runtime-to-permanent', /kept over a reboot/],
  ['echo hi', /f2bctl ping/],
  ['capi status', /f2bctl fleet status/],
  ['console status', /f2bctl fleet status/],
  ['--sync', /f2b-fleet\(7\)/],
  ['unban -y 192.0.2.1', /f2bctl unban ADDRESS, which asks nothing/],
  ['unban --all-jails 192.0.2.1', /which is of all jails/],
  ['ban --yes 192.0.2.1', /f2bctl ban ADDRESS, which asks nothing/],
  ['banlist', /f2bctl bans/],
  ['machines list', /f2bctl fleet status/],
  ['check /etc/f2b', /f2bctl check --config-directory=\/etc\/f2b/],
  ['reject 192.0.2.9', /f2bctl ban ADDRESS/],
  ['blacklist 192.0.2.9', /f2bctl ban ADDRESS/],
  ['insert 1 deny from 192.0.2.9', /f2bctl ban ADDRESS/],
  ['-A INPUT -s 192.0.2.9 -j DROP', /f2bctl ban ADDRESS/],
  ['add blacklist 192.0.2.9', /f2bctl ban ADDRESS/],
  ['add 192.0.2.9', /f2bctl ban ADDRESS/],
  ['--add-source=192.0.2.9', /f2bctl ban ADDRESS/],
  ['--zone=drop --add-source=192.0.2.9', /f2bctl ban ADDRESS/],
  ['--query-source=192.0.2.1', /f2bctl why ADDRESS/],
  ['get 192.0.2.1', /f2bctl why ADDRESS/],
  ['info 192.0.2.1', /f2bctl why ADDRESS/],
  ['192.0.2.1', /f2bctl why 192\.0\.2\.1\n/],
  ['192.0.2.1 ban 1h', /f2bctl ban 192\.0\.2\.1 1h\n/],
  ['ssh status', /f2bctl status ssh\n/],
  ['f2bctl bans', /f2bctl bans\n/],
  ['hlp ban', /did you mean help\?/],
  ['staus bans', /did you mean status\?/],
  ['ufw status', /write: f2bctl status\n/],
  ['ipset status ssh', /write: f2bctl status ssh\n/],
  ['iptables status', /write: f2bctl status\n/],
  ['ip6tables status', /write: f2bctl status\n/],
  ['nft status', /write: f2bctl status\n/],
  ['doas status', /write: f2bctl status\n/],
  ['--quiet status', /unknown option '--quiet'\nhint: --help lists the commands/],
  ['systemctl status ssh', /f2bctl status ssh\n/],
  ['grep admin', /f2bctl log -g PATTERN/],
  ['limit ssh', /f2bctl set JAIL MaxRetry=N FindTime=TIME/],
  ['get-banned', /f2bctl bans/],
  ['--failed', /f2bctl status, or: f2bctl doctor/],
  ['set-property ssh MaxRetry=3', /f2bctl set JAIL KEY=VALUE/],
  ['reset', /f2bctl unban --all, or: f2bctl revert JAIL/],
  ['logging on', /f2bctl log/],
  ['save', /kept over a reboot/],
  ['destroy', /f2bctl unban --all/],
  ['unban ssh', /f2bctl unban --all --jail ssh/],
  ['ban 192.0.2.9:22', /did you mean 192\.0\.2\.9\?/],
  ['ban [2001:db8::7]', /did you mean 2001:db8::7\?/],
  ['ban [2001:db8::7]:443', /did you mean 2001:db8::7\?/],
  ['ban http://192.0.2.9/', /did you mean 192\.0\.2\.9\?/],
  ['ban 192.0.2.9/', /did you mean 192\.0\.2\.9\?/],
  ['ban http://192.0.2.9:80/a/b', /did you mean 192\.0\.2\.9\?/],
  ['ban [2001:db8::]/64', /did you mean 2001:db8::\/64\?/],
  ['ban 192.0.2.0/33', OF_IPV4],
  ['ban 192.0.2.0/24x', OF_IPV4],
  ['ban 10.0.0.0/255.0.255.0', OF_IPV4],
  ['ban 10.0.0.0/0.0.0.255', OF_IPV4],
  ['unban 192.0.2.0/-1', OF_IPV4],
  ['bans 192.0.2.0/33', OF_IPV4],
  ['why 192.0.2.0/33', OF_IPV4],
  ['ban 2001:db8::/129', OF_IPV6],
  ['ban 2001:db8::/ffff::', OF_IPV6],
  ['ban 192.0.2.9:22/24', /write for example 192\.0\.2\.1, 2001:db8::\/64/],
  ['ban 192.0.2.4-192.0.2.9', /write the prefixes that make up the range/],
  ['ban -f list', /f2bctl ban --file FILE/],
  ['ban 192.0.2.9 --dry-run', /f2bctl why ADDRESS/],
  ['ban 192.0.2.9 -p tcp', /Disposition=/],
  ['bans --csv', /f2bctl bans --json/],
  ['bans --filter ssh', /f2bctl bans JAIL/],
  ['top --interval 5', /f2bctl top -d SECONDS/],
  ['simulate ssh MaxRetry=3', /f2bctl simulate ssh -p MaxRetry=3/],
  ['show ssh nosuchkey', /has no "nosuchkey"\nhint: f2bctl show ssh lists its settings/],
  ['show ssh maxretri', /did you mean MaxRetry\?/],
  ['log F2B_JAIL=ssh.service', /f2bctl log --jail=ssh\.service/],
  ['log F2B_EVENT=ban', /f2bctl log --event=ban/],
  ['log F2B_ADDRESS=192.0.2.1', /f2bctl log 192\.0\.2\.1/],
  ['log _PID=7', /journalctl -u f2bd _PID=7/],
  ['log -I', /journalctl -u f2bd, with that option/],
  ['log --dump-catalog', /journalctl, with that option/],
  ['log --after-cursor=', /"" is no cursor of the journal/],
];

test('no option that is answered so is one of ours', async () => {
  const program = await programIn(aWorld());
  assert.ok(foreignOptions().length > 100);
  for (const [verb, option] of foreignOptions()) {
    const command = program.commands.find((one) => one.name() === verb);
    assert.ok(command !== undefined, verb);
    assert.ok(!command.options.some(({ short, long }) => [short, long].includes(option)), `${verb} ${option}`);
  }
});

test('what stands behind -- is no option', async () => {
  const { status } = await run(aWorld(), ['why', '--', '192.0.2.1']);
  assert.equal(status, 0);
});

test('what does not is answered with the command that is meant, and nothing is done', async () => {
  for (const [typed, answer] of answered) {
    const world = aWorld();
    const { status, errors } = await run(world, typed.split(' '));
    assert.notEqual(status, 0, typed);
    assert.match(errors, answer, typed);
    assert.deepEqual(world.agent.calls, [], typed);
  }
});

test('a word that nobody knows gets no guess', async () => {
  const { errors } = await run(aWorld(), ['frobnicate']);
  assert.match(errors, /there is no command "frobnicate"\nhint: f2bctl --help lists the commands\n/);
});

test('the order of fail2ban-regex is understood: the file before the filter', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-guesses-'));
  const file = join(folder, 'auth.log');
  writeFileSync(file, 'May  1 12:00:00 host sshd[7]: Invalid user x from 192.0.2.1 port 22\n');
  const ours = await run(aWorld(), ['test', 'sshd', '--file', file]);
  assert.equal(ours.status, 0);
  assert.deepEqual(await run(aWorld(), ['test', file, 'sshd']), ours);
  rmSync(folder, { recursive: true });
});

test('bans are chosen by jail, address and prefix, and sorted', async () => {
  const world = aWorld();
  const [one, two, web] = ['192.0.2.1', '192.0.2.9', '198.51.100.7'].map(anAddress);
  assert.ok(one && two && web);
  world.agent.held.push(
    { ban: aBan({ address: two, count: 3 }), state: 'enforced' },
    { ban: aBan({ address: one, count: 1 }), state: 'enforced' },
    { ban: aBan({ address: web, jail: 'other', count: 2 }), state: 'enforced' },
  );
  const addresses = async (...argv: readonly string[]) => {
    const { output } = await run(world, ['bans', '--json', ...argv]);
    return JSON.parse(output)
      .map(({ address }: { address: string }) => address.split('.').at(-1))
      .join(' ');
  };
  assert.equal(await addresses('192.0.2.0/24', '--sort=address'), '1 9');
  assert.equal(await addresses('ssh', '--sort=count'), '1 9');
  assert.equal(await addresses('-j', 'ssh.service', '--sort=count', '-r'), '9 1');
  assert.equal(await addresses('--sort=count', '-n', '2'), '7 9');
  world.agent.held.push({ ban: aBan({ address: anAddress('10.0.0.5') }), state: 'enforced' });
  world.agent.held.push({ ban: aBan({ address: anAddress('2001:db8::6') }), state: 'enforced' });
  assert.equal(await addresses('--sort=address'), '5 1 9 7 2001:db8::6');
  assert.equal(await addresses('--sort=address', '-4'), '5 1 9 7');
  assert.equal(await addresses('-6'), '2001:db8::6');
  const { errors, status } = await run(world, ['bans', 'nowhere.invalid']);
  assert.deepEqual([status, /there is no such jail/.test(errors)], [4, true]);
});

test('a file of addresses is banned whole, or not at all when a line is none', async () => {
  const world = aWorld();
  world.files.set('list', '# mine\n192.0.2.7\n2001:db8::/64 # a net\n\n');
  const { output } = await run(world, ['ban', '--file', 'list', '--for', '1h']);
  assert.equal(output.split('\n').length, 3);
  world.files.set('list', '192.0.2.8\nbad one\n');
  const { status, errors } = await run(world, ['ban', '--file', 'list']);
  assert.equal(status, 64);
  assert.match(errors, /list:2: "bad one" is no address or prefix/);
});
