import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../src/config/parse-config.js';
import { FOREVER } from '../../../src/core/time.js';
import { configOf, jailOf, machine, problemsOf } from '../../support/config-texts.js';

const minimal = '[Jail]\nFilter=sshd\n';
const SECOND = 1_000_000;

test('a jail that names only its filter watches the unit it is named after, with the documented defaults', () => {
  const jail = jailOf(minimal);
  assert.deepEqual(jail, {
    name: 'ssh.service',
    file: 'ssh.service.conf',
    description: '',
    documentation: [],
    forgeableBy: '',
    enabled: true,
    filter: { name: 'sshd', options: {} },
    filterPlace: { file: 'ssh.service.conf', line: 2 },
    maxretryUserPlace: undefined,
    journal: { units: ['ssh.service'], matches: [] },
    settings: {
      name: 'ssh.service',
      maxretry: 5,
      findtime: 600 * SECOND,
      bantime: 600 * SECOND,
      disposition: 'drop',
      ports: [],
      increment: undefined,
      offenderMemory: 30 * 86_400 * SECOND,
      ipv4Prefix: 32,
      ipv6Prefix: 64,
      aggregateAfter: undefined,
      maxretryUser: undefined,
      resetOnSuccess: false,
      recidive: false,
    },
    actions: [],
    spare: { ignoreip: [], ignoreself: true, ignorecommands: [], spareLoggedIn: false },
    usedns: 'warn',
  });
});

test('a jail not named after a unit needs Unit=, or a field that tells who wrote an entry', () => {
  const journalOf = (text: string) =>
    parseConfig({
      agent: { name: 'f2bd.conf', texts: [] },
      jails: [{ name: 'sudo', texts: [{ path: 'sudo.conf', text: `${minimal}[Journal]\n${text}` }] }],
      filterFolders: [],
      services: '',
      machine,
    });
  const telling = ['Match=_UID=0', 'User=root', 'User=root\nMatch=_EXE=/usr/bin/sudo', 'Match=_SYSTEMD_CGROUP=/a/b'];
  for (const text of telling) assert.deepEqual(journalOf(text).problems, [], text);
  assert.deepEqual(journalOf('Unit=docker\nMatch=CONTAINER_NAME=web').problems, []);
  assert.match(problemsOf(journalOf('')).join(), /^sudo.conf: the jail reads nothing/);
  for (const wrong of ['Unit=a/b', 'Match=sudo']) assert.equal(journalOf(wrong).problems.length, 1, wrong);
  assert.deepEqual(journalOf('Match=_TRANSPORT=kernel').problems, []);
  const forgeable = [
    'SYSLOG_IDENTIFIER=sudo',
    '_COMM=sudo',
    '_CMDLINE=sudo',
    '_HOSTNAME=web',
    '_TRANSPORT=syslog',
    '_EXE=/usr/bin/sudo',
    '_CAP_EFFECTIVE=1ffffffffff',
    '_AUDIT_LOGINUID=0',
    '_SELINUX_CONTEXT=unconfined',
    '_SYSTEMD_USER_UNIT=ssh.service',
    '_SYSTEMD_SLICE=system.slice',
    '_SYSTEMD_INVOCATION_ID=0',
  ].map((match) => `Match=${match} MESSAGE_ID=0`);
  for (const text of [...forgeable, 'Executable=/usr/bin/sudo', 'Identifier=sudo']) {
    const problems = problemsOf(journalOf(text)).join();
    assert.match(problems, /^sudo.conf:4: nothing in \[Journal\] tells who wrote an entry/, text);
  }
});

test('Match= narrows the unit that a jail is named after', () => {
  const { journal } = jailOf(`${minimal}[Journal]\nMatch=_UID=0`);
  assert.deepEqual(journal, { units: ['ssh.service'], matches: ['_UID=0'] });
});

const matchesOf = (journal: string) => jailOf(`${minimal}[Journal]\n${journal}`).journal.matches;

