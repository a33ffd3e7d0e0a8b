/** Every jail that is shipped says whom it believes, and believes nobody else. Jails that are added are held to it too. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JailConfig } from '../../../src/config/config.js';
import { createRouting } from '../../../src/daemon/reading/routing/routing.js';
import type { HostileTable } from '../../support/hostile/table.js';
import { repository } from '../../support/repository.js';
import { shippedJails } from '../../support/shipped-jails.js';

/** Users that also run what others write: one of them is not enough to be believed, and not a whole promise. */
const SHARED = ['www-data', 'nginx', 'apache', 'http', 'nobody'];

/** Every name has a number of its own, as long as the test runs. */
const numbers = new Map([['root', 0]]);
function userId(name: string): number {
  const known = numbers.get(name) ?? 100 + numbers.size;
  numbers.set(name, known);
  return known;
}

/** root's processes of these services may have another group, or it was not seen which they have. */
const OTHER_GROUPS: readonly string[] = [
  ...['assp', 'asterisk', 'cockpit', 'courier-auth', 'courier-smtp', 'dante', 'freeswitch', 'gssftpd', 'kerio'],
  ...['opensmtpd', 'pam-generic', 'proftpd', 'proxmox', 'pure-ftpd', 'qmail', 'sendmail-auth'],
  ...['sendmail-reject', 'slapd', 'softethervpn', 'solid-pop3d', 'uwimap-auth', 'vsftpd', 'wuftpd'],
];

const jails = shippedJails(userId).filter(({ settings }) => !settings.recidive);

const valuesOf = (jail: JailConfig, field: string) =>
  jail.journal.matches.filter((match) => match.startsWith(`${field}=`)).map((match) => match.slice(field.length + 1));

/** Messages of the kernel have no user or unit, audit records that of whom they are about; no other can pass for it. */
const isOfKernel = (jail: JailConfig) => ['kernel', 'audit'].includes(valuesOf(jail, '_TRANSPORT').join());

/** An entry of the service itself, as the jail describes it. */
function ownEntry(jail: JailConfig): Record<string, string> {
  const conditions = jail.journal.matches.toReversed().map((match) => match.split(/=(.*)/s).slice(0, 2));
  const [unit] = jail.journal.units;
  return {
    ...Object.fromEntries(conditions),
    ...(unit === undefined ? {} : { _SYSTEMD_UNIT: unit.replaceAll('*', 'x') }),
  };
}

function believes(jail: JailConfig, fields: Readonly<Record<string, string>>): boolean {
  const routing = createRouting([{ selection: jail.journal }]);
  return routing.jailsOf({ cursor: '', at: 0, receivedAt: 0, line: '', messageAt: 0, fields }).length > 0;
}

function isBelievedWithoutUnit(jail: JailConfig): boolean {
  const { _SYSTEMD_UNIT: _unit, _EXE: _program, ...fields } = ownEntry(jail);
  return believes(jail, { ...fields, _TRANSPORT: 'syslog' });
}

for (const { name } of jails) {
  const text = readFileSync(join(repository, 'units', `${name}.conf`), 'utf8');
  const isFoolable = /no filter can tell/i.test(text.replaceAll('\n# ', ' '));
  if (!isFoolable) continue;
  test(`the jail ${name}, whose filter can be fooled, says so to whoever switches it on`, () => {
    assert.match(text, /^ForgeableBy=./m);
  });
}

for (const { name, journal } of jails) {
  if (!journal.matches.includes('_TRANSPORT=audit')) continue;
  test(`the jail ${name}, which reads the audit log, says to whoever switches it on who else writes there`, () => {
    assert.match(readFileSync(join(repository, 'units', `${name}.conf`), 'utf8'), /^ForgeableBy=.*CAP_AUDIT_WRITE/m);
  });
}

/** Each line of what is printed, or of a file that is followed, is an entry of its own: a newline in a name ends it. */
const READS_LINES = /^#.*(?:standard output|writes files only|log stdout|console)/m;
/** It says that its standard output is not believed. */
const BY_SYSLOG = ['3proxy'];

