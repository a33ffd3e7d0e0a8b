/** A jail that reads another program's entries is told from one that nobody attacks, and from one that hears little. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRunningJail } from '../../../../src/daemon/reading/running-jail.js';
import { type Likeness, likenessOf } from '../../../../src/daemon/reading/unlike-entries.js';
import { F2bError } from '../../../../src/errors.js';
import { filterOfRegex, loadFilter } from '../../../../src/filter/load-filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import { FakeJournal } from '../../../fakes/journal.js';
import { namedJailOf } from '../../../support/config-texts.js';
import { repository } from '../../../support/repository.js';

const HOUR = 3_600_000_000;
const NOW = 1_000_000 * HOUR;

const historyOf = (openHistory: () => FakeJournal) => ({ openHistory, remoteHosts: () => [] });

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

function jailOf(filter: string, journal = '') {
  const library = { path: [join(repository, 'filters')], read: readIfThere };
  const isRegex = filter.includes('<');
  const { value } = isRegex ? filterOfRegex(filter) : loadFilter({ name: filter, options: {} }, library);
  const config = namedJailOf(
    'web',
    `[Jail]\nFilter=${isRegex ? 'any' : filter}\n[Journal]\nUnit=web.service\n${journal}`,
  );
  return createRunningJail(config, createMatcher(value ?? assert.fail(`no filter ${filter}`)));
}

/** So many entries in each hour of the last day but for those left out. */
function journalOf(perHour: number, line: (n: number) => string, unit = 'web.service', hours = 24): FakeJournal {
  const journal = new FakeJournal();
  for (let n = 0; n < hours * perHour; n += 1) {
    const fields = { _SYSTEMD_UNIT: unit, _UID: '0', MESSAGE: line(n).replace(/^\S+ \S+: /, '') };
    journal.append({ line: line(n), fields, receivedAt: NOW - 24 * HOUR + Math.floor((n * HOUR) / perHour) });
  }
  return journal;
}

const nginx = (n: number) => `host nginx[7]: 203.0.113.${n % 200} - - "GET / HTTP/1.1" 200`;
const sshd = (n: number) => `host sshd[${n}]: Accepted publickey for root from 203.0.113.9 port 4 ssh2`;

const cases: readonly (readonly [string, string, FakeJournal, Likeness])[] = [
  ['all entries are of another program', 'sshd', journalOf(60, nginx), 'unlike'],
  ['nobody attacks', 'sshd', journalOf(60, sshd), 'meant'],
  ['one entry in a thousand is of the program', 'sshd', journalOf(60, (n) => (n === 400 ? sshd : nginx)(n)), 'meant'],
  ['there are few entries', 'sshd', journalOf(30, nginx), 'few'],
  ['all entries are of the first hours', 'sshd', journalOf(600, nginx, 'web.service', 3), 'few'],
  ['all entries are another unit’s', 'sshd', journalOf(60, nginx, 'db.service'), 'few'],
  ['there are none', 'sshd', new FakeJournal(), 'few'],
  ['a regex of the filter may match anywhere', 'failed <ADDR>$', journalOf(60, nginx), 'meant'],
];

for (const [name, filter, journal, expected] of cases) {
  test(`when ${name}, a jail is ${expected === 'unlike' ? '' : 'not '}said to read what its filter is not for`, async () => {
    assert.equal(
      await likenessOf(
        historyOf(() => journal),
        jailOf(filter),
        NOW,
      ),
      expected,
    );
  });
}

test('of lines of files those are of an access log that begin with an address', async () => {
  const jail = jailOf('^<ADDR> \\S+ \\S+ \\[[^\\]]*\\]\\s*"GET /admin', 'LogType=file\n');
  const json = journalOf(60, (n) => `host tail: {"remote_addr":"203.0.113.${n % 200}","status":200}`);
  const access = journalOf(
    60,
    (n) => `host tail: 203.0.113.${n % 200} - - [01/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1`,
  );
  assert.equal(
    await likenessOf(
      historyOf(() => json),
      jail,
      NOW,
    ),
    'unlike',
  );
  assert.equal(
    await likenessOf(
      historyOf(() => access),
      jail,
      NOW,
    ),
    'meant',
  );
});

test('of a journal that cannot be read nothing is said', async () => {
  const refusing = () => {
    throw new F2bError('JOURNAL_MISSING', 'none');
  };
  assert.equal(await likenessOf(historyOf(refusing), jailOf('sshd'), NOW), 'few');
});