test('User= is the numbers of users, by name or as they are, beside those of Match=', () => {
  assert.deepEqual(matchesOf('User=root www-data'), ['_UID=0', '_UID=33']);
  assert.deepEqual(matchesOf('User=0 1001 my-app'), ['_UID=0', '_UID=1001']);
  assert.deepEqual(matchesOf('Match=_UID=5\nUser=root'), ['_UID=5', '_UID=0']);
  assert.deepEqual(matchesOf('User=root\nUser=\nUser=www-data'), ['_UID=33']);
});

test('Executable= is the path that journald records, Identifier= what the service calls itself', () => {
  assert.deepEqual(matchesOf('Executable=/bin/cat "/opt/my app"'), ['_EXE=/usr/bin/cat', '_EXE=/opt/my app']);
  assert.deepEqual(matchesOf('Identifier=sshd sshd-session'), [
    'SYSLOG_IDENTIFIER=sshd',
    'SYSLOG_IDENTIFIER=sshd-session',
  ]);
});

const warned = (journal: string) => {
  const { value, problems } = configOf(`${minimal}[Journal]\n${journal}`);
  assert.ok(problems.every(({ severity }) => severity === 'warning'));
  return { journal: value.jails[0]?.journal, told: problemsOf({ value, problems }) };
};

test('a user that does not exist is a warning, and stands for nobody', () => {
  const { journal, told } = warned('User=nosuch www-data');
  assert.deepEqual(journal?.matches, ['_UID=33']);
  assert.match(
    told.join('\n'),
    /^ssh.service.conf:4: warning: User=: there is no user "nosuch".* \| .*systemctl reload f2bd$/,
  );
});

test('when none of its users exists the jail believes nobody, and not everybody', () => {
  const { journal, told } = warned('User=nosuch other');
  assert.deepEqual([journal?.isNobodys, told.length], [true, 2]);
});

test('a user with - in front need not exist, unless nobody is left', () => {
  assert.deepEqual(matchesOf('User=root -nosuch'), ['_UID=0']);
  const { journal, told } = warned('User=-nosuch -other');
  assert.equal(journal?.isNobodys, true);
  assert.match(told.join(), /^ssh.service.conf:4: warning: User=: none of these users exists/);
});

test('a user whose number changes, and a program that is not there, are warned of', () => {
  assert.match(warned('User=dynamic').told.join(), /"dynamic" is a dynamic user, .* \| drop User=/);
  assert.match(warned('Executable=/nonexistent/x').told.join(), /"\/nonexistent\/x" is not there.* \| .*_EXE/);
});

test('a jail that is switched off asks for no users and programs', () => {
  const { value, problems } = configOf(`${minimal}Enabled=no\n[Journal]\nUser=nosuch\nExecutable=/nonexistent/x`);
  assert.deepEqual(problems, []);
  assert.equal(value.jails[0]?.journal.isNobodys, undefined);
});

test('what cannot be a user or a program is refused', () => {
  const refused = ['User=--x', 'User=a:b', 'User=65535', 'User=4294967295', 'User=99999999999', 'Executable=sshd'];
  for (const text of refused) {
    assert.match(
      problemsOf(configOf(`${minimal}[Journal]\n${text}`)).join(),
      /^ssh.service.conf:4: (User|Executable)=:/,
      text,
    );
  }
});

test('f2bd.conf gives defaults, the jail file outranks it, its drop-ins outrank both', () => {
  const jail = jailOf(
    `${minimal}[Ban]\nMaxRetry=4\nFindTime=1h`,
    '[Ban]\nMaxRetry=3\nBanTime=infinity',
    '[Ban]\nFindTime=2h',
  );
  assert.equal(jail.settings.maxretry, 4);
  assert.equal(jail.settings.findtime, 7200 * SECOND);
  assert.equal(jail.settings.bantime, FOREVER);
});

test('lists append over files and an empty assignment drops what came before', () => {
  const agent = '[Ban]\nIgnoreIP=192.0.2.1';
  assert.deepEqual(jailOf(`${minimal}[Ban]\nIgnoreIP=::1`, agent).spare.ignoreip, ['192.0.2.1', '::1']);
  assert.deepEqual(jailOf(`${minimal}[Ban]\nIgnoreIP=\nIgnoreIP=::1`, agent).spare.ignoreip, ['::1']);
});

