/** fail2ban's configuration becomes f2b's, and something is told of each of its settings. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAction } from '../../../src/config/actions/action.js';
import { propertiesOf } from '../../../src/config/actions/fail2ban/properties.js';
import { reportLines } from '../../../src/import/report.js';
import { common, configurations } from '../../support/fail2ban-configurations.js';
import { imported } from '../../support/imported.js';

for (const [name, configuration] of Object.entries(configurations)) {
  test(`of each setting of a jail something is told: ${name}`, () => {
    const { value, problems } = imported(configuration);
    assert.deepEqual(problems, []);
    const all = [...value.defaults, ...value.server, ...value.jails.flatMap(({ findings }) => findings)];
    const places = new Set(all.map(({ option, place }) => `${option} ${place}`));
    const written = Object.entries(configuration).filter(([path]) => /^(?:jail\.(?:local|d\/)|fail2ban\.)/.test(path));
    for (const [path, text] of written)
      for (const [index, line] of text.split('\n').entries()) {
        const key = /^([\w.]+) = /.exec(line)?.[1];
        if (key !== undefined) assert.ok(places.has(`${key} /etc/fail2ban/${path}:${index + 1}`), key);
      }
    for (const { findings } of value.jails) {
      const told = findings.map(({ option }) => option);
      assert.deepEqual([...new Set(told)].toSorted(), told.toSorted());
    }
    for (const { note } of all) assert.notEqual(note, '');
  });
}

test('the stock jail becomes the shipped one, with ban times and their growth', () => {
  const { settings, outcomes } = imported(configurations.increments);
  assert.deepEqual(settings('units/ssh.service.conf.d/40-fail2ban.conf'), [
    'Enabled=yes',
    'Filter=sshd[mode="aggressive"]',
    'BanTime=1h',
    'UseDNS=no',
    'IgnoreCommand=/usr/local/bin/known-host <ip>',
    'Disposition=ports',
    'Ports=',
    'Ports=ssh/tcp',
    'BanTimeIncrement=yes',
    'BanTimeFactor=2',
    'BanTimeMax=5w',
    'BanTimeRandom=8m',
    'BanTimeMultipliers=1 5 30 60',
    'BanTimeAllJails=yes',
    'IgnoreIP=127.0.0.1/8 198.51.100.0/24',
  ]);
  assert.match(outcomes.get('bantime.formula')?.note ?? '', /multipliers outrank it/);
  assert.match(outcomes.get('ignoreip')?.note ?? '', /without not_a\/word/);
  assert.match(outcomes.get('logpath')?.note ?? '', /read from the journal instead: Unit=ssh\.service/);
});

test('a log with the name of a syslog daemon’s that the service writes itself is brought into the journal', () => {
  const configuration = { ...common, 'jail.local': '[sshd]\nenabled = true\n' };
  const unit = 'units/ssh.service.conf.d/40-fail2ban.conf';
  const [asOthers, byItself] = [[], ['/var/log/auth.log']].map((written) => imported(configuration, [], written));
  assert.equal(asOthers?.settings(unit).includes('Unit=f2b-tail@sshd.service'), false);
  assert.equal(byItself?.settings(unit).includes('Unit=f2b-tail@sshd.service'), true);
  assert.match(byItself?.files.get('tail/sshd.conf') ?? '', /^File=\/var\/log\/auth\.log$/m);
});

test('what tells others goes on with fail2ban’s own file, or is named with what to do instead', () => {
  const missing = imported(configurations.mail).outcomes.get('action');
  assert.match(
    missing?.note ?? '',
    /Ports=ssh\/tcp; sendmail-whois-lines: not possible, there is no "sendmail-whois-lines/,
  );
  const file = '[Definition]\nactionban = mail <name> <dest> <ip>\n';
  const {
    files,
    outcomes: mail,
    settings: lines,
  } = imported({
    ...configurations.mail,
    'action.d/sendmail-whois-lines.conf': file,
  });
  assert.equal(mail.get('action')?.outcome, 'carried over differently');
  assert.match(mail.get('action')?.note ?? '', /Action=sendmail-whois-lines-sshd, which runs .* install f2b-actions/);
  assert.ok(lines('units/ssh.service.conf.d/40-fail2ban.conf').includes('Action=sendmail-whois-lines-sshd'));
  const text = files.get('actions/sendmail-whois-lines-sshd.conf') ?? '';
  assert.match(
    text,
    /^\[Action\]\nType=fail2ban\nName=sendmail-whois-lines\[name="sshd", .*dest="admin@example\.org"/m,
  );
  const read = parseAction(
    { name: 'it', texts: [{ path: 'it.conf', text }] },
    {
      isUsable: () => true,
      names: () => ({ value: ['sendmail-whois-lines.conf'], problems: [] }),
      text: (path) => ({ value: path.endsWith('.conf') ? { path, text: file } : undefined, problems: [] }),
    },
  );
  assert.deepEqual(read.problems, []);
  assert.ok(read.value?.type === 'fail2ban');
  const command = propertiesOf(read.value.file, 'ssh.service').value?.get('actionban');
  assert.equal(command, 'mail sshd admin@example.org <ip>');
  const { outcomes, settings } = imported(configurations.Cloudflare);
  assert.match(outcomes.get('action')?.note ?? '', /; cloudflare: not possible, cftoken is a secret/);
  assert.ok(settings('units/nginx-http-auth.conf.d/40-fail2ban.conf').includes('Ports=80/tcp 443/tcp'));
});

test('each action of a jail has a file of its own, however much they are alike', () => {
  const long = 'x'.repeat(70);
  const [action, ...rest] = [
    'mail[actname=a, dest=a]',
    'mail[actname=b, dest=b]',
    'mail[dest=c]',
    'mail[name=other, dest=d]',
    'mail[dest=c]',
    `mail[actname=${long}1, dest=e]`,
    `mail[actname=${long}2, dest=f]`,
    'mail[actname="../g", dest=g]',
  ];
  const { files, outcomes, settings, value } = imported({
    ...configurations.mail,
    'jail.local': [
      ...['[sshd]', 'enabled = yes', `action = ${action}`, ...rest.map((one) => `    ${one}`)],
      ...['[sshd-b]', 'enabled = yes', 'filter = sshd', 'logpath = /x', 'action = mail[dest=h]'],
      ...['[b]', 'enabled = yes', 'filter = sshd', 'logpath = /y', 'action = mail-sshd[dest=i]\n'],
    ].join('\n'),
    'action.d/mail.conf': '[Definition]\nactionban = mail <dest>\n',
    'action.d/mail-sshd.conf': '[Definition]\nactionban = mail <dest>\n',
  });
  const actions = [...files].filter(([path]) => path.startsWith('actions/'));
  const cut = 'x'.repeat(64);
  assert.deepEqual(
    actions.map(([path, text]) => [path.slice('actions/'.length, -'.conf'.length), /dest="(\w)"/.exec(text)?.[1]]),
    [
      ...[
        ['a-sshd', 'a'],
        ['b-sshd', 'b'],
        ['mail-sshd', 'c'],
        ['mail-sshd-2', 'd'],
        [cut, 'e'],
      ],
      ...[
        [`${cut.slice(2)}-2`, 'f'],
        ['g-sshd', 'g'],
        ['mail-sshd-b', 'h'],
        ['mail-sshd-b-2', 'i'],
      ],
    ],
  );
  const named = `a-sshd b-sshd mail-sshd mail-sshd-2 ${cut} ${cut.slice(2)}-2 g-sshd`;
  assert.ok(settings('units/ssh.service.conf.d/40-fail2ban.conf').includes(`Action=${named}`));
  assert.ok(settings('units/b.conf').includes('Action=mail-sshd-b-2'));
  for (const name of named.split(' ')) {
    const notes = value.jails[0]?.findings.find(({ option }) => option === 'action')?.note.split('; ') ?? [];
    assert.equal(notes.filter((note) => note.startsWith(`Action=${name},`)).length, 1, name);
  }
  assert.ok(outcomes.has('action'));
});

test('a service that writes its own files is read through f2b-tail', () => {
  const { files, settings } = imported(configurations['own filter with a date']);
  assert.match(files.get('tail/app.conf') ?? '', /\[Tail\]\nFile=\/srv\/app\/\*\.log\n/);
  assert.ok(settings('units/app.conf').includes('Unit=f2b-tail@app.service'));
  assert.ok(settings('units/app.conf').includes('Ports=8080/tcp 8080/udp 9000-9002/tcp 9000-9002/udp'));
});

test('filters that are not shipped are copied, and patterns of a jail become a filter of its own', () => {
  const own = imported(configurations['own filter with a date']);
  assert.match(own.files.get('filters/app.conf') ?? '', /# Made by f2bctl import from .*app\.conf\.\n\[Definition\]/);
  assert.match(
    own.files.get('filters/app-own.conf') ?? '',
    /before = app\.conf[\s\S]*known\/failregex\)s\n {4}\^also bad/,
  );
  assert.ok(own.settings('units/app.conf').includes('Filter=app-own'));
  const docker = imported(configurations.Docker);
  assert.deepEqual([...docker.files.keys()], ['filters/vault-common.conf', 'filters/vault.conf', 'units/vault.conf']);
  assert.ok(docker.settings('units/vault.conf').includes('Unit=docker.service'));
  assert.match(docker.outcomes.get('journalmatch')?.note ?? '', /without CONTAINER_NAME=vault/);
});

const MATCHES: readonly (readonly [what: string, match: string, units: readonly string[], note: RegExp])[] = [
  ['what the shipped jail reads', '_SYSTEMD_UNIT=ssh.service + _COMM=sshd', [], /the shipped jail reads Unit=ssh/],
  [
    'an instance of what the shipped jail reads',
    '_SYSTEMD_UNIT=ssh@7-1.service',
    [],
    /the shipped jail reads Unit=ssh/,
  ],
  ['another unit', '_SYSTEMD_UNIT=my-sshd.service', ['Unit=', 'Unit=my-sshd.service'], /^Unit=my-sshd\.service$/],
  [
    'what narrows it',
    '_SYSTEMD_UNIT=docker.service CONTAINER_NAME=ssh',
    ['Unit=', 'Unit=docker.service', 'Match=CONTAINER_NAME=ssh'],
    /^Unit=docker\.service Match=CONTAINER_NAME=ssh$/,
  ],
  [
    'a container',
    'CONTAINER_NAME=sshd',
    ['Unit=', 'Match=', 'Unit=docker.service libpod-conmon-*.scope', 'Container=sshd'],
    /^Container=sshd; assumed to be run by root's Docker or podman: for one of Quadlet .*Unit=.*User=/,
  ],
  ['no unit at all', '_COMM=sshd', [], /it names no unit; read instead: Unit=ssh\.service/],
  [
    'what narrows one of two units',
    '_SYSTEMD_UNIT=a.service X=1 + _SYSTEMD_UNIT=b.service',
    ['Unit=', 'Unit=a.service b.service'],
    /; without X=1$/,
  ],
];

for (const [what, match, lines, note] of MATCHES) {
  test(`the entries that a stock jail is told to read become those of the jail here: ${what}`, () => {
    const text = `[sshd]\nenabled = true\nbackend = systemd\njournalmatch = ${match}\n`;
    const { settings, outcomes } = imported({ ...common, 'jail.local': text });
    const written = settings('units/ssh.service.conf.d/40-fail2ban.conf');
    assert.deepEqual(
      written.filter((line) => /^(?:Unit|Match|Container)=/.test(line)),
      lines,
    );
    assert.match(outcomes.get('journalmatch')?.note ?? '', note);
  });
}

test('a stock jail that is fed by bans is given no entries to read', () => {
  const match = '_SYSTEMD_UNIT=fail2ban.service PRIORITY=5';
  const text = `[recidive]\nenabled = true\nbackend = systemd\njournalmatch = ${match}\n`;
  const { settings, outcomes } = imported({ ...common, 'jail.local': text });
  assert.deepEqual(settings('units/recidive.conf.d/40-fail2ban.conf'), ['Enabled=yes', 'Disposition=drop']);
  assert.match(outcomes.get('journalmatch')?.note ?? '', /^the shipped jail has its source without naming a unit/);
});

test('a jail of one’s own reads the entries that its filter is for', () => {
  const { settings, outcomes } = imported({
    'jail.local': '[vault]\nenabled = true\nfilter = vault\nbackend = systemd\n',
    'filter.d/vault.conf': '[Definition]\nfailregex = ^bad <HOST>$\njournalmatch = _SYSTEMD_UNIT=vault.service\n',
  });
  assert.ok(settings('units/vault.conf').includes('Unit=vault.service'));
  assert.equal(outcomes.get('journalmatch')?.place, '/etc/fail2ban/filter.d/vault.conf:3');
});

test('a jail that lets in whom it names is not turned into one that shuts them out', () => {
  const { files, outcomes } = imported({
    'jail.local':
      '[knock]\nenabled = true\nfilter = sshd\nlogpath = /srv/x.log\naction = nftables[port=ssh, blocktype=RETURN]\n',
  });
  assert.deepEqual([...files.keys()], []);
  assert.match(outcomes.get('action')?.note ?? '', /is let in, .*: f2bctl allow$/);
});

test('what several actions close is closed by one jail, and their further options are told of', () => {
  const { settings, outcomes } = imported(configurations['Docker, with a proxy in a container']);
  assert.ok(settings('units/npm-docker.conf').includes('Ports=http/tcp https/tcp ssh/tcp'));
  const note = outcomes.get('action')?.note ?? '';
  assert.match(note, /chain=DOCKER-USER is not needed: a ban holds before anything is forwarded/);
  assert.match(note, /without blocktype=DROP: /);
  assert.match(note, /cloudflare-token: not possible, cftoken is a secret/);
  assert.match(outcomes.get('filter')?.note ?? '', /logtype=short is not needed/);
  const all = imported({
    ...common,
    'jail.local': '[sshd]\nenabled = 1\naction = iptables[port=ssh]\n    iptables-allports[name=all]\n',
  });
  assert.ok(all.settings('units/ssh.service.conf.d/40-fail2ban.conf').includes('Disposition=drop'));
});

test('a jail of one’s own reads a container as fail2ban does', () => {
  const { settings } = imported({
    'jail.local': '[web]\nenabled = true\nfilter = web\nbackend = systemd\njournalmatch = CONTAINER_NAME=web\n',
    'filter.d/web.conf': '[Definition]\nfailregex = ^\\S+ \\S+: bad <HOST>$\n',
  });
  const written = settings('units/web.conf').filter((line) => /^(?:Unit|Container|LogType)=/.test(line));
  assert.deepEqual(written, ['Container=web', 'LogType=journal']);
});

test('of a filter that fail2ban itself has no longer is told what it is now', () => {
  const jail = (filter: string) => ({
    ...common,
    'jail.local': `[x]\nenabled = 1\nfilter = ${filter}\nlogpath = /srv/x\n`,
  });
  const { value, problems, outcomes } = imported(jail('sshd-ddos'));
  assert.match(outcomes.get('filter')?.note ?? '', /; since fail2ban 0\.10 it is sshd\[mode=ddos\]$/);
  assert.match(reportLines(value, problems).join('\n'), /^\[x\]: nothing of it is written$/m);
  assert.equal(imported(jail('sshd[mode=ddos]')).value.jails[0]?.files.length, 2);
});

test('an action of one’s own that closes something by itself is not run beside what f2b closes', () => {
  const { settings, outcomes, files } = imported({
    ...common,
    'jail.local': '[sshd]\nenabled = 1\naction = docker-action\n    webhook[url=x]\n',
    'action.d/docker-action.conf': '[Definition]\nactionban = iptables -I DOCKER-USER -s <ip> -j DROP\n',
    'action.d/webhook.conf': '[Definition]\nactionban = curl <url>?text=iptables-list <ip>\n',
  });
  const written = settings('units/ssh.service.conf.d/40-fail2ban.conf');
  assert.ok(written.includes('Disposition=drop') && written.includes('Action=webhook-sshd'), written.join());
  assert.ok(!files.has('actions/docker-action-sshd.conf'));
  assert.match(outcomes.get('action')?.note ?? '', /docker-action runs iptables: its file is not needed, f2b closes/);
});

test('how all ports are closed is said by blocktype', () => {
  for (const [blocktype, disposition] of [
    ['"REJECT --reject-with icmp-port-unreachable"', 'reject'],
    ['DROP', 'drop'],
    ['reject', 'reject'],
  ]) {
    const jail = `[sshd]\nenabled = 1\naction = iptables-allports[name=all, blocktype=${blocktype}]\n`;
    const { settings, outcomes } = imported({ ...common, 'jail.local': jail });
    assert.ok(settings('units/ssh.service.conf.d/40-fail2ban.conf').includes(`Disposition=${disposition}`));
    assert.equal(outcomes.get('action')?.note, `Disposition=${disposition}`);
  }
});

test('what fail2ban.local says of fail2ban itself is told', () => {
  const { value, problems } = imported(configurations['blocklists and who comes back']);
  const lines = reportLines(value, problems).join('\n');
  assert.match(lines, /^fail2ban itself$/m);
  assert.match(
    lines,
    /dbpurgeage = 30d {2}\(\/etc\/fail2ban\/fail2ban\.local:4\)\n {4}carried over: OffenderMemory=30d/,
  );
  assert.match(lines, /loglevel = NOTICE .*\n {4}not needed: /);
  assert.match(lines, /allowipv6 = auto .*\n {4}not needed: /);
});

test('a pattern of a jail has in it what it refers to in the jail, for the filter does not know that', () => {
  const { files } = imported(configurations['patterns and increments of a jail']);
  const text = files.get('filters/app-login-own.conf') ?? '';
  const user = '<F-USER>\\S+</F-USER>';
  assert.ok(text.includes(`%(known/failregex)s\n    ^bad login of ${user} 100%% from <ADDR>$\n`), text);
  assert.ok(text.includes('datepattern = ^\\[%%d/%%b/%%Y:%%H:%%M:%%S\n'), text);
});

test('each line says where it came from', () => {
  const { files } = imported(configurations.mail);
  const text = files.get('units/ssh.service.conf.d/40-fail2ban.conf') ?? '';
  assert.match(text, /^# enabled in \/etc\/fail2ban\/jail\.local:2\nEnabled=yes$/m);
});

test('a value that refers to itself or to nothing costs that value alone, and is told with its place', () => {
  const broken = {
    ...configurations.mail,
    'jail.local': '[sshd]\nenabled = 1\nbantime = %(bantime)s\nmaxretry = %(no)s\nfindtime = 20m\n',
  };
  const { settings, outcomes, value, problems } = imported(broken);
  assert.ok(settings('units/ssh.service.conf.d/40-fail2ban.conf').includes('FindTime=20m'));
  assert.match(outcomes.get('bantime')?.note ?? '', /refers to itself/);
  assert.match(outcomes.get('maxretry')?.note ?? '', /%\(no\)s .* is not defined/);
  assert.match(
    reportLines(value, problems).join('\n'),
    /maxretry = %\(no\)s {2}\(\/etc\/fail2ban\/jail\.local:4\)\n {4}not possible/,
  );
});

test('a missing include is told with file and line, and the rest is carried over', () => {
  const { problems, files } = imported({
    'jail.conf': '[INCLUDES]\nbefore = gone.conf\n[sshd]\nenabled=1\nfilter=sshd\n',
  });
  assert.deepEqual(
    problems.map(({ file, line }) => `${file}:${line}`),
    ['/etc/fail2ban/jail.conf:2'],
  );
  assert.deepEqual([...files.keys()], ['units/ssh.service.conf.d/40-fail2ban.conf']);
});

test('of a jail that has no filter or reads nothing nothing is written', () => {
  const { files, value } = imported({
    'jail.local':
      '[gone]\nenabled=1\nfilter=gone\nlogpath=/srv/x.log\n[blind]\nenabled=1\nfilter=sshd\n[off]\nmaxretry=2\n[nginx-http-auth]\n',
  });
  assert.deepEqual([...files.keys()], []);
  assert.deepEqual(
    value.off,
    ['off', 'nginx-http-auth'].map((name) => ({ name, onHere: undefined })),
  );
  for (const { findings } of value.jails) for (const { outcome } of findings) assert.equal(outcome, 'not possible');
});

test('--only takes the jails that it names, and tells those that are not there', () => {
  const { value } = imported(configurations.increments, ['sshd', 'sshx']);
  assert.deepEqual([value.jails.map(({ from }) => from), value.missing], [['sshd'], ['sshx']]);
});

test('another name for a shipped filter is the shipped jail, with its checks of who wrote an entry', () => {
  const { value, settings } = imported({
    'jail.local':
      '[ssh-iptables]\nenabled = true\nfilter = sshd\nlogpath = /var/log/auth.log\nmaxretry = 3\n' +
      '[ssh-again]\nenabled = true\nfilter = sshd\nlogpath = /var/log/auth.log\nmaxretry = 9\n',
  });
  assert.deepEqual(settings('units/ssh.service.conf.d/40-fail2ban.conf'), ['Enabled=yes', 'Filter=sshd', 'MaxRetry=3']);
  const [, again] = value.jails;
  assert.deepEqual(again?.files, []);
  for (const { note } of again?.findings ?? []) assert.match(note, /^\[ssh-iptables\] is ssh\.service already/);
});

test('the defaults of fail2ban that nobody changed do not replace what a shipped jail has', () => {
  const stock =
    '[DEFAULT]\nusedns = warn\nmaxretry = 5\nbantime = 10m\nfindtime = 10m\nfilter = %(__name__)s\n[sshd]\nlogpath = /var/log/auth.log\n';
  const { settings } = imported({ 'jail.conf': stock, 'jail.local': '[sshd]\nenabled = true\n' });
  assert.deepEqual(settings('units/ssh.service.conf.d/40-fail2ban.conf'), ['Enabled=yes', 'Filter=sshd']);
  const changed = imported({
    'jail.conf': stock.replace('10m', '1h'),
    'jail.local': '[DEFAULT]\nmaxretry = 5\n[sshd]\nenabled = true\n',
  });
  assert.deepEqual(changed.settings('units/ssh.service.conf.d/40-fail2ban.conf'), [
    'Enabled=yes',
    'Filter=sshd',
    'MaxRetry=5',
    'BanTime=1h',
  ]);
});

test('what people set for all jails is told of too', () => {
  const { value, problems } = imported({
    'jail.conf': '[DEFAULT]\nsender = root@<fq-hostname>\n',
    'jail.local': '[DEFAULT]\ndestemail = me@example.org\n[sshd]\nenabled = true\n',
  });
  assert.deepEqual(
    value.defaults.map(({ option }) => option),
    ['destemail'],
  );
  assert.match(reportLines(value, problems).join('\n'), /^\[DEFAULT\]\n {2}destemail = me@example\.org/);
});

test('a filter that not everybody may read is not copied to where everybody may', () => {
  const jail = (filter: string) =>
    `[own]\nenabled = true\nfilter = ${filter}\njournalmatch = _SYSTEMD_UNIT=own.service\n`;
  const text = '[Definition]\nfailregex = ^no <HOST>$\n';
  const open = imported({ 'jail.local': jail('own'), 'filter.d/own.conf': text });
  assert.ok(open.files.has('filters/own.conf'));
  const { files, problems, outcomes } = imported({ 'jail.local': jail('secret'), 'filter.d/secret.conf': text });
  assert.deepEqual([...files.keys()], []);
  assert.match(problems[0]?.message ?? '', /not everybody may read it/);
  assert.equal(outcomes.get('filter')?.outcome, 'not possible');
});

test('a jail whose name begins with a dot is told of and not written', () => {
  const { value, files } = imported({
    'jail.local': '[..]\nenabled = true\nfilter = sshd\nlogpath = /var/log/own.log\n',
  });
  assert.deepEqual([...files.keys()], []);
  const told = value.jails.flatMap(({ findings }) => findings.map(({ option, outcome }) => `${option}: ${outcome}`));
  assert.deepEqual(
    told,
    ['enabled', 'filter', 'logpath'].map((option) => `${option}: not possible`),
  );
});
