import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { loadFilterPath, loadGeoIpDirectories } from '../../../src/config/agent-file.js';
import { effectiveSettings } from '../../../src/config/effective-settings.js';
import { loadConfig } from '../../../src/config/load.js';
import { problemsOf } from '../../support/config-texts.js';
import { repository } from '../../support/repository.js';

/** An administrator's layer with nothing in it. */
const empty = join(repository, 'src');

/** Writes the files and loads them as the layers `lib` and `etc`; a content of null is a link to /dev/null. */
function loadFiles(files: Readonly<Record<string, string | Uint8Array | null>>) {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-config-'));
  try {
    for (const layer of ['lib', 'etc']) mkdirSync(join(folder, layer));
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      if (content === null) symlinkSync('/dev/null', path);
      else writeFileSync(path, content);
    }
    const places = {
      configDirectory: join(folder, 'etc'),
      shippedDirectory: join(folder, 'lib'),
      runtimeDirectory: join(folder, 'run'),
    };
    const parsed = loadConfig(places);
    assert.deepEqual(loadFilterPath(places), parsed.value.filterPath);
    const geoIp = loadGeoIpDirectories(places);
    return { ...parsed, geoIp, shown: problemsOf(parsed).map((line) => line.replaceAll(`${folder}/`, '')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const jail = '[Jail]\nFilter=sshd\n[Ban]\n';
const named = (parsed: ReturnType<typeof loadFiles>) => parsed.value?.jails.map(({ name }) => name);
const maxretry = (parsed: ReturnType<typeof loadFiles>) => parsed.value?.jails.map(({ settings }) => settings.maxretry);

test('a file in the administrator’s layer replaces the shipped file of the same name', () => {
  const parsed = loadFiles({
    'lib/units/a.service.conf': `${jail}MaxRetry=1\nFindTime=1h`,
    'lib/units/b.service.conf': jail,
    'etc/units/a.service.conf': `${jail}MaxRetry=2`,
  });
  assert.deepEqual(named(parsed), ['a.service', 'b.service']);
  assert.deepEqual(maxretry(parsed), [2, 5]);
  assert.equal(parsed.value?.jails[0]?.settings.findtime, 600e6);
});

test('what is set until a reboot replaces what lasts', () => {
  const parsed = loadFiles({
    'lib/units/a.service.conf': `${jail}FindTime=1h`,
    'etc/units/a.service.conf.d/50-MaxRetry.conf': '[Ban]\nMaxRetry=7',
    'run/units/a.service.conf.d/50-MaxRetry.conf': '[Ban]\nMaxRetry=3',
    'etc/f2bd.conf': '[Agent]\nVerifyInterval=10min',
    'run/f2bd.conf.d/x.conf': '[Agent]\nVerifyInterval=1min',
    'lib/units/b.service.conf': jail,
    'run/units/b.service.conf': null,
    'run/units/c.service.conf.d/50-MaxRetry.conf': '[Ban]\nMaxRetry=3',
  });
  assert.deepEqual([named(parsed), maxretry(parsed)], [['a.service'], [3]]);
  assert.equal(parsed.value?.verifyInterval, 60e6);
  assert.deepEqual(
    parsed.shown.map((line) => line.split(':')[0]),
    ['run/units/c.service.conf.d/50-MaxRetry.conf'],
  );
});

test('drop-ins of both layers apply in the order of their names, the administrator’s replacing the same name', () => {
  const parsed = loadFiles({
    'lib/units/a.service.conf': jail,
    'lib/units/a.service.conf.d/10-x.conf': '[Ban]\nIgnoreIP=10.0.0.10',
    'lib/units/a.service.conf.d/20-x.conf': '[Ban]\nIgnoreIP=10.0.0.20',
    'etc/units/a.service.conf.d/10-x.conf': '[Ban]\nIgnoreIP=10.1.0.10',
    'etc/units/a.service.conf.d/15-x.conf': '[Ban]\nIgnoreIP=10.1.0.15',
    'etc/units/a.service.conf.d/README': 'not read',
  });
  assert.deepEqual(parsed.value?.jails[0]?.spare.ignoreip, ['10.1.0.10', '10.1.0.15', '10.0.0.20']);
});

test('a list or a program that is not there is warned of, and one that is there is not', () => {
  const { shown } = loadFiles({
    'etc/units/a.service.conf': `${jail}IgnoreIP=file:/nonexistent/friends\nIgnoreCommand=/nonexistent/check <ip>`,
    'etc/units/b.service.conf': `${jail}MaxRetry=3\nIgnoreIP=file:/etc/passwd\nIgnoreCommand=/bin/true`,
    'etc/units/c.service.conf': `${jail}MaxRetry=4\nIgnoreIP=file:/etc\nIgnoreCommand=/etc/passwd`,
  });
  const list = 'create the file, readable for the user f2b; it is read as soon as it is there';
  const program = 'give the absolute path of a program that the user f2b may run';
  assert.deepEqual(shown, [
    `etc/units/a.service.conf:4: warning: IgnoreIP=: "file:/nonexistent/friends" cannot be read, so it spares nobody | ${list}`,
    `etc/units/a.service.conf:5: warning: IgnoreCommand=: "/nonexistent/check" cannot be run, so it spares nobody | ${program}`,
    `etc/units/c.service.conf:5: warning: IgnoreIP=: "file:/etc" cannot be read, so it spares nobody | ${list}`,
    `etc/units/c.service.conf:6: warning: IgnoreCommand=: "/etc/passwd" cannot be run, so it spares nobody | ${program}`,
  ]);
});

test('users are looked up in passwd first, and asked for elsewhere when they are not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-users-'));
  const file = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  file('etc/units/a.service.conf', '[Jail]\nFilter=sshd\n[Journal]\nUser=mail far nobody-at-all');
  file('passwd', 'root:x:0:0::/:/bin/sh\n\nmail:x:8:8::/:/bin/sh\nmail:x:9:9::/:/bin/sh\nbroken\nalso:x:y:\n');
  const asked: string[] = [];
  const { value } = loadConfig({
    configDirectory: join(folder, 'etc'),
    shippedDirectory: folder,
    passwdFile: join(folder, 'passwd'),
    findUser: (name) => {
      asked.push(name);
      return name === 'far' ? 70_000 : undefined;
    },
  });
  rmSync(folder, { recursive: true });
  assert.deepEqual(value.jails[0]?.journal.matches, ['_UID=8', '_UID=70000']);
  assert.deepEqual(asked, ['far', 'nobody-at-all']);
});

