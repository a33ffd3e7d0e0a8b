import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styleFor } from '../../../src/cli/print/style.js';
import { type Column, formatTable, Table } from '../../../src/cli/print/table.js';
import { exactMeasure, type Measure } from '../../../src/text/width.js';

interface Row {
  readonly name: string;
  readonly count: string;
  readonly note: string;
}

const columns: readonly Column<Row>[] = [
  { heading: 'NAME', text: ({ name }) => name },
  { heading: 'COUNT', align: 'right', text: ({ count }) => count },
  { heading: 'NOTE', text: ({ note }) => note, paint: (_, { red }) => red },
  { heading: '', text: ({ note }) => note.slice(0, 1) },
];

const rows: readonly Row[] = [
  { name: 'short', count: '1', note: '' },
  { name: 'a much longer name', count: '', note: 'first' },
  { name: '', count: '1,000,000', note: 'second note' },
];
const plain = styleFor({ isTerminal: false, write() {} }, {});
const byCharacters: Measure = ({ length }) => length;

function tableOf(some: readonly Row[], style = plain): Table<Row> {
  const table = new Table(columns, style);
  for (const row of some) table.add(row);
  return table;
}

test('columns are aligned, and no line ends in blanks', () => {
  assert.deepEqual(formatTable(rows, columns, plain), [
    'NAME                    COUNT  NOTE',
    'short                       1',
    'a much longer name             first        f',
    '                    1,000,000  second note  s',
  ]);
});

test('rows that came one by one are shown in the order asked for, and only as wide as those that are shown', () => {
  const lines = [...tableOf(rows).portions(byCharacters, [2, 0])].join('\n').split('\n');
  assert.deepEqual(
    lines,
    formatTable(
      [2, 0].flatMap((at) => rows[at] ?? []),
      columns,
      plain,
    ),
  );
  assert.equal(lines[2], 'short          1');
});

test('each row is coloured by itself, and colours take no room', () => {
  const style = styleFor({ isTerminal: true, write() {} }, { TERM: 'xterm' });
  const coloured = formatTable(rows, columns, style);
  assert.ok(coloured[2]?.includes('\u001b[31mfirst\u001b[0m'));
  const escapes = new RegExp(`${'\u001b'}\\[\\d+m`, 'g');
  assert.deepEqual(
    coloured.map((line) => line.replaceAll(escapes, '')),
    formatTable(rows, columns, plain),
  );
});

test('ten thousand rows in portions are the lines of one table', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ({ name: `n${at}`, count: String(at % 7), note: `${at}` }));
  const portions = [...tableOf(many).portions(byCharacters, [...many.keys()])];
  assert.ok(portions.length > 2);
  assert.deepEqual(portions.join('\n').split('\n'), formatTable(many, columns, plain));
});

test('wide characters are measured where there are any, and what would steer the terminal is written out', async () => {
  const wide = [...rows, { name: '\u4e16\u754c', count: '2', note: 'e\u001b[2J' }];
  const widthOf = await exactMeasure();
  assert.ok(tableOf(rows).isPlain);
  assert.ok(!tableOf(wide).isPlain);
  const lines = [...tableOf(wide).portions(widthOf, [3, 0])].join('\n').split('\n');
  assert.deepEqual(lines, ['NAME   COUNT  NOTE', '\u4e16\u754c       2  e\\u001b[2J  e', 'short      1']);
});
