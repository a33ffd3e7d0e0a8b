/** Messages that their program or journald may have cut off: nothing that the missing end could change counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../../src/core/problem.js';
import type { Line, Verdict } from '../../../src/filter/filter.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { libraryOf } from '../../support/filter-library.js';

const LIMIT = 120;

function verdictsOf(definition: string, lines: readonly (string | Partial<Line>)[], name = 'a'): readonly Verdict[] {
  const library = libraryOf({ [`/etc/f/${name}.conf`]: `[Definition]\n${definition}` });
  const { value, problems } = loadFilter({ name, options: {} }, library);
  assert.ok(value, problems.map(formatProblem).join('\n'));
  const matcher = createMatcher(value);
  return lines.map((line, at) =>
    matcher.match({ text: '', at, cursor: String(at), ...(typeof line === 'string' ? { text: line } : line) }),
  );
}

function brief(verdict: Verdict | undefined): string {
  if (verdict?.outcome === 'failure') return verdict.hits.map(({ id }) => id).join();
  return verdict?.outcome === 'none' && verdict.isCut ? 'cut' : (verdict?.outcome ?? '');
}

/** A message of just so many bytes: `filler` takes up what the rest leaves. */
function ofLength(bytes: number, before: string, behind: string, filler = 'x'): string {
  return `h p[1]: ${before}${filler.repeat(bytes - before.length - behind.length)}${behind}`;
}

const V = '203.0.113.4';
const P = '198.51.100.66';

const cases: readonly [what: string, regex: string, before: string, behind: string, below: string, from: string][] = [
  ['the address stands first', '^h p\\[1\\]: <ADDR>: no user .*', `${P}: no user `, '', P, P],
  ['the address is the last of the line', '^h p\\[1\\]: no user .* from <ADDR>$', 'no user ', ` from ${V}`, V, 'cut'],
  ['it is the last that fits', '^h p\\[1\\]: no user .* from <ADDR>', 'no user ', ` from ${V} port 2`, V, 'cut'],
  ['blanks may follow it', '^h p\\[1\\]: no user .* from <ADDR>\\s*$', 'no user ', ` from ${V}      `, V, 'cut'],
  ['there must be only one', '^h p\\[1\\]: (?!.*at .*at )\\w+ at <ADDR>, \\w+', 'x', ` at ${V}, no`, V, 'cut'],
  ['there is only one', '^h p\\[1\\]: at <ADDR>, (?!.*at )\\w+', `at ${V}, `, ' no', V, 'cut'],
  ['nothing can stand between', '^h p\\[1\\]: user "[^":]*": no, at <ADDR>', `user "a": no, at ${P}, for "`, '', P, P],
  ['its second half may be missing', '^h p\\[1\\]: \\w+ from <ADDR>', '', ` from ${V}`, V, 'cut'],
  ['a part of an IPv6 address', '^h p\\[1\\]: \\w+ from <ADDR>', '', ' from 2001:db8::abcd', '2001:db8::abcd', 'cut'],
  ['a part of a name', '^h p\\[1\\]: \\w+ from <HOST>', '', ' from a.example.or', 'a.example.or', 'cut'],
  ['an id that is no address', '^h p\\[1\\]: \\w+ by <F-ID>\\w+</F-ID>', '', ' by mallory', 'mallory', 'cut'],
  ['a class that some words end', '^h p\\[1\\]: at= [^=]*from <ADDR>', 'at= ', ` from ${V} it 1`, V, 'cut'],
];

for (const [what, regex, before, behind, below, from] of cases) {
  test(`${what}: ${below} below the limit, ${from} from there on`, () => {
    const definition = `messagelimit = ${LIMIT}\nfailregex = ${regex}`;
    const lines = [LIMIT - 1, LIMIT, LIMIT + 50].map((length) => ofLength(length, before, behind));
    assert.deepEqual(verdictsOf(definition, lines).map(brief), [below, from, from]);
  });
}

const session = `messagelimit = ${LIMIT}
prefregex = ^<F-MLFID>h p\\[\\d+\\]: </F-MLFID><F-CONTENT>.+</F-CONTENT>$
failregex = ^no user <F-USER>.*</F-USER> from <ADDR>$
  ^<F-NOFAIL>hello</F-NOFAIL> from <ADDR>$
  ^too many$
  ^too many for <F-USER>.*</F-USER>$
  ^<F-NOFAIL><F-MLFFORGET>bye</F-MLFFORGET></F-NOFAIL> <F-USER>.*</F-USER> <ADDR>$`;

test('in a session a message that was cut tells nothing of who is meant, others do', () => {
  const lines = [`h p[1]: hello from ${P}`, ofLength(LIMIT, 'no user ', ` from ${V}`), 'h p[1]: too many'];
  assert.deepEqual(verdictsOf(session, lines).map(brief), ['none', 'cut', P]);
});

test("a failure without an address of its own is the session's, however long its name", () => {
  const lines = [`h p[1]: hello from ${P}`, ofLength(LIMIT, 'too many for ', ' x')];
  const [, verdict] = verdictsOf(session, lines);
  assert.equal(brief(verdict), P);
  assert.equal(verdict?.outcome === 'failure' && verdict.hits[0]?.fields['user'], undefined, 'the name may go on');
});

