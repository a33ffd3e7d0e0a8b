/** Lines that were broken or cut on their way into the journal, from real journal files: no client ends or begins one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { matchBatch } from '../../src/daemon/reading/match-batch.js';
import { createRouting } from '../../src/daemon/reading/routing/routing.js';
import { createRunningJail } from '../../src/daemon/reading/running-jail.js';
import type { Verdict } from '../../src/filter/filter.js';
import { loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { namedJailOf } from '../support/config-texts.js';
import { libraryOf } from '../support/filter-library.js';
import { journalDirectory, libraryPath, missingJournalRemote, writeJournal } from '../support/journal-files.js';

const START = 1_700_000_000_000_000;

const PEER = '198.51.100.66';
const VICTIM = '203.0.113.4';

const filter = loadFilter(
  { name: 'app', options: {} },
  libraryOf({ '/etc/f/app.conf': '[Definition]\nfailregex = ^(?:host app\\[7\\]: )?no user .* from <ADDR>$' }),
).value;
assert.ok(filter);

type Fields = Readonly<Record<string, string>>;

const ofUnit = { _SYSTEMD_UNIT: 'app.service', _HOSTNAME: 'host', SYSLOG_IDENTIFIER: 'app', _PID: '7' };
const ofStream = { ...ofUnit, _TRANSPORT: 'stdout', _STREAM_ID: 'a'.repeat(32) };
const ofContainer = { ...ofUnit, CONTAINER_ID: 'c1', PRIORITY: '6' };

const broken = (why: string) => ({ _LINE_BREAK: why });
const goesOn = { CONTAINER_PARTIAL_MESSAGE: 'true' };
const piece = (ordinal: number) => ({ CONTAINER_PARTIAL_ID: 'p1', CONTAINER_PARTIAL_ORDINAL: `${ordinal}` });

const begun = 'no user x';
const forged = `no user y from ${VICTIM}`;
const honest = `no user z from ${PEER}`;

/** The messages with their fields, and for each of them who is charged. */
type Row = readonly [what: string, entries: readonly (readonly [Fields, string, charged?: string])[]];

const rows: readonly Row[] = [
  [
    'whole lines',
    [
      [ofStream, honest, PEER],
      [ofUnit, honest, PEER],
      [ofContainer, honest, PEER],
    ],
  ],
  [
    'a broken line whose rest has nothing of what the filter looks for',
    [
      [{ ...ofStream, ...broken('line-max') }, begun],
      [ofStream, 'and so on'],
      [ofStream, honest, PEER],
    ],
  ],
  ...['line-max', 'nul', 'pid-change'].map(
    (why): Row => [
      `a line that journald broke, ${why}`,
      [
        [{ ...ofStream, ...broken(why) }, begun],
        [ofStream, forged],
        [ofStream, honest, PEER],
      ],
    ],
  ),
  [
    'a stream that ended in a line',
    [
      [{ ...ofStream, ...broken('eof') }, honest, PEER],
      [ofStream, honest, PEER],
    ],
  ],
  [
    'a line of another process on the stream between two pieces',
    [
      [{ ...ofStream, ...broken('pid-change') }, begun],
      [{ ...ofStream, _PID: '8', SYSLOG_PID: '7' }, honest, PEER],
      [ofStream, forged],
    ],
  ],
  [
    'what the process logs in another way between two pieces',
    [
      [{ ...ofStream, ...broken('line-max') }, begun],
      [ofUnit, honest, PEER],
      [ofStream, forged],
    ],
  ],
  [
    'another stream of the process between two pieces',
    [
      [{ ...ofStream, ...broken('line-max') }, begun],
      [{ ...ofStream, _STREAM_ID: 'b'.repeat(32) }, honest, PEER],
      [ofStream, forged],
    ],
  ],
  [
    'a line of podman’s in three pieces, and the next one',
    [
      [{ ...ofContainer, ...goesOn }, begun],
      [{ ...ofContainer, ...goesOn }, forged],
      [ofContainer, forged],
      [ofContainer, honest, PEER],
    ],
  ],
  [
    'a line of Docker’s, whose last piece is marked too',
    [
      [{ ...ofContainer, ...goesOn, ...piece(1) }, begun],
      [{ ...ofContainer, ...piece(2) }, forged],
      [ofContainer, honest, PEER],
    ],
  ],
  ['the last piece of a line of Docker’s whose first ones were not read', [[{ ...ofContainer, ...piece(3) }, forged]]],
  [
    'a line of the container’s other stream between two pieces',
    [
      [{ ...ofContainer, ...goesOn }, begun],
      [{ ...ofContainer, PRIORITY: '3' }, honest, PEER],
      [ofContainer, forged],
    ],
  ],
  [
    'another container between two pieces',
    [
      [{ ...ofContainer, ...goesOn }, begun],
      [{ ...ofContainer, CONTAINER_ID: 'c2' }, honest, PEER],
      [ofContainer, forged],
    ],
  ],
  [
    'a line of a file of which only the beginning was sent',
    [
      [{ ...ofUnit, F2B_CUT: 'yes' }, forged],
      [ofUnit, honest, PEER],
    ],
  ],
  [
    'a message of more than 4 kB, which is the most of any other field',
    [[ofUnit, `no user ${'x'.repeat(4072)} from ${VICTIM} from ${PEER}`, PEER]],
  ],
  [
    'a message longer than what is read of it',
    [[ofUnit, `no user ${'x'.repeat(65_528 - forged.length + 1)} from ${VICTIM} from ${PEER}`]],
  ],
];

function brief(verdict: Verdict | undefined): string | undefined {
  return verdict?.outcome === 'failure' ? verdict.hits.map(({ id }) => id).join() : undefined;
}

function open(t: TestContext, entries: Row[1], fields: readonly string[]) {
  const directory = journalDirectory();
  const written = entries.map(([known, MESSAGE], i) => ({ receivedAt: START + i, fields: { ...known, MESSAGE } }));
  writeJournal(join(directory.path, 'test.journal'), written);
  const library = openLibrary(libraryPath);
  const journal = openJournal({ library, directory: directory.path, matches: [], fields });
  t.after(() => {
    journal.close();
    directory.remove();
  });
  journal.seek({ kind: 'head' });
  return journal;
}

describe('lines that were broken or cut', { skip: missingJournalRemote ?? false }, () => {
  for (const [what, entries] of rows) {
    const expected = entries.map(([, , charged]) => charged);

    for (const type of ['journal', 'file']) {
      test(`${what}: who is charged by the agent, LogType=${type}`, (t) => {
        const config = namedJailOf('app.service', `[Jail]\nFilter=app\n[Journal]\nLogType=${type}\n`);
        // Of an entry that several jails read, each is first asked whether it may be anything to it.
        const jails = [1, 2].map(() => createRunningJail(config, createMatcher(filter)));
        const { fields } = createRouting(jails);
        const read = open(t, entries, fields).read(100);
        for (const some of [jails, jails.slice(1)]) {
          const verdicts = matchBatch(read.map((entry) => ({ entry, jails: some })));
          for (const at of some.keys())
            assert.deepEqual(
              verdicts.map((all) => brief(all[at])),
              expected,
            );
          for (const { matcher } of some) matcher.reset();
        }
      });
    }

    test(`${what}: who is charged by f2bctl test --journal`, async (t) => {
      const matcher = createMatcher(filter);
      const found: (string | undefined)[] = [];
      for await (const lines of open(t, entries, []).readLines()) found.push(...matcher.matchAll(lines).map(brief));
      assert.deepEqual(found, expected);
    });
  }
});
