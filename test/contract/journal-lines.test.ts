/** Lines and fields of odd entries, as the native library writes them from real journal files. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { Entry, MessageEnd } from '../../src/core/entry.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import {
  type FieldValue,
  journalDirectory,
  libraryPath,
  missingJournalRemote,
  writeJournal,
} from '../support/journal-files.js';

type Fields = Readonly<Record<string, FieldValue>>;

const START = 1_700_000_000_000_000;
const WANTED = ['_SYSTEMD_UNIT', '_UID', 'F2B_CURSOR', 'BLOB'];

/** Writes entries with these fields, one µs apart, and opens them. */
function journalOf(t: TestContext, all: readonly Fields[]) {
  const directory = journalDirectory();
  writeJournal(
    join(directory.path, 'test.journal'),
    all.map((fields, i) => ({ receivedAt: START + i, monotonic: 12_345_678, fields })),
  );
  const journal = openJournal({
    library: openLibrary(libraryPath),
    directory: directory.path,
    matches: [],
    fields: WANTED,
  });
  t.after(() => {
    journal.close();
    directory.remove();
  });
  journal.seek({ kind: 'head' });
  return journal;
}

function entriesOf(t: TestContext, all: readonly Fields[]): readonly Entry[] {
  const entries = journalOf(t, all).read(all.length + 1);
  assert.equal(entries.length, all.length);
  return entries;
}

function entryOf(t: TestContext, fields: Fields): Entry {
  const [entry] = entriesOf(t, [fields]);
  assert.ok(entry);
  return entry;
}

const sshd = { _HOSTNAME: 'host', SYSLOG_IDENTIFIER: 'sshd', _COMM: 'comm', _PID: '7', SYSLOG_PID: '8' };

/** fail2ban's formatJournalEntry decides what is expected here. */
const lines: readonly (readonly [what: string, fields: Fields, line: string])[] = [
  ['all parts', { ...sshd, MESSAGE: 'hello' }, 'host sshd[8]: hello'],
  ['the process id journald saw', { _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 's', _PID: '7', MESSAGE: 'm' }, 'h s[7]: m'],
  ['the program instead of the identifier', { _HOSTNAME: 'h', _COMM: 'c', _PID: '7', MESSAGE: 'm' }, 'h c[7]: m'],
  ['no process id', { _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 's', MESSAGE: 'm' }, 'h s: m'],
  ['no identifier', { _HOSTNAME: 'h', _PID: '7', MESSAGE: 'm' }, 'h m'],
  ['no host', { SYSLOG_IDENTIFIER: 's', MESSAGE: 'm' }, 's: m'],
  ['a message alone', { MESSAGE: 'm' }, 'm'],
  ['no message', { _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 's' }, 'h s: '],
  ['an empty message', { ...sshd, MESSAGE: '' }, 'host sshd[8]: '],
  ['newlines', { ...sshd, MESSAGE: '\na\nb\n' }, 'host sshd[8]: \\na\\nb\\n'],
  [
    'no newline that ends the line of a container',
    { ...sshd, CONTAINER_ID: '0cc8329101f9', MESSAGE: 'a\nb\n' },
    'host sshd[8]: a\\nb',
  ],
  ['other control characters as they are', { MESSAGE: 'a\tb\u0000c\u001b[1m\r' }, 'a\tb\u0000c\u001b[1m\r'],
  ['UTF-8', { ...sshd, MESSAGE: 'jürgen 🙂 \u2028' }, 'host sshd[8]: jürgen 🙂 \u2028'],
  ['bytes that are no UTF-8', { MESSAGE: Buffer.from([0x61, 0xff, 0xfe, 0x62]) }, 'a\ufffd\ufffdb'],
  ['a kernel message', { _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 'kernel', MESSAGE: 'm' }, 'h kernel: [   12.345678] m'],
  [
    'a kernel message with its own time',
    { _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 'kernel', _SOURCE_MONOTONIC_TIMESTAMP: '98765432', MESSAGE: 'm' },
    'h kernel: [   98.765432] m',
  ],
];