test('a program is called what it is once all links are followed, and one that is not there is warned of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-links-'));
  symlinkSync(process.execPath, join(folder, 'linked'));
  const { value, shown } = loadFiles({
    'etc/units/a.service.conf': `${jail}[Journal]\nExecutable=${folder}/linked ${folder}/missing`,
  });
  rmSync(folder, { recursive: true });
  assert.deepEqual(value.jails[0]?.journal.matches, [
    `_EXE=${realpathSync(process.execPath)}`,
    `_EXE=${folder}/missing`,
  ]);
  assert.match(shown.join(), /^etc\/units\/a.service.conf:5: warning: Executable=: ".*missing" is not there/);
});

test('an empty file or a link to /dev/null masks', () => {
  const parsed = loadFiles({
    'lib/units/a.service.conf': jail,
    'lib/units/b.service.conf': jail,
    'lib/units/c.service.conf': jail,
    'lib/units/c.service.conf.d/1.conf': '[Ban]\nMaxRetry=9',
    'lib/f2bd.conf': '[Ban]\nMaxRetry=8',
    'etc/units/a.service.conf': null,
    'etc/units/b.service.conf': '',
    'etc/units/c.service.conf.d/1.conf': null,
    'etc/f2bd.conf': null,
  });
  assert.deepEqual(named(parsed), ['c.service']);
  assert.deepEqual(maxretry(parsed), [5]);
});

