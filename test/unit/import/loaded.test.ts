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

const PANEL = { BanTime: '86400', FindTime: '3600', IgnoreIP: '127.0.0.1/8 ::1 203.0.113.10' };
const TRAEFIK = {
  ...{ BanTimeIncrement: 'yes', BanTimeFactor: '1', BanTimeMax: '4w', BanTimeRandom: '30m', BanTimeAllJails: 'yes' },
  ...{ IgnoreIP: '127.0.0.1/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16', UseDNS: 'no', OffenderMemory: '7d' },
};
const OLD = { FindTime: '600', IgnoreIP: '127.0.0.1 192.168.1.0/24 office.example.org' };

const more: Readonly<Record<string, Expected>> = {
  'a hosting panel with a file for each jail': {
    shown: {
      recidive: { BanTime: '604800', FindTime: '86400', MaxRetry: '5', Source: 'bans', Disposition: 'drop' },
      proftpd: {
        ...PANEL,
        MaxRetry: '6',
        Ports: 'ftp/tcp ftp-data/tcp ftps/tcp ftps-data/tcp',
        Unit: 'proftpd.service',
      },
      'panel-login': {
        ...{ ...PANEL, MaxRetry: '4', Disposition: 'drop', Action: 'sendmail-whois-panel-login' },
        Unit: 'f2b-tail@panel-login.service',
      },
      postfix: { ...PANEL, Filter: 'postfix[mode="auth"]', Ports: 'smtp/tcp smtps/tcp submission/tcp' },
      dovecot: { ...PANEL, MaxRetry: '4', Disposition: 'drop' },
      'panel-apache': { ...PANEL, MaxRetry: '5', Ports: 'http/tcp https/tcp 7080/tcp 7081/tcp', Filter: 'apache-auth' },
      'panel-wordpress': {
        ...PANEL,
        MaxRetry: '4',
        Filter: 'panel-wordpress',
        Unit: 'f2b-tail@panel-wordpress.service',
      },
      'ssh.service': { ...PANEL, MaxRetry: '4', Ports: '22022/tcp' },
    },
  },
  'Docker behind Traefik': {
    shown: {
      'ssh.service': { ...TRAEFIK, BanTime: '1h', Filter: 'sshd[mode="aggressive"]', Ports: 'ssh/tcp' },
      'traefik-auth': { ...TRAEFIK, MaxRetry: '3', Ports: '80/tcp 443/tcp', Action: 'telegram-traefik-auth' },
      'traefik-botsearch': { ...TRAEFIK, MaxRetry: '1', BanTime: '1d', Ports: 'http/tcp https/tcp' },
      vaultwarden: { ...TRAEFIK, FindTime: '14400', Container: 'vaultwarden', Unit: '', User: '', Disposition: 'drop' },
      nextcloud: { ...TRAEFIK, Unit: 'f2b-tail@nextcloud.service', Ports: '80/tcp 443/tcp' },
    },
  },
  'of the days of 0.8': {
    shown: {
      'ssh.service': { ...OLD, MaxRetry: '5', BanTime: '600', Ports: 'ssh/tcp', Action: 'sendmail-whois-ssh-iptables' },
      'proftpd-iptables': { ...OLD, MaxRetry: '6', Ports: 'ftp/tcp', Action: 'sendmail-whois-proftpd-iptables' },
      'apache-tcpwrapper': { ...OLD, MaxRetry: '6', Disposition: 'drop', Filter: 'apache-auth' },
      'postfix-tcpwrapper': { ...OLD, MaxRetry: '3', BanTime: '300', Disposition: 'drop' },
      'named-refused-udp': { Ports: 'domain/udp 953/udp', IgnoreIP: '168.192.0.1', Filter: 'named-refused' },
      'asterisk-iptables': { ...OLD, MaxRetry: '10', BanTime: '864000', Disposition: 'drop' },
    },
  },
};

for (const [name, configuration] of Object.entries(configurations)) {
  test(`what an import writes is loaded without a problem: ${name}`, async (t) => {
    const folders = foldersWith(configuration);
    t.after(() => removeFolders(folders));
    const { told, imported, show } = await loadImport(folders);
    const { shown, warned = [] } = expected[name] ?? more[name] ?? assert.fail('nothing is expected of it');
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