test('IgnoreIP= takes addresses, prefixes, host names and files, addresses in their canonical form', () => {
  const jail = jailOf(`${minimal}[Ban]\nIgnoreIP=2001:DB8:0::1 192.0.2.77/24 "vpn.example.org" file:/etc/f2b/friends`);
  assert.deepEqual(jail.spare.ignoreip, ['2001:db8::1', '192.0.2.0/24', 'vpn.example.org', 'file:/etc/f2b/friends']);
});

test('an empty assignment of a single value returns to the built-in default', () => {
  assert.equal(jailOf(`${minimal}[Ban]\nMaxRetry=\n`, '[Ban]\nMaxRetry=3').settings.maxretry, 5);
});

test('growing ban times, ports, prefixes and sparing are read', () => {
  const jail = jailOf(
    `${minimal}[Ban]\nBanTimeIncrement=on\nBanTimeFactor=1.5\nBanTimeMultipliers=1 5 30\nBanTimeMax=5w\nBanTimeRandom=8min
BanTimeAllJails=yes\nDisposition=ports\nPorts=ssh domain 8000-8010/udp 22\nIPv4Prefix=24\nIPv6Prefix=56\nMaxRetryUser=10
AggregateAfter=4\nIgnoreSelf=no\nIgnoreCommand=/usr/bin/check "<ip>" -v\nSpareLoggedIn=yes\nResetOnSuccess=1\nUseDNS=no`,
  );
  assert.deepEqual(jail.settings.increment, {
    factor: 1.5,
    multipliers: [1, 5, 30],
    maxtime: 5 * 7 * 86_400 * SECOND,
    random: 480 * SECOND,
    allJails: true,
  });
  assert.deepEqual(jail.settings.ports, ['22/tcp', '53/tcp', '53/udp', '8000-8010/udp']);
  assert.deepEqual(jail.spare.ignorecommands, [['/usr/bin/check', '<ip>', '-v']]);
  assert.equal(jail.spare.ignoreself, false);
  assert.equal(jail.usedns, 'no');
});

test('a jail with Source=bans needs neither filter nor unit', () => {
  const { value, problems } = configOf('[Jail]\nSource=bans');
  assert.ok(problems.every(({ severity }) => severity === 'warning'));
  const [jail] = value.jails;
  assert.equal(jail?.settings.recidive, true);
  assert.equal(jail.filter, undefined);
  assert.deepEqual(jail.journal, { units: [], matches: [] });
});

test('unit names get .service as systemctl gives it, globs and escapes stay', () => {
  const jail = jailOf(`${minimal}[Journal]\nUnit=ssh ssh@*.service dev-\\x2d.socket "nginx*"`);
  assert.deepEqual(jail.journal.units, ['ssh.service', 'ssh@*.service', 'dev-\\x2d.socket', 'nginx*']);
});