test('f2bd.conf has drop-ins too, and filter folders come before FilterPath=', () => {
  const parsed = loadFiles({
    'lib/units/a.service.conf': jail,
    'etc/f2bd.conf': '[Agent]\nFilterPath=/etc/fail2ban/filter.d\nLineBudget=20ms\n[Ban]\nMaxRetry=2',
    'etc/f2bd.conf.d/10.conf': '[Ban]\nMaxRetry=3\n[Agent]\nFirewall=firewalld\nVerifyInterval=1min',
  });
  assert.deepEqual(maxretry(parsed), [3]);
  assert.equal(parsed.value?.firewall, 'firewalld');
  assert.equal(parsed.value?.verifyInterval, 60e6);
  assert.equal(parsed.value?.lineBudget, 20_000);
  assert.match(String(parsed.value?.filterPath), /etc\/filters,.*lib\/filters,\/etc\/fail2ban\/filter.d$/);
});

test('GeoIPDirectory= is read whatever else is wrong, and a folder without databases is a warning', () => {
  const { geoIp, shown } = loadFiles({
    'lib/units/a.service.conf': jail,
    'etc/f2bd.conf': '[Agent]\nGeoIPDirectory=/nonexistent/geoip\nLineBudget=never\n',
    'etc/f2bd.conf.d/10.conf': `[Agent]\nGeoIPDirectory=${empty} /tmp/of-each-service GeoIP\n`,
  });
  assert.deepEqual(geoIp, ['/nonexistent/geoip', empty, '/tmp/of-each-service']);
  const hint = 'put databases in the format of MaxMind DB there, as geoipupdate(1) does';
  assert.deepEqual(shown, [
    'etc/f2bd.conf.d/10.conf:2: GeoIPDirectory=: "GeoIP" is not an absolute path | write the whole path, from / on',
    `etc/f2bd.conf.d/10.conf:2: warning: GeoIPDirectory=: "${empty}" has no file *.mmdb, so it tells no countries | ${hint}`,
    `etc/f2bd.conf:2: warning: GeoIPDirectory=: "/nonexistent/geoip" is no folder, so it tells no countries | ${hint}`,
    'etc/f2bd.conf:3: LineBudget=: "never" is not a time span | write 90s, 10min, 1h 30min; see systemd.time(7)',
  ]);
});

