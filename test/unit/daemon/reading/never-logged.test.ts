/** A running unit of which the journal has nothing, and would have it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverLogged } from '../../../../src/daemon/reading/never-logged.js';
import { F2bError } from '../../../../src/errors.js';
import { FakeJournal } from '../../../fakes/journal.js';

/** A journal with entries of these senders at these times. */
const holding = (entries: readonly (readonly [string, number])[]) => (matches: readonly (readonly string[])[]) => {
  const journal = new FakeJournal();
  const isMeant = ([sender]: readonly [string, number]) => matches.some((terms) => terms.includes(sender));
  journal.append(...entries.filter(isMeant).map(([line, receivedAt]) => ({ line, receivedAt })));
  return journal;
};

const [WEB, ROOT] = ['_SYSTEMD_UNIT=web.service', '_UID=0'];

const cases: readonly (readonly [string, readonly (readonly [string, number])[], number | undefined, boolean])[] = [
  ['of which there is nothing since before its start', [[ROOT, 10]], 20, true],
  [
    'that logged once',
    [
      [ROOT, 10],
      [WEB, 15],
    ],
    20,
    false,
  ],
  ['that runs for longer than the journal goes back', [[ROOT, 30]], 20, false],
  ['in a journal that holds nothing', [], 20, false],
  ['of which systemd does not say since when', [[ROOT, 10]], undefined, false],
];

for (const [name, entries, activeSince, expected] of cases) {
  test(`a unit ${name} ${expected ? 'never logged' : 'may have logged'}`, () => {
    assert.equal(neverLogged(holding(entries), [{ id: 'web.service', activeSince }], undefined), expected);
  });
}

test('of several units the one that runs longest counts', () => {
  const units = [20, 5].map((activeSince) => ({ id: 'web.service', activeSince }));
  assert.equal(neverLogged(holding([[ROOT, 10]]), units, undefined), false);
});

test('of a journal that cannot be read nothing is known', () => {
  const refusing = () => {
    throw new F2bError('JOURNAL_MISSING', 'none');
  };
  assert.equal(neverLogged(refusing, [{ id: 'web.service', activeSince: 20 }], undefined), false);
});
