/** What becomes of single settings of fail2ban's, in all the ways in which people write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imported } from '../../support/imported.js';

const UNIT = 'units/ssh.service.conf.d/40-fail2ban.conf';

/** Of [sshd] with these lines, as it would be in a drop-in. */
function ofSshd(lines: string) {
  const text = `[sshd]\nenabled = yes\nfilter = sshd\nlogpath = /var/log/auth.log\n${lines}\n`;
  const { settings, outcomes } = imported({ 'jail.local': text });
  return { written: settings(UNIT).filter((line) => !/^(?:Enabled=yes|Filter=sshd)$/.test(line)), outcomes };
}

type Case = readonly [lines: string, written: readonly string[], told: Readonly<Record<string, RegExp>>];

const GROWING = 'bantime.increment = true\n';
const DOUBLING = 'ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor';
const EXPONENTIAL = 'ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)';

const cases: readonly Case[] = [
  ['maxretry = 05', ['MaxRetry=5'], { maxretry: /^MaxRetry=5$/ }],
  ['maxretry = 0', ['MaxRetry=1'], { maxretry: /first failure leads to a ban, as in fail2ban/ }],
  ['maxretry = many', [], { maxretry: /no whole number/ }],
  ['maxretry = 20000', [], { maxretry: /outside 1 to 10000/ }],
  ['findtime = 2y', [], { findtime: /outside .* to 1y/ }],
  ['findtime = -1', [], { findtime: /infinity/ }],
  ['findtime = 1d 12h', ['FindTime=1d 12h'], {}],
  ['bantime = -1', ['BanTime=infinity'], {}],
  ['bantime = 1mo', ['BanTime=1month'], {}],
  ['bantime = 24*60*60', [], { bantime: /no plain time span/ }],
  ['bantime.factor = 2\nbantime.maxtime = 5w', [], { 'bantime.factor': /counts with bantime\.increment alone/ }],
  [
    `bantime = -1\n${GROWING}bantime.rndtime = 8m`,
    ['BanTime=infinity'],
    { 'bantime.increment': /for ever cannot grow/, 'bantime.rndtime': /for ever cannot grow/ },
  ],
  [
    `${GROWING}bantime.formula = ${DOUBLING}`,
    ['BanTimeIncrement=yes'],
    { 'bantime.formula': /is what BanTimeIncrement/ },
  ],
  [
    `${GROWING}bantime.multipliers = 1 5 30\nbantime.formula = ${EXPONENTIAL}`,
    ['BanTimeIncrement=yes', 'BanTimeMultipliers=1 5 30'],
    { 'bantime.formula': /multipliers outrank it/ },
  ],
  [
    `${GROWING}bantime.formula = ban.Time * (ban.Count + 1 if ban.Count < 4 else 10)`,
    ['BanTimeIncrement=yes', 'BanTimeMultipliers=1 2 3 4 10'],
    { 'bantime.formula': /which is what it comes to/ },
  ],
  [
    `${GROWING}bantime.factor = 2.0 / 2.885385\nbantime.formula = ban.Time * 2 ** ban.Count * banFactor if ban.Count < 4 else ban.Time * 20`,
    ['BanTimeIncrement=yes', 'BanTimeMultipliers=1 1.386 2.773 5.545 20'],
    { 'bantime.factor': /it is in BanTimeMultipliers=/ },
  ],
  [`${GROWING}bantime.factor = 2.0 / 2.885385`, ['BanTimeIncrement=yes', 'BanTimeFactor=0.693148'], {}],
  [`${GROWING}bantime.factor = 0`, ['BanTimeIncrement=yes'], { 'bantime.factor': /outside 0\.001/ }],
  [`${GROWING}bantime.factor = __import__('os')`, ['BanTimeIncrement=yes'], { 'bantime.factor': /it is no number/ }],
  [
    `${GROWING}bantime.formula = ban.Time + 3600`,
    ['BanTimeIncrement=yes'],
    { 'bantime.formula': /formulas are no programs here: .*BanTimeMultipliers=/ },
  ],
  [`${GROWING}bantime.multipliers = 1..2`, ['BanTimeIncrement=yes'], { 'bantime.multipliers': /is not a number/ }],
  [`${GROWING}bantime.multipliers =`, ['BanTimeIncrement=yes'], { 'bantime.multipliers': /it is empty/ }],
  [`${GROWING}bantime.rndtime = 2048`, ['BanTimeIncrement=yes', 'BanTimeRandom=2048'], {}],
  [`${GROWING}bantime.rndtime = -1`, ['BanTimeIncrement=yes'], { 'bantime.rndtime': /infinity/ }],
  [
    `${GROWING}bantime.maxtime = -1`,
    ['BanTimeIncrement=yes', 'BanTimeMax=infinity'],
    { 'bantime.maxtime': /for ever/ },
  ],
  [`${GROWING}bantime.overalljails = on`, ['BanTimeIncrement=yes', 'BanTimeAllJails=yes'], {}],
  ['bantime.increment = no', ['BanTimeIncrement=no'], {}],
  ['ignoreself = false', ['IgnoreSelf=no'], {}],
  ['ignoreip = 0.0.0.0/0', [], { ignoreip: /spares everybody/ }],
  ['ignoreip = 192.0.2.1, nobody!', ['IgnoreIP=192.0.2.1'], { ignoreip: /^without nobody!: "nobody!" is neither/ }],
  ['ignorecommand = my-check <ip>', [], { ignorecommand: /absolute path/ }],
  ['ignorecommand =', [], { ignorecommand: /it is empty/ }],
  ['ignorecache = key="<ip>", max-count=100', [], { ignorecache: /holds for 5 minutes/ }],
  ['usedns = raw', ['UseDNS=no'], { usedns: /no name is looked up/ }],
  ['usedns = maybe', [], { usedns: /yes, warn, no and raw/ }],
  ['maxmatches = 3', [], { maxmatches: /f2bctl why/ }],
  ['backend = polling', [], { backend: /the journal is always what is read/ }],
  ['logencoding = latin1', [], { logencoding: /U\+FFFD/ }],
  ['logtimezone = UTC+0200', [], { logtimezone: /let the service write the zone/ }],
  ['skip_if_nologs = true', [], { skip_if_nologs: /waits for files/ }],
  ['destemail = me@example.org', [], { destemail: /nothing that fail2ban does here refers to it/ }],
];