for (const { name } of jails) {
  const text = readFileSync(join(repository, 'units', `${name}.conf`), 'utf8');
  if (!READS_LINES.test(text) || BY_SYSLOG.includes(name)) continue;
  test(`the jail ${name}, which reads lines, is tried with clients whose newlines end them`, async () => {
    const { table }: { table: HostileTable } = await import(`../../hostile/${filterOf(text)}.js`);
    assert.equal(table.transport, 'stdout');
  });
}

function filterOf(text: string): string {
  return /^Filter=([\w-]+)/m.exec(text)?.[1] ?? '';
}

/** By QUIC a client has answered before anything is logged. */
const QUIC = '443/udp';

/** Of these a client is refused only for what it answered to something that the server sent to its address. */
const ANSWERED = ['coturn', 'murmur', 'softethervpn'];

for (const { name } of jails) {
  const text = readFileSync(join(repository, 'units', `${name}.conf`), 'utf8');
  const ports = /^Ports=(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
  if (!ports.some((port) => port.endsWith('/udp') && port !== QUIC) || ANSWERED.includes(name)) continue;
  test(`the jail ${name}, whose service is spoken to by UDP, says to whoever switches it on that senders can be forged`, () => {
    assert.match(text, /^ForgeableBy=.*forges packets/m);
    assert.match(text, /^# .*forge/m);
  });
}

for (const jail of jails) {
  test(`the jail ${jail.name} believes its service`, () => {
    assert.ok(believes(jail, ownEntry(jail)));
  });

  test(`the jail ${jail.name} believes no other user’s process in its units`, { skip: isOfKernel(jail) }, () => {
    assert.ok(valuesOf(jail, '_UID').length > 0, 'it has no User=');
    for (const uid of ['1000', '65534', String(userId('somebody else'))])
      assert.ok(!believes(jail, { ...ownEntry(jail), _UID: uid }), `user ${uid}`);
    const { _UID: _, ...without } = ownEntry(jail);
    assert.ok(!believes(jail, without), 'an entry without a user');
  });

  test(`the jail ${jail.name} believes nobody outside of its units`, { skip: isOfKernel(jail) }, () => {
    for (const unit of ['user@1000.service', 'session-1.scope', 'cron.service'])
      assert.ok(!believes(jail, { ...ownEntry(jail), _SYSTEMD_UNIT: unit }), unit);
  });

  const ofRoot = { ...ownEntry(jail), _UID: '0' };
  if (!isOfKernel(jail) && believes(jail, { ...ofRoot, _GID: '0' }) && !OTHER_GROUPS.includes(jail.name)) {
    test(`the jail ${jail.name} believes no program with set-user-ID, which is root with another group`, () => {
      for (const group of ['8', '1000', '65534'])
        assert.ok(!believes(jail, { ...ofRoot, _GID: group }), `group ${group}`);
      for (const uid of valuesOf(jail, '_UID').filter((user) => user !== '0'))
        assert.ok(believes(jail, { ...ofRoot, _UID: uid, _GID: uid }), `user ${uid} of the service`);
    });
  }

  const shared = SHARED.filter((name) => valuesOf(jail, '_UID').includes(String(userId(name))));
  if (shared.length === 0) continue;
  test(`the jail ${jail.name} names programs and says what it cannot promise`, () => {
    assert.ok(valuesOf(jail, '_EXE').length > 0, `${shared} runs other programs too: Executable= is missing`);
    assert.ok(!believes(jail, { ...ownEntry(jail), _EXE: '/usr/bin/logger' }));
    const text = readFileSync(join(repository, 'units', `${jail.name}.conf`), 'utf8').replaceAll('\n# ', ' ');
    assert.ok(!isBelievedWithoutUnit(jail), 'Identifier= would make entries without a unit count');
    assert.match(text, /^# .*\bpass for\b/m, 'no comment says who can pass for the service');
  });
}