for (const [first, second] of [
  ['\\001x', '\\\\001x'],
  ['a\\\\b', 'a\\\\\\\\b'],
  ['y'.repeat(100), 'y'.repeat(140)],
] as const) {
  test(`${first.slice(0, 9)} and ${second.slice(0, 9)} are one name of a session`, () => {
    const definition = session.replace(`${LIMIT}`, '1000');
    const lines = [`h p[1]: no user ${first} from ${P}`, `h p[1]: bye ${second} ${P}`];
    assert.deepEqual(verdictsOf(definition, lines).map(brief), [P, 'none']);
  });
}

test('blanks that journald took off count for the length', () => {
  const definition = `messagelimit = ${LIMIT}\nfailregex = no user .* from <ADDR>$`;
  const text = ofLength(LIMIT - 20, 'no user ', ` from ${V}`);
  const lines = [19, 20].map((stripped) => ({ text, messageEnd: { stripped, isBroken: false } }));
  assert.deepEqual(verdictsOf(definition, lines).map(brief), [V, 'cut']);
});

test('of a line that journald broke, neither the end nor the rest counts', () => {
  const definition = 'failregex = ^h p\\[\\d\\]: from <ADDR>$';
  const messageEnd = { stripped: 0, isBroken: true };
  const lines = [
    { text: `h p[1]: from ${V}`, messageEnd, stream: 1 },
    { text: `h p[1]: from ${P}`, stream: 2 },
    { text: `h p[1]: from ${P}` },
    { text: `h p[1]: from ${V}`, messageEnd, stream: 1 },
    { text: `h p[1]: from ${V}`, stream: 1 },
    { text: `h p[1]: from ${P}`, stream: 1 },
  ];
  assert.deepEqual(verdictsOf(definition, lines).map(brief), ['cut', P, P, 'none', 'none', P]);
});

test('however many streams have a broken line, what they go on with does not count', () => {
  const messageEnd = { stripped: 0, isBroken: true };
  const streams = Array.from({ length: 5_000 }, (_, index) => index + 1);
  const lines = [
    ...streams.map((stream) => ({ text: 'h p[1]: x', messageEnd, stream })),
    ...streams.map((stream) => ({ text: `h p[1]: from ${V}`, stream })),
  ];
  const verdicts = verdictsOf('failregex = ^h p\\[\\d\\]: from <ADDR>$', lines).map(brief);
  assert.deepEqual(new Set(verdicts), new Set(['none']));
});

test('letters beyond ASCII count as the bytes that the program wrote', () => {
  const definition = `messagelimit = ${LIMIT}\nfailregex = no user .* from <ADDR>$`;
  const lines = ['ü', '€', '😀'].map((letter) => {
    const bytes = Buffer.byteLength(letter);
    const most = LIMIT - `no user  from ${V}`.length;
    const name = letter.repeat(Math.floor(most / bytes)) + 'x'.repeat(most % bytes);
    return [`h p[1]: no user ${name} from ${V}`, `h p[1]: no user ${name.slice(0, -1)} from ${V}`];
  });
  assert.deepEqual(
    verdictsOf(definition, lines.flat())
      .filter((_, at) => at % 2 === 0)
      .map(brief),
    ['cut', 'cut', 'cut'],
  );
  assert.deepEqual(
    verdictsOf(
      definition,
      lines.slice(0, 2).map(([, shorter]) => shorter ?? ''),
    ).map(brief),
    [V, V],
  );
});

test('filters that name no limit have that of the program', () => {
  const definition = 'failregex = no user .* from <ADDR>$';
  const lines = [
    ['h sshd-session[1]: ', 500],
    ['nginx[1]: ', 2000],
    ['h postfix/smtpd[1]: ', 2000],
    ['h my-app[1]: ', 49_152],
  ] as const;
  for (const [prefix, limit] of lines) {
    const texts = [limit - 1, limit].map((length) => prefix + ofLength(length, 'no user ', ` from ${V}`).slice(8));
    assert.deepEqual(verdictsOf(definition, texts).map(brief), [V, 'cut'], prefix);
  }
  const file = ` [error] 7#7: *1 no user ${'x'.repeat(2000)} from ${V}`;
  assert.deepEqual(verdictsOf(definition, [file], 'nginx-door').map(brief), ['cut']);
  assert.deepEqual(verdictsOf(definition, [file], 'door').map(brief), [V]);
});

test('several lines as one hold no line that was cut', () => {
  const definition = `maxlines = 2\nmessagelimit = ${LIMIT}\nfailregex = ^a <ADDR>\\n.*b`;
  assert.deepEqual(verdictsOf(definition, [`a ${V}`, 'x'.repeat(LIMIT), 'b']).map(brief), ['none', 'cut', V]);
});

test('a limit that is none is a problem with its place', () => {
  const library = libraryOf({ '/etc/f/a.conf': '[Definition]\nfailregex = <ADDR>\nmessagelimit = many' });
  const { value, problems } = loadFilter({ name: 'a', options: {} }, library);
  assert.equal(value, undefined);
  assert.match(problems.map(formatProblem).join(), /a\.conf:3.*messagelimit is "many"/);
});