for (const [lines, written, told] of cases) {
  test(`what becomes of: ${lines.replaceAll('\n', '; ')}`, () => {
    const found = ofSshd(lines);
    assert.deepEqual(found.written, written);
    for (const [option, note] of Object.entries(told))
      assert.match(found.outcomes.get(option)?.note ?? '', note, option);
    for (const line of lines.split('\n').filter((one) => one !== ''))
      assert.ok(found.outcomes.has(line.split(' ')[0] ?? ''), line);
  });
}

for (const word of ['true', 'True', 'TRUE', 'yes', 'YES', 'on', '1', 'true ; for now'])
  test(`a jail is on with enabled = ${word}`, () => {
    assert.equal(imported({ 'jail.local': `[sshd]\nenabled = ${word}\nfilter = sshd\n` }).value.jails.length, 1);
  });

for (const word of ['false', 'no', '0', 'off', 'maybe', ''])
  test(`a jail is off with enabled = ${word === '' ? 'nothing' : word}`, () => {
    assert.equal(imported({ 'jail.local': `[sshd]\nenabled = ${word}\nfilter = sshd\n` }).value.jails.length, 0);
  });

test('what the actions in force have in them is not told as lost', () => {
  const { value, outcomes } = imported({
    'jail.conf':
      '[DEFAULT]\naction_ = iptables[port="%(port)s"]\naction_mw = %(action_)s\n  mail[dest="%(destemail)s", sender="%(sender)s"]\naction = %(action_)s\n',
    'jail.local':
      '[DEFAULT]\ndestemail = me@example.org\nother = 1\nbantiem = 1h\n[sshd]\nenabled = true\nfilter = sshd\nport = ssh\nsender = f2b@example.org\naction = %(action_mw)s\n',
    'action.d/mail.conf': '[Definition]\nactionban = mail <dest>\n',
  });
  const defaults = new Map(value.defaults.map((found) => [found.option, found]));
  assert.equal(outcomes.get('sender')?.outcome, 'not needed');
  assert.match(outcomes.get('sender')?.note ?? '', /what refers to it has its value/);
  assert.match(defaults.get('destemail')?.note ?? '', /what refers to it has its value/);
  assert.equal(defaults.get('other')?.outcome, 'not needed');
  assert.match(defaults.get('bantiem')?.note ?? '', /did you mean bantime\?/);
});

test('what no action in force has in it is told as being without effect in fail2ban too', () => {
  const { value } = imported({
    'jail.conf':
      '[DEFAULT]\naction_ = iptables[port=ssh]\naction_mw = %(action_)s\n  mail[dest="%(destemail)s"]\naction = %(action_)s\n',
    'jail.local': '[DEFAULT]\ndestemail = me@example.org\n[sshd]\nenabled = true\nfilter = sshd\n',
  });
  const [destemail] = value.defaults;
  assert.equal(destemail?.outcome, 'not needed');
  assert.match(destemail?.note ?? '', /nothing that fail2ban does here refers to it/);
});