const refused: readonly (readonly [string, string])[] = [
  ['[Ban]\nMaxRetry=0', 'ssh.service.conf:4: MaxRetry=: "0" is outside 1 to 10000, a ban needs at least one failure'],
  ['[Ban]\nBanTime=0', 'ssh.service.conf:4: BanTime=: "0" is outside 1s to infinity, the ban would end as it begins'],
  ['[Ban]\nFindTime=ten', 'ssh.service.conf:4: FindTime=: "ten" is not a time span'],
  ['[Ban]\nIPv4Prefix=0', 'IPv4Prefix=: "0" is outside 8 to 32, one ban would cover a large part of all addresses'],
  ['[Ban]\nDisposition=port', 'Disposition=: "port" is not one of drop, reject, ports'],
  ['[Ban]\nDisposition=ports', 'ssh.service.conf:4: Disposition=ports without Ports='],
  ['[Ban]\nPorts=sssh', 'Ports=: "sssh" is not a service in /etc/services'],
  ['[Ban]\nPorts=90-80', 'Ports=: the range "90-80" ends before it starts'],
  ['[Ban]\nPorts=70000', 'Ports=: "70000" is outside 1 to 65535'],
  ['[Ban]\nBanTimeIncrement=yes\nOffenderMemory=0', 'ssh.service.conf:5: BanTimeIncrement=yes with OffenderMemory=0'],
  ['[Ban]\nBanTimeIncrement=yes\nBanTimeMax=1min', 'BanTimeMax=1min is less than BanTime=10min'],
  ['[Ban]\nIgnoreIP=0.0.0.0/0', 'IgnoreIP=: "0.0.0.0/0" spares everybody'],
  ['[Ban]\nIgnoreIP=10.0.0.1, 10.0.0.2', 'IgnoreIP=: "10.0.0.1," is neither an address nor a host name'],
  ['[Ban]\nIgnoreIP=10.0.0.300', 'IgnoreIP=: "10.0.0.300" is neither an address nor a host name'],
  ['[Ban]\nIgnoreIP=fe80::/200', 'IgnoreIP=: "fe80::/200" is neither an address nor a host name'],
  ['[Ban]\nIgnoreIP=file:list', 'IgnoreIP=: "list" is not an absolute path'],
  ['[Ban]\nAggregateAfter=3\nIPv4Prefix=24\nIPv6Prefix=48', 'ssh.service.conf:4: AggregateAfter= gathers'],
  ['[Ban]\nMaxRetryUser=1', 'MaxRetryUser=: "1" is outside 2 to 1000'],
  ['[Ban]\nIgnoreCommand=check', 'IgnoreCommand=: "check" is not an absolute path'],
  ['[Journal]\nUnit=a/b', 'Unit=: "a/b" is not the name of a unit'],
  ['[Journal]\nUnit=ssh@[9-0].service', 'Unit=: "ssh@[9-0].service" has a range that ends before it starts'],
  ['[Journal]\nMatch=sshd', 'Match=: "sshd" is not a journal match'],
  ['Enabled=maybe', 'ssh.service.conf:3: Enabled=: "maybe" is neither yes nor no'],
  ['Filter=sshd[mode', 'Filter=: "sshd[mode" does not name a filter'],
  ['Filter=', 'ssh.service.conf: the jail has no filter'],
  ['Source=bans', 'ssh.service.conf:2: Filter= with Source=bans'],
  ['Documentation=sshd', 'Documentation=: "sshd" is not a reference'],
  ['[Jail]\nMaxRetry=3', 'ssh.service.conf:4: there is no key "MaxRetry" in [Jail] | MaxRetry= belongs into [Ban]'],
  ['[Ban]\nmaxretry=3', 'ssh.service.conf:4: there is no key "maxretry" in [Ban] | did you mean MaxRetry=?'],
  ['[Ban]\nbantime.increment=true', '| did you mean BanTimeIncrement=?'],
  ['[Ban]\nlogpath=/var/log/auth.log', 'there is no key "logpath" in [Ban] | the journal is read, not files'],
  ['[Bann]\nMaxRetry=3', 'ssh.service.conf:3: there is no section [Bann] | did you mean [Ban]?'],
  ['[Agent]\nFirewall=nftables', 'there is no section [Agent] | units/NAME.conf has [Jail], [Journal], [Ban]'],
];

for (const [text, expected] of refused) {
  test(`refused with place, reason and hint: ${text.replaceAll('\n', ' ⏎ ')}`, () => {
    const parsed = configOf(minimal + text);
    const shown = problemsOf(parsed);
    assert.ok(
      shown.some((line) => line.includes(expected)),
      shown.join('\n') || 'no problem at all',
    );
    assert.ok(
      shown.every((line) => line.includes(' | ')),
      'every problem has a hint',
    );
    assert.ok(parsed.problems.some(({ severity }) => severity !== 'warning'));
  });
}

test('all problems of all files are told at once, each of them once', () => {
  const parsed = configOf(
    `${minimal}[Ban]\nMaxRetry=x\nBantime=1h`,
    '[Ban]\nFindTime=x\nMaxRety=3\n[Agent]\nFirewall=ufw',
  );
  assert.deepEqual(
    problemsOf(parsed).map((line) => line.split(': ')[0]),
    ['f2bd.conf:2', 'f2bd.conf:3', 'f2bd.conf:5', 'ssh.service.conf:4', 'ssh.service.conf:5'],
  );
});

