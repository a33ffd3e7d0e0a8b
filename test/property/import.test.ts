/** Whatever stands in fail2ban's files: of each setting something is told, and what is written is what the agent takes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valueProblem } from '../../src/config/keys/value-problem.js';
import { SETTINGS } from '../../src/import/fail2ban.js';
import type { Finding } from '../../src/import/finding.js';
import { reportLines } from '../../src/import/report.js';
import { imported } from '../support/imported.js';
import '../support/seed.js';

/** As people write them, and as nobody does. */
const value = fc.oneof(
  fc.constantFrom(
    '10m',
    '-1',
    '0',
    '5',
    '1d 12h',
    '2y',
    'true',
    'no',
    'raw',
    '',
    'ssh',
    'http,https',
    '0:65535',
    'all',
  ),
  fc.constantFrom('sshd[mode=aggressive]', 'sshd[users="a\\b"]', 'nothing', 'systemd', 'auto', '/var/log/auth.log'),
  fc.constantFrom('/srv/*.log tail', '/srv/a b.log', 'iptables[port=ssh, blocktype=DROP]', 'mail[dest="%(port)s"]'),
  fc.constantFrom(
    'ban.Time * 2 ** ban.Count',
    '1 2 4',
    '%(bantime)s',
    '%(nothing)s',
    '192.0.2.0/24 10.0.0.0/255.0.0.0',
  ),
  fc.constantFrom('^bad <HOST>$', '^bad (<HOST>$', '_SYSTEMD_UNIT=a.service + _COMM=b', '%%Y-%%m', 'UTC+0200'),
  fc.string({ unit: 'grapheme-ascii', maxLength: 30 }).map((text) => text.replaceAll(/[\n\r]/g, ' ')),
);

const option = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SETTINGS, 'port', 'protocol', 'banaction', 'chain', 'mode', 'destemail') },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z_]{0,8}$/) },
);

const section = fc.dictionary(option, value, { maxKeys: 8 });

const jails = fc.record({
  defaults: section,
  sshd: section,
  own: section,
  server: fc.dictionary(fc.constantFrom('dbpurgeage', 'dbfile', 'loglevel', 'other'), value, { maxKeys: 3 }),
});

const lines = (options: Readonly<Record<string, string>>) =>
  Object.entries(options).map(([key, text]) => `${key} = ${text}\n`);

type Options = Readonly<Record<string, string>>;

function importOf({ defaults, sshd, own, server }: Readonly<Record<'defaults' | 'sshd' | 'own' | 'server', Options>>) {
  const text = [
    '[DEFAULT]\n',
    ...lines(defaults),
    '[sshd]\n',
    ...lines({ filter: 'sshd', logpath: '/var/log/auth.log', ...sshd, enabled: 'true' }),
    '[own]\n',
    ...lines({ filter: 'own', logpath: '/srv/own.log', ...own, enabled: 'true' }),
  ].join('');
  return imported({
    'jail.local': text,
    'fail2ban.local': `[Definition]\n${lines(server).join('')}`,
    'filter.d/own.conf': '[Definition]\nfailregex = ^bad <HOST>$\n',
    'action.d/mail.conf': '[Definition]\nactionban = mail <dest>\n',
  });
}

/** Each once. */
function requireTold(options: Options, findings: readonly Finding[]): void {
  const told = findings.map((found) => found.option);
  for (const key of Object.keys(options)) assert.ok(told.includes(key), `${key} is not told`);
  assert.equal(new Set(told).size, told.length);
}

function requireTaken({ lines }: Finding): void {
  for (const { section, key, value } of lines)
    if (value !== '') assert.equal(valueProblem(section, key, value), undefined, `${key}=${value}`);
}

test('of each setting of a jail something is told, with its line, and what is written is taken', () => {
  fc.assert(
    fc.property(jails, (texts) => {
      const { value, problems } = importOf(texts);
      for (const line of reportLines(value, problems)) assert.doesNotMatch(line.replaceAll('\n', ''), /\p{Cc}/u);
      const of = (name: string) => value.jails.find(({ from }) => from === name)?.findings ?? [];
      requireTold(texts.sshd, of('sshd'));
      requireTold(texts.own, of('own'));
      requireTold(texts.server, value.server);
      for (const found of value.jails.flatMap(({ findings }) => findings)) requireTaken(found);
    }),
    { numRuns: Number(process.env['F2B_RUNS'] ?? 150) },
  );
});