test('a port or mode that neither action nor filter has in it is told as being without effect in fail2ban too', () => {
  const told = (action: string, filter: string) => {
    const { outcomes } = imported({
      'jail.conf':
        '[DEFAULT]\nport = 0:65535\nmode = normal\naction_ = iptables[port="%(port)s"]\naction = %(action_)s\n',
      'jail.local': `[sshd]\nenabled = true\nport = 2222\nmode = aggressive\naction = ${action}\nfilter = ${filter}\n`,
    });
    return ['port', 'mode'].map((name) => outcomes.get(name)?.note);
  };
  const part = 'it is part of action or filter, see there';
  const unused = 'neither action nor filter has it in it, so that it is without effect in fail2ban, too';
  assert.deepEqual(told('%(action_)s', 'sshd[mode=%(mode)s]'), [part, part]);
  assert.deepEqual(told('iptables-allports', 'sshd'), [unused, unused]);
});

test('options that the filter does not have are left out, and told', () => {
  const text = '[sshd]\nenabled = true\nfilter = sshd[mode=extra, users="admin"]\nlogpath = /var/log/auth.log\n';
  const { settings, outcomes } = imported({ 'jail.local': text });
  assert.ok(settings(UNIT).includes('Filter=sshd[mode="extra"]'));
  assert.match(outcomes.get('filter')?.note ?? '', /without users, which the filter has no use for/);
});

test('of a jail whose filter would be refused nothing is written, and why is told', () => {
  const { files, outcomes } = imported({
    'jail.local': '[own]\nenabled = true\nfilter = own\nlogpath = /srv/own.log\n',
    'filter.d/own.conf': '[Definition]\nfailregex = ^no (<HOST>$\n',
  });
  assert.deepEqual([...files.keys()], []);
  assert.match(
    outcomes.get('filter')?.note ?? '',
    /^the filter cannot be used here, .*: \/etc\/fail2ban\/filter\.d\/own\.conf:2: /,
  );
});

test('what fail2ban remembers of bans is what is remembered here', () => {
  const jail = '[sshd]\nenabled = true\nfilter = sshd\n';
  const text = (age: string) => `[Definition]\ndbpurgeage = ${age}\n`;
  const { files } = imported({ 'jail.local': jail, 'fail2ban.local': text('90d') });
  assert.match(
    files.get('f2bd.conf.d/40-fail2ban-memory.conf') ?? '',
    /# dbpurgeage in \/etc\/fail2ban\/fail2ban\.local:2\nOffenderMemory=90d$/m,
  );
  const forEver = imported({ 'jail.local': jail, 'fail2ban.local': text('-1') });
  assert.equal(forEver.value.server[0]?.outcome, 'not possible');
  assert.deepEqual(forEver.value.serverFiles, []);
});

test('files for f2b-tail, actions and filters say which line they come from', () => {
  const { files } = imported({
    'jail.local':
      '[own]\nenabled = true\nfilter = own\nlogpath = /srv/own.log\naction = mail[dest=a]\nignoreregex = ^fine\n',
    'filter.d/own.conf': '[Definition]\nfailregex = ^no <HOST>$\n',
    'action.d/mail.conf': '[Definition]\nactionban = mail <dest>\n',
  });
  const expected = {
    'tail/own.conf': /^# logpath in \/etc\/fail2ban\/jail\.local:4\n\[Tail\]\nFile=/m,
    'actions/mail-own.conf': /^# action in \/etc\/fail2ban\/jail\.local:5\n\[Action\]\n/m,
    'filters/own-own.conf': /^# \/etc\/fail2ban\/jail\.local:6\nignoreregex = \^fine$/m,
    'filters/own.conf': /^# Made by f2bctl import from \/etc\/fail2ban\/filter\.d\/own\.conf\.$/m,
  };
  for (const [path, text] of Object.entries(expected)) assert.match(files.get(path) ?? '', text, path);
});

test('what a filter of one’s own includes is fail2ban’s, also where f2b has another file of that name', () => {
  const { files } = imported({
    'jail.local': '[own]\nenabled = true\nfilter = own\nlogpath = /srv/own.log\n',
    'filter.d/own.conf': '[INCLUDES]\nbefore = botsearch-common.conf\n[Definition]\nfailregex = ^<HOST> /<block>$\n',
    'filter.d/botsearch-common.conf': '[Init]\nblock = (?:wp-login)[^,]*\n',
  });
  assert.match(files.get('filters/own.conf') ?? '', /^before = fail2ban-botsearch-common\.conf$/m);
  assert.match(files.get('filters/fail2ban-botsearch-common.conf') ?? '', /^block = \(\?:wp-login\)\[\^,\]\*$/m);
  assert.ok(!files.has('filters/botsearch-common.conf'));
});