test('what is read beside errors is complete, so that the filters of all jails can be checked too', () => {
  const { value, problems } = configOf(`${minimal}[Ban]\nMaxRetry=x`, '[Ban]\nFindTime=x');
  assert.equal(problems.length, 2);
  assert.deepEqual(value.jails[0]?.filter, { name: 'sshd', options: {} });
  assert.equal(value.jails[0]?.settings.maxretry, 5);
});

test('a wrong value is a problem even where a later file overrides it', () => {
  assert.match(
    problemsOf(configOf(`${minimal}[Ban]\nMaxRetry=x`, '', '[Ban]\nMaxRetry=3')).join(),
    /ssh.service.conf:4/,
  );
});

test('what is wrong in a jail that is switched off warns and does not stop the agent', () => {
  const parsed = configOf('[Jail]\nEnabled=no\n[Ban]\nMaxRetry=0');
  assert.ok(parsed.problems.length === 2 && parsed.problems.every(({ severity }) => severity === 'warning'));
});

test('text from a file is shown without control characters and shortened', () => {
  const [line = ''] = problemsOf(configOf(`${minimal}[Ban]\nMaxRetry=\u001b[31m${'9'.repeat(5000)}`));
  assert.doesNotMatch(line, /\u001b/);
  assert.ok(line.includes('\\u{1b}[31m') && line.length < 300);
});

test('keys of fail2ban are answered with what is to be written here', () => {
  const answers: readonly (readonly [line: string, hint: string])[] = [
    ['mode = aggressive', 'write Filter=sshd[mode=aggressive] in [Jail]'],
    [
      'failregex = ^x <HOST>',
      'it belongs to the filter: [Definition] with failregex = … in /etc/f2b/filters/sshd.local',
    ],
    [
      'logpath = /var/log/x',
      'the journal is read, not files: name the units in Unit= of [Journal], or drop it; f2b-tail(8) brings a file into the journal',
    ],
    ['BanTimeFormula = x', 'write what it comes to, ban by ban, as BanTimeMultipliers= in [Ban]'],
    [
      'bantime.formula = ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor',
      'drop it: ban times grow by it with BanTimeIncrement=yes',
    ],
    [
      'bantime.formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)',
      'write BanTimeMultipliers=1 2.7 7.4 20.1 54.6 148.4 403.4 in [Ban], which are the powers of e, or those of banFactor',
    ],
    [
      'blocktype = DROP',
      'write Disposition=drop, reject or ports in [Ban]; Firewall= in f2bd.conf says which firewall',
    ],
    ['actionban = x', 'write a file actions/NAME.conf and Action=NAME in [Ban], see f2b.action(5)'],
    ['fail2ban_agent = x', 'drop it: nobody is told which program it is'],
    ['bantime.increment = true', 'did you mean BanTimeIncrement= in [Ban]?'],
  ];
  for (const [line, hint] of answers) {
    const [shown = ''] = problemsOf(configOf(`${minimal}${line}`));
    assert.equal(shown.split(' | ')[1], hint, line);
  }
  const [section = ''] = problemsOf(configOf(`${minimal}[DEFAULT]`));
  assert.match(section, /there is no section \[DEFAULT\] \| a file is one jail here/);
});

test('a comment behind a value, a month in fail2ban’s spelling and a joined match say what to write', () => {
  const [comment = ''] = problemsOf(configOf(`${minimal}[Ban]\nMaxRetry=3 # three`));
  assert.match(comment, /"3 # three" is not a whole number .* \| a comment stands on a line of its own$/);
  const [month = ''] = problemsOf(configOf(`${minimal}[Ban]\nBanTime=1mo`));
  assert.match(month, /"1mo" is not a time span \| a month is 1month or 1M$/);
  const [match = ''] = problemsOf(configOf(`${minimal}[Journal]\nMatch=_UID=0 + _UID=1`));
  assert.match(match, /there are no alternatives here, .* name several units in Unit=/);
});