describe('lines of the journal', { skip: missingJournalRemote ?? false }, () => {
  test('a line has the parts that the entry has, as fail2ban puts them together', (t) => {
    const entries = entriesOf(
      t,
      lines.map(([, fields]) => fields),
    );
    assert.deepEqual(
      entries.map(({ line }, i) => `${lines[i]?.[0]}: ${line}`),
      lines.map(([what, , line]) => `${what}: ${line}`),
    );
  });

  test('bulk reading gives the same lines', async (t) => {
    const journal = journalOf(
      t,
      lines.map(([, fields]) => fields),
    );
    const found: string[] = [];
    for await (const batch of journal.readLines())
      found.push(...Array.from(batch, ({ terminated }) => terminated.slice(0, -1)));
    assert.deepEqual(
      found,
      lines.map(([, , line]) => line),
    );
  });

  test('what journald did to the end of a message is told, read in either way', async (t) => {
    const ends: readonly (readonly [Fields, MessageEnd | undefined])[] = [
      [{ MESSAGE: 'whole' }, undefined],
      [
        { MESSAGE: 'a', SYSLOG_RAW: '<38>Nov 28 20:00:00 sshd[7]: a \t\r\n ' },
        { stripped: 5, isBroken: false },
      ],
      [{ MESSAGE: 'a', SYSLOG_RAW: '<38>no date: a' }, undefined],
      [
        { MESSAGE: 'a', SYSLOG_RAW: `<38>a${' '.repeat(5000)}` },
        { stripped: 5000, isBroken: false },
      ],
      [
        { MESSAGE: 'a', SYSLOG_RAW: '   ' },
        { stripped: 3, isBroken: false },
      ],
      [
        { MESSAGE: 'a', _LINE_BREAK: 'line-max' },
        { stripped: 0, isBroken: true },
      ],
      [
        { MESSAGE: 'a', CONTAINER_PARTIAL_MESSAGE: 'true', CONTAINER_PARTIAL_ID: 'x' },
        { stripped: 0, isBroken: true, isRest: true },
      ],
      [{ MESSAGE: 'a', CONTAINER_PARTIAL_MESSAGE: 'false' }, undefined],
      [
        { MESSAGE: 'a', F2B_CUT: 'yes' },
        { stripped: 0, isBroken: false, isCut: true },
      ],
      [{ MESSAGE: 'a', _LINE_BREAK: 'eof' }, undefined],
      [{ MESSAGE: 'whole again' }, undefined],
    ];
    const all = ends.map(([fields]) => fields);
    const expected = ends.map(([, end]) => end);
    assert.deepEqual(
      entriesOf(t, all).map(({ messageEnd }) => messageEnd),
      expected,
    );
    const found: (MessageEnd | undefined)[] = [];
    for await (const batch of journalOf(t, all).readLines())
      found.push(...Array.from(batch, ({ messageEnd }) => messageEnd));
    assert.deepEqual(found, expected);
  });

  test('several messages of one entry are joined by spaces, several values of a field by newlines', (t) => {
    const { line, fields } = entryOf(t, { MESSAGE: ['one', 'two'], F2B_CURSOR: ['s=1', 's=2'], _UID: '0' });
    assert.equal(line.split(' ').sort().join(' '), 'one two');
    assert.deepEqual(fields['F2B_CURSOR']?.split('\n').sort(), ['s=1', 's=2']);
    assert.equal(fields['_UID'], '0');
  });

  test('what the pieces of a line have in common is the same in either way, and nothing else is', async (t) => {
    const stream = { ...sshd, _STREAM_ID: 'a'.repeat(32) };
    const container = { ...sshd, CONTAINER_ID: 'c', PRIORITY: '6' };
    const all = [
      sshd,
      ...[stream, { ...stream, _STREAM_ID: 'b'.repeat(32) }, { ...stream, _PID: '9' }],
      ...[container, { ...container, PRIORITY: '3' }, { ...container, CONTAINER_ID: 'd' }, { ...container, _PID: '9' }],
    ];
    const streams = entriesOf(t, [...all, ...all]).map((entry) => entry.stream);
    assert.deepEqual(streams.slice(0, all.length), streams.slice(all.length));
    assert.equal(streams[0], undefined);
    assert.equal(new Set(streams).size, all.length);
    const found: (number | undefined)[] = [];
    for await (const batch of journalOf(t, [...all, ...all]).readLines())
      found.push(...Array.from(batch, (line) => line.stream));
    assert.deepEqual(found, streams);
  });

  test('a huge message is cut and the entries around it are whole', (t) => {
    const huge = 'x'.repeat(3_000_000);
    const [first, second, third] = entriesOf(t, [{ MESSAGE: 'a' }, { ...sshd, MESSAGE: huge }, { MESSAGE: 'b' }]);
    assert.equal(first?.line, 'a');
    assert.match(second?.line ?? '', /^host sshd\[8\]: x+$/);
    assert.ok((second?.line.length ?? 0) > 60_000 && (second?.line.length ?? 0) <= 65_536);
    assert.equal(third?.line, 'b');
  });

  test('a message of newlines only stays within the same bound', (t) => {
    const { line } = entryOf(t, { ...sshd, MESSAGE: '\n'.repeat(1_000_000) });
    assert.match(line, /^host sshd\[8\]: (\\n)+$/);
    assert.ok(line.length <= 65_536);
  });

  test('huge entries come in as many batches as they need', (t) => {
    const names = Array.from({ length: 40 }, (_, i) => `entry ${i}`);
    const journal = journalOf(
      t,
      names.map((name) => ({ MESSAGE: `${name} ${'y'.repeat(60_000)}` })),
    );
    const found: string[] = [];
    for (let batch = journal.read(100); batch.length > 0; batch = journal.read(100)) {
      assert.ok(batch.length < names.length);
      found.push(...batch.map(({ line }) => line.slice(0, line.indexOf(' y'))));
    }
    assert.deepEqual(found, names);
  });

  test('a huge or binary field is cut and harmless', (t) => {
    const { fields } = entryOf(t, { MESSAGE: 'm', BLOB: Buffer.alloc(1_000_000, 0xff), _SYSTEMD_UNIT: 'ssh.service' });
    assert.equal(fields['BLOB'], '\ufffd'.repeat(4096));
    assert.equal(fields['_SYSTEMD_UNIT'], 'ssh.service');
  });

  test('the source time counts when it is a number of µs, else the time of receipt', (t) => {
    const times = ['1699999999000000', '', '12x', '-5', '99999999999999999999', ' 5'];
    const entries = entriesOf(
      t,
      times.map((time) => ({ MESSAGE: time, _SOURCE_REALTIME_TIMESTAMP: time })),
    );
    assert.deepEqual(
      entries.map(({ at }, i) => at - START - i),
      [-1_000_000, 0, 0, 0, 0, 0],
    );
  });
});