test('a folder with Debian’s geoip-database is one with databases', (t) => {
  // Not in /tmp, of which the agent has its own.
  const folder = mkdtempSync(join(repository, 'build/geoip-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const agent = `[Agent]\nGeoIPDirectory=${folder}\n`;
  const shown = () => loadFiles({ 'lib/units/a.service.conf': jail, 'etc/f2bd.conf': agent }).shown;
  assert.match(shown().join(), /has no file \*\.mmdb/);
  writeFileSync(join(folder, 'GeoIP.dat'), '');
  assert.deepEqual(shown(), []);
});

test('drop-ins for a jail that does not exist are a warning that names the nearest jail', () => {
  const { shown } = loadFiles({
    'lib/units/ssh.service.conf': jail,
    'etc/units/sshd.service.conf.d/1.conf': '[Ban]\nMaxRetry=3',
  });
  assert.deepEqual(shown, [
    'etc/units/sshd.service.conf.d/1.conf: warning: has no effect: the jail does not exist | did you mean ssh.service.conf.d?',
  ]);
});

test('a missing --config-directory, broken UTF-8, an oversize file and a folder in place of a file are told at once', () => {
  const missing = loadConfig({ configDirectory: '/nonexistent/f2b', shippedDirectory: repository });
  assert.match(problemsOf(missing).join(), /^\/nonexistent\/f2b: there is no such folder \| create it/);
  const { shown } = loadFiles({
    'etc/units/a.service.conf': new Uint8Array([...Buffer.from(`${jail}# fine\n# `), 0xff, 0xfe]),
    'etc/units/b.service.conf': '#'.repeat(1_000_001),
    'etc/units/c.service.conf/x': '',
  });
  const places = shown.map((line) => line.replace(/ \|.*/, ''));
  assert.deepEqual(places, [
    'etc/units/a.service.conf:5: is not valid UTF-8',
    'etc/units/b.service.conf: cannot be read (longer than 1 MB)',
    'etc/units/c.service.conf: cannot be read (not a regular file)',
  ]);
});

test('a --config-directory that cannot be looked into is a problem like any other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-config-'));
  try {
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
    const parsed = loadConfig({ configDirectory: join(folder, 'loop'), shippedDirectory: repository });
    assert.match(problemsOf(parsed).join('\n'), /loop\/units: cannot be read \(ELOOP\) \| files and folders/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a FIFO in place of a file does not stall the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-config-'));
  try {
    mkdirSync(join(folder, 'units'));
    execFileSync('mkfifo', [join(folder, 'units', 'a.service.conf')]);
    const parsed = loadConfig({ configDirectory: folder, shippedDirectory: join(folder, 'none') });
    assert.match(problemsOf(parsed).join(), /a.service.conf: cannot be read \(not a regular file\)/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('settings from the command line outrank all files of the jail', () => {
  const parsed = loadConfig({
    configDirectory: empty,
    shippedDirectory: repository,
    overrides: { jail: 'ssh.service', source: { path: 'command line', text: '[Ban]\nMaxRetry=17' } },
  });
  assert.equal(parsed.value?.jails.find(({ name }) => name === 'ssh.service')?.settings.maxretry, 17);
});

test('the shipped jails are valid, say whether they are enabled, and only ssh.service is', () => {
  const { value, problems } = loadConfig({ configDirectory: empty, shippedDirectory: repository });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    value?.jails.filter(({ enabled }) => enabled).map(({ name }) => name),
    ['ssh.service'],
  );
  for (const name of readdirSync(join(repository, 'units'))) {
    assert.match(readFileSync(join(repository, 'units', name), 'utf8'), /^Enabled=(yes|no)$/m, name);
  }
});

/** Filters for what other systems, what receives from others, and fail2ban log: no unit of this one writes such lines. */
const FOREIGN = ['domino-smtp', 'minio', 'oracleims', 'recidive', 'routeros-auth', 'screensharingd'];

test('every shipped filter has a shipped jail', () => {
  const { value } = loadConfig({ configDirectory: empty, shippedDirectory: repository });
  const used = value?.jails.flatMap(({ filter }) => filter?.name ?? []) ?? [];
  const shipped = readdirSync(join(repository, 'filters')).map((file) => file.replace(/\.conf$/, ''));
  assert.deepEqual(used.sort(), shipped.filter((name) => !name.endsWith('common') && !FOREIGN.includes(name)).sort());
});

test('the shipped ssh jail believes only root’s entries, however Debian starts sshd', () => {
  const { value } = loadConfig({ configDirectory: empty, shippedDirectory: repository });
  const ssh = value?.jails.find(({ name }) => name === 'ssh.service');
  const units = ['ssh.service', 'sshd.service', 'ssh@*.service', 'sshd@*.service'];
  const identifiers = ['sshd', 'sshd-session', 'sshd-auth'].map((name) => `SYSLOG_IDENTIFIER=${name}`);
  assert.deepEqual(ssh?.journal, { units, matches: ['_GID=0', '_UID=0', ...identifiers] });
  assert.deepEqual(ssh?.filter, { name: 'sshd', options: {} });
});

test('drop-ins in a folder named after a unit or a filter are told which jails are for it, and nothing is guessed', () => {
  const { shown } = loadFiles({
    'lib/units/ssh.service.conf': `${jail}[Journal]\nUnit=ssh.service`,
    'lib/units/nginx-http-auth.conf': '[Jail]\nFilter=nginx-http-auth\n[Journal]\nUnit=nginx.service',
    'lib/units/nginx-botsearch.conf': '[Jail]\nFilter=nginx-botsearch\n[Journal]\nUnit=nginx.service',
    'lib/units/nsd.conf': '[Jail]\nFilter=nsd\n[Journal]\nUnit=nsd.service',
    'etc/units/sshd.conf.d/a.conf': '[Ban]\nMaxRetry=3',
    'etc/units/nginx.service.conf.d/a.conf': '[Ban]\nMaxRetry=3',
    'etc/units/gitea.conf.d/a.conf': '[Ban]\nMaxRetry=3',
  });
  const says = 'warning: has no effect: the jail does not exist |';
  assert.deepEqual(shown, [
    `etc/units/gitea.conf.d/a.conf: ${says} there is no units/gitea.conf`,
    `etc/units/nginx.service.conf.d/a.conf: ${says} there are several jails for nginx.service: name the folder after one of nginx-botsearch, nginx-http-auth`,
    `etc/units/sshd.conf.d/a.conf: ${says} did you mean ssh.service.conf.d?`,
  ]);
});

test('files that look like configuration and are not read are warned of, with the right place', () => {
  const { shown } = loadFiles({
    'etc/jail.local': '[sshd]',
    'etc/f2b.conf': '[Agent]',
    'etc/notes.txt': 'mine',
    'etc/units/ssh.service.conf': jail,
    'etc/units/ssh.service.conf.bak': jail,
    'etc/units/ssh.service.local': jail,
    'etc/units/nginx.service': jail,
    'etc/units/ssh.service.d/a.conf': jail,
    'etc/units/ssh.service.conf.d/a.local': jail,
    'etc/units/ssh.service.conf.d/README': 'not read',
    'etc/f2bd.conf.d/a': jail,
    'etc/filters/sshd.local': '[Definition]',
    'etc/filters/mine': '[Definition]',
    'etc/jails/mine.conf': jail,
    'etc/conf.d/mine.conf': jail,
    'etc/ssh.service.conf': jail,
  });
  assert.deepEqual(shown, [
    'etc/conf.d: warning: is not read | drop-ins of f2bd.conf lie in f2bd.conf.d',
    'etc/f2b.conf: warning: is not read | did you mean f2bd.conf?',
    'etc/jail.local: warning: is not read | what is set for one jail goes into units/NAME.conf.d/local.conf, for all jails into [Ban] of f2bd.conf',
    'etc/jails: warning: is not read | jails lie in the folder units',
    'etc/ssh.service.conf: warning: is not read | jails lie in the folder units: move it to units/ssh.service.conf',
    "etc/units/nginx.service: warning: is not read | a jail's file ends in .conf: units/nginx.service.conf",
    'etc/units/ssh.service.d: warning: is not read | drop-ins of a jail lie in units/ssh.service.conf.d',
    'etc/units/ssh.service.local: warning: is not read | move it to units/ssh.service.conf.d/local.conf',
    "etc/filters/mine: warning: is not read | a filter's file ends in .conf: filters/mine.conf",
    'etc/units/ssh.service.conf.d/a.local: warning: is not read | a drop-in ends in .conf: rename it to a.conf',
    'etc/f2bd.conf.d/a: warning: is not read | a drop-in ends in .conf: rename it to a.conf',
  ]);
});

test('the files of a jail give its settings, one by one, as they would be written in one file', () => {
  const jailFiles = {
    name: 'a.service',
    texts: [
      { path: 'a.conf', text: '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=2\nIgnoreIP=192.0.2.1\n' },
      { path: 'b.conf', text: '[Ban]\nMaxRetry=\nIgnoreIP=192.0.2.2\n' },
    ],
  };
  const agent = { name: 'f2bd.conf', texts: [{ path: 'f2bd.conf', text: '[Ban]\nFindTime=1h\nMaxRetry=9\n' }] };
  const settings = new Map(effectiveSettings(jailFiles, agent).map((one) => [one.key, one]));
  assert.deepEqual(settings.get('FindTime'), {
    section: 'Ban',
    key: 'FindTime',
    value: '1h',
    file: 'f2bd.conf',
    line: 2,
  });
  assert.deepEqual(settings.get('MaxRetry'), { section: 'Ban', key: 'MaxRetry', value: '5' });
  assert.equal(settings.get('IgnoreIP')?.value, '192.0.2.1 192.0.2.2');
});
