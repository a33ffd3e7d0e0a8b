/** What `f2bctl report` sums up, and that its page is safe whatever attackers call themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { figuresOf } from '../../../src/cli/report/figures.js';
import { reportHtml } from '../../../src/cli/report/page/report-html.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { localZone } from '../../../src/text/zone.js';
import { FakeJournal } from '../../fakes/journal.js';
import { NOON } from '../../fakes/values.js';
import '../../support/seed.js';
import { aWorld, block, run, type World } from './run.js';

const HOUR = 3_600 * MICROS_PER_SECOND;

function tell(world: World, hoursAgo: number, fields: Readonly<Record<string, string>>): void {
  world.journal.append({ receivedAt: NOON - hoursAgo * HOUR, line: 'host f2bd[1]: said', fields });
}

function attacked(): World {
  const world = aWorld();
  const ssh = { F2B_JAIL: 'ssh.service' };
  tell(world, 200, { ...ssh, F2B_EVENT: 'ban', F2B_ADDRESS: '192.0.2.99' });
  for (let n = 0; n < 3; n += 1) {
    tell(world, 24, { ...ssh, F2B_EVENT: 'failure', F2B_ADDRESS: '192.0.2.1', F2B_USER: 'root' });
  }
  tell(world, 24, { ...ssh, F2B_EVENT: 'ban', F2B_ADDRESS: '192.0.2.1' });
  tell(world, 23, { ...ssh, F2B_EVENT: 'unban', F2B_ADDRESS: '192.0.2.1' });
  tell(world, 2, { F2B_JAIL: 'nginx', F2B_EVENT: 'failures', F2B_FAILURES: '1500', F2B_ADDRESSES: '7' });
  tell(world, 1, { ...ssh, F2B_EVENT: 'ban', F2B_ADDRESS: '192.0.2.1' });
  tell(world, 1, { ...ssh, F2B_EVENT: 'ban', F2B_ADDRESS: '2001:db8::/64' });
  tell(world, 1, { ...ssh, F2B_EVENT: 'enforced', F2B_ADDRESS: '2001:db8::/64' });
  return world;
}

test('a report has the totals, the trends and who and what it was, of the last seven days', async () => {
  const { output } = await run(attacked(), ['report']);
  const lines = output.split('\n');
  assert.match(lines[4] ?? '', /^Bans {5}.*▄.*█$/, 'two bans lately, one before');
  assert.equal(
    [...lines.slice(0, 2), ...lines.slice(5)].join('\n'),
    block(`
      2026-04-24 12:02:00 UTC to 2026-05-01 12:02:00 UTC
      1,503 failures and 3 bans, of 2 addresses; 1 unban.

      JAIL         FAILURES  BANS
      ssh.service         3     3  ████████████████████
      nginx           1,500     0

      USER NAME  FAILURES
      root              3  ████████████████████

      NETWORK        BANS
      192.0.2.0/24      2  ████████████████████
      2001:db8::/48     1  ██████████

      ADDRESS        BANS
      192.0.2.1         2  ████████████████████
      2001:db8::/64     1  ██████████
      `),
  );
});

test('a report of a jail or of another time is of that alone, and programs get the same figures', async () => {
  const world = attacked();
  const figures = async (...argv: readonly string[]) =>
    JSON.parse((await run(world, ['report', '--json', ...argv])).output);
  const { failures, bans, jails, jail } = await figures('--jail', 'nginx');
  assert.deepEqual([failures, bans, jails.length, jail], [1500, 0, 1, 'nginx']);
  assert.equal((await figures('--since', '2026-04-20')).bans, 4);
  assert.equal((await figures('--since', '2026-04-20', '--until', '2026-04-25')).bans, 1);
  const { week, slices } = await figures();
  // 2026-05-01 is a Friday.
  assert.deepEqual([week[5][11], week[4][12], week.flat().length], [2, 1, 168]);
  assert.deepEqual(slices.length, 48);
  assert.match((await run(world, ['report', '--since', 'now'])).errors, /--since must be before --until/);
});

test('a report of a quiet time says so, and reads no more than it must', async () => {
  const { status, output } = await run(aWorld(), ['report']);
  assert.equal(status, 0);
  assert.match(output, /\n0 failures and 0 bans, of 0 addresses; 0 unbans\.\n$/);
});

test('the page is one file with charts, that says nothing but what the report says', async () => {
  const world = attacked();
  const { output, errors } = await run(world, ['report', '--html', '/tmp/report.html']);
  assert.deepEqual([output, errors], ['', 'Created /tmp/report.html.\n']);
  const page = world.files.get('/tmp/report.html') ?? '';
  assert.match(page, /<svg[^>]* role="img" aria-label="Bans over time, as bars: at most 2 in one of 48 equal parts">/);
  assert.match(page, /<th scope="row">192\.0\.2\.0\/24<\/th><td class="n">2<\/td>/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /@media print/);
  assert.match(page, /default-src 'none'/);
});

test('a page says whose it is, cuts names that go on for ever, and says where user names are told', async () => {
  const world = aWorld();
  const fields = { _HOSTNAME: 'web1', F2B_JAIL: 'ssh.service', F2B_ADDRESS: '192.0.2.1' };
  tell(world, 2, { ...fields, F2B_EVENT: 'failures', F2B_FAILURES: '4' });
  await run(world, ['report', '--html', '/tmp/report.html']);
  const page = () => world.files.get('/tmp/report.html') ?? '';
  assert.match(page(), /<h1>Report of f2b on web1<\/h1>/);
  assert.match(page(), /<p>User names are counted with LogFailures=yes in f2bd\.conf\.<\/p>/);
  assert.match((await run(world, ['report'])).output, /^User names are counted with LogFailures=yes in f2bd\.conf\.$/m);
  tell(world, 1, { ...fields, F2B_EVENT: 'failure', F2B_USER: '\u{1f600}'.repeat(101) });
  await run(world, ['report', '--html', '/tmp/report.html', '--jail', 'ssh.service']);
  assert.match(page(), /<h1>Report of f2b on web1: ssh\.service<\/h1>/);
  assert.match(page(), /<th scope="row">\u{1f600}{100}…<\/th>/u);
  assert.doesNotMatch(page(), /LogFailures/);
});

/** What a page may hold: these tags, with attributes that hold none of the signs of HTML. */
const TAG =
  /^<(?:!doctype html|\/?(?:html|head|meta|title|style|body|main|h1|h2|h3|p|dl|dt|dd|div|span|i|section|figure|details|summary|svg|rect|line|text|table|caption|thead|tbody|tr|th|td)(?: [a-zA-Z-]+[12]?="[^"<>&]*")*)\/?>$/;

function requireHarmless(page: string): void {
  const [style = ''] = /<style>[^<]*<\/style>/.exec(page) ?? [];
  const whole = page.replace(style, '');
  const tags = [...new Set([...whole.matchAll(/<[^>]*>?/g)].map(([tag]) => tag))];
  for (const tag of tags) assert.match(tag, TAG);
  assert.ok(!/[<>]/.test(whole.replace(/<[^>]*>/g, '')), 'a sign of HTML that is no tag');
  const active = /[ ](?:on\w+|href|src|style)=|javascript:|https?:|url\(|@import/i;
  assert.ok(!active.test(tags.join('') + style), 'something that runs or comes from elsewhere');
}

test('no name that an attacker chooses becomes anything but text in the page', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><svg onload=x>',
      "' onclick='x",
      '</style><b>',
      '&lt;',
      '\u202e]]>',
    ),
  );
  const property = fc.property(fc.array(fc.tuple(name, name, name), { maxLength: 8 }), (names) => {
    const journal = new FakeJournal();
    for (const [jail, user, address] of names) {
      const fields = { F2B_JAIL: jail, F2B_USER: user, F2B_ADDRESS: address };
      for (const event of ['failure', 'ban']) {
        journal.append({ receivedAt: NOON, line: 'x', fields: { ...fields, F2B_EVENT: event } });
      }
    }
    const zone = localZone('UTC0');
    const figures = figuresOf(journal.read(100), {
      since: NOON - HOUR,
      until: NOON + HOUR,
      zone,
      jail: names[0]?.[0] ?? '',
    });
    assert.equal(figures.bans, names.length);
    requireHarmless(reportHtml(figures, zone));
  });
  fc.assert(property, { numRuns: 200 });
});

test('a page with a foreign tag or attribute is found out', () => {
  assert.throws(() => requireHarmless('<p>a</p><img src="x">'));
  assert.throws(() => requireHarmless('<p onclick="x">a</p>'));
  assert.throws(() => requireHarmless('<p>a > b</p>'));
});
