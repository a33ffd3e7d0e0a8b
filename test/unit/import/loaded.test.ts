/** What an import writes is what the agent, f2b-tail and f2b-actiond load, and what `f2bctl show` prints of a jail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurations } from '../../support/fail2ban-configurations.js';
import { foldersWith, loadImport, removeFolders } from '../../support/loaded-import.js';

/** Of each jail, what its settings are. */
type Shown = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Expected {
  readonly shown: Shown;
  /** Of what only this machine lacks, and of what fail2ban's configuration has no use for either. */
  readonly warned?: readonly RegExp[];
}

const LIMITS = { MaxRetry: '5', FindTime: '10min', BanTime: '10min', UseDNS: 'no' };

const expected: Readonly<Record<string, Expected>> = {
  increments: {
    shown: {
      'ssh.service': {
        ...{ ...LIMITS, BanTime: '1h', Filter: 'sshd[mode="aggressive"]', Disposition: 'ports', Ports: 'ssh/tcp' },
        ...{ BanTimeIncrement: 'yes', BanTimeFactor: '2', BanTimeMultipliers: '1 5 30 60', BanTimeMax: '5w' },
        ...{ BanTimeRandom: '8m', BanTimeAllJails: 'yes', IgnoreIP: '127.0.0.1/8 198.51.100.0/24' },
        ...{
          IgnoreCommand: '/usr/local/bin/known-host <ip>',
          Unit: 'ssh.service sshd.service ssh@*.service sshd@*.service',
        },
      },
    },
    warned: [/IgnoreCommand=: "\/usr\/local\/bin\/known-host" cannot be run/],
  },
  mail: { shown: { 'ssh.service': { ...LIMITS, Disposition: 'ports', Ports: 'ssh/tcp', Action: '' } } },
  'own filter with a date': {
    shown: {
      app: {
        ...{ Filter: 'app-own', Unit: 'f2b-tail@app.service', MaxRetry: '5', FindTime: '10m', BanTime: '10m' },
        ...{ Disposition: 'ports', Ports: '8080/tcp 8080/udp 9000-9002/tcp 9000-9002/udp' },
      },
    },
  },
  'ipset lists': {
    shown: { 'ssh.service': { ...LIMITS, Disposition: 'drop', IgnoreIP: 'file:/etc/friends.txt' } },
    warned: [/IgnoreIP=: "file:\/etc\/friends\.txt" cannot be read/],
  },
  Docker: { shown: { vault: { Filter: 'vault', Unit: 'docker.service', Disposition: 'drop', MaxRetry: '5' } } },
  Cloudflare: {
    shown: { 'nginx-http-auth': { Unit: 'f2b-tail@nginx-http-auth.service', User: '', Ports: '80/tcp 443/tcp' } },
  },
  'Docker, with a proxy in a container': {
    shown: {
      'npm-docker': {
        ...{ MaxRetry: '10', FindTime: '86400', BanTime: '604800', UseDNS: 'no', IgnoreSelf: 'yes' },
        ...{ IgnoreIP: '127.0.0.1/8 ::1 172.16.0.0/12', Ports: 'http/tcp https/tcp ssh/tcp' },
      },
    },
  },
  'blocklists and who comes back': {
    shown: {
      'ssh.service': { BanTime: '1d', Filter: 'sshd[mode="extra"]', Ports: '22/tcp 2222/tcp', OffenderMemory: '30d' },
      recidive: { Source: 'bans', BanTime: '5w', FindTime: '1d', MaxRetry: '3', Disposition: 'drop', Filter: '' },
    },
    warned: [/MaxRetry=3 is out of reach/],
  },
  'a mail server': {
    shown: {
      postfix: {
        ...{ Filter: 'postfix[mode="aggressive"]', Ports: 'smtp/tcp 465/tcp submission/tcp' },
        Action: 'sendmail-whois-lines-postfix',
      },
      dovecot: { Filter: 'dovecot-own[mode="aggressive"]', Unit: 'dovecot.service' },
      'sogo-auth': { Unit: 'f2b-tail@sogo-auth.service', Ports: 'http/tcp https/tcp' },
    },
  },
  'patterns and increments of a jail': {
    shown: {
      'app-login': {
        ...{ Filter: 'app-login-own[mode="aggressive"]', BanTimeMultipliers: '1 2 4 8 16 32 64', BanTimeFactor: '1.5' },
        ...{
          BanTimeMax: '1month',
          BanTimeRandom: '2048',
          BanTimeAllJails: 'no',
          IgnoreIP: '192.0.2.0/28',
          UseDNS: 'no',
        },
      },
    },
  },
};

for (const [name, configuration] of Object.entries(configurations)) {
  test(`what an import writes is loaded without a problem: ${name}`, async (t) => {
    const folders = foldersWith(configuration);
    t.after(() => removeFolders(folders));
    const { told, imported, show } = await loadImport(folders);
    const { shown, warned = [] } = expected[name] ?? assert.fail('nothing is expected of it');
    assert.equal(told.length, warned.length, told.join('\n'));
    for (const [index, pattern] of warned.entries()) assert.match(told[index] ?? '', pattern);
    assert.deepEqual(
      imported.jails
        .filter(({ files }) => files.length > 0)
        .map((jail) => jail.name)
        .toSorted(),
      Object.keys(shown).toSorted(),
    );
    for (const [jail, settings] of Object.entries(shown)) {
      const all = show(jail);
      const same = Object.fromEntries(Object.keys(settings).map((key) => [key, all[key]]));
      assert.deepEqual(same, settings, jail);
    }
  });
}
