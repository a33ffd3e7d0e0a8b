import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../../../src/core/problem.js';
import type { Budget } from '../../../../src/filter/budget.js';
import type { Matcher, Verdict } from '../../../../src/filter/filter.js';
import { loadFilter } from '../../../../src/filter/load-filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import { libraryOf } from '../../../support/filter-library.js';

function matcherOf(definition: string): Matcher {
  const library = libraryOf({ '/etc/f/a.conf': `[Definition]\n${definition}` });
  const { value, problems } = loadFilter({ name: 'a', options: {} }, library);
  assert.ok(value, problems.map(formatProblem).join('\n'));
  return createMatcher(value);
}

/** A verdict in one line: `192.0.2.1 <c1 c2>`, `-`, `ignored`, `gained 192.0.2.1 root`. */
function brief(verdict: Verdict): string {
  switch (verdict.outcome) {
    case 'failure':
      return verdict.hits.map(({ id, evidence }) => `${id} <${evidence.join(' ')}>`).join(', ');
    case 'gained':
      return `gained ${verdict.address?.text} ${verdict.user}`;
    case 'none':
      return '-';
    default:
      return verdict.outcome;
  }
}

function verdicts(definition: string, lines: readonly string[]): readonly string[] {
  const matcher = matcherOf(definition);
  return lines.map((text, index) => brief(matcher.match({ text, at: index * 1_000_000, cursor: `c${index + 1}` })));
}

const session = `prefregex = ^<F-MLFID>\\w+: </F-MLFID><F-CONTENT>.+</F-CONTENT>$
failregex = ^fail <F-USER>\\S+</F-USER>(?: <HOST>)?$
  ^<F-NOFAIL>hello</F-NOFAIL> <HOST>$
  ^<F-NOFAIL>name</F-NOFAIL> <F-USER>\\S+</F-USER>$
  ^<F-NOFAIL>id</F-NOFAIL> <F-ID>\\d+</F-ID> <F-USER>\\S+</F-USER>$
  ^<F-MLFGAINED>in</F-MLFGAINED>(?: <F-USER>\\S+</F-USER> <HOST>)?$
  ^<F-MLFFORGET><F-NOFAIL>bye</F-NOFAIL></F-MLFFORGET>(?: <HOST>)?$`;

const once = `prefregex = ^<F-MLFID>\\w+: </F-MLFID><F-CONTENT>.+</F-CONTENT>$
failregex = ^fail <HOST>$
  ^<F-ONCE>lost</F-ONCE> <HOST>$
  ^<F-NOFAIL><F-ONCE><F-MLFFORGET>end</F-MLFFORGET></F-ONCE></F-NOFAIL> <HOST>$`;

for (const [what, lines] of [
  ['the end of a session that failed is no failure of its own', 's: fail 192.0.2.1|192.0.2.1 <c1>|s: lost 192.0.2.1|-'],
  ['the end of one that did not fail is', 's: lost 192.0.2.1|192.0.2.1 <c1>|s: end 192.0.2.1|-'],
  ['the same end again is that of another', 's: lost 192.0.2.1|192.0.2.1 <c1>|s: lost 192.0.2.1|192.0.2.1 <c2>'],
  ['another address has a session of its own', 's: fail 192.0.2.1|192.0.2.1 <c1>|s: lost 192.0.2.2|192.0.2.2 <c2>'],
  [
    'each attempt of a session may end the same way',
    's: fail 192.0.2.1|192.0.2.1 <c1>|s: lost 192.0.2.1|-|s: fail 192.0.2.1|192.0.2.1 <c2 c3>|s: lost 192.0.2.1|-',
  ],
  [
    'so has what comes after the end',
    's: fail 192.0.2.1|192.0.2.1 <c1>|s: end 192.0.2.1|-|s: lost 192.0.2.1|192.0.2.1 <c3>',
  ],
] as const) {
  test(what, () => {
    const words = lines.split('|');
    const given = words.filter((_word, at) => at % 2 === 0);
    assert.deepEqual(
      verdicts(once, given),
      words.filter((_word, at) => at % 2 === 1),
    );
  });
}

const sequences: readonly [string, readonly [string, string][]][] = [
  [
    'a harmless line is charged with the failure that follows, once',
    [
      ['s: hello 192.0.2.1', '-'],
      ['s: fail root', '192.0.2.1 <c1 c2>'],
      ['s: fail root', '192.0.2.1 <c3>'],
    ],
  ],
  [
    'a failure without an address waits for one, even from a harmless line',
    [
      ['s: fail root', '-'],
      ['t: hello 192.0.2.2', '-'],
      ['s: bye 192.0.2.1', '192.0.2.1 <c1 c3>'],
      ['s: fail root', '-'],
    ],
  ],
  [
    'access gained clears what waits and is told with address and user',
    [
      ['s: name root', '-'],
      ['s: fail root', '-'],
      ['s: in', 'gained undefined root'],
      ['s: bye 192.0.2.1', '-'],
    ],
  ],
  [
    'attempts with two accounts are a failure although one succeeded',
    [
      ['s: hello 192.0.2.1', '-'],
      ['s: name root', '-'],
      ['s: name admin', '192.0.2.1 <c1 c2 c3>'],
      ['s: in', '192.0.2.1 <c4>'],
    ],
  ],
  [
    'a line with an address of its own replaces the old one, whatever the family',
    [
      ['s: fail a 192.0.2.1', '192.0.2.1 <c1>'],
      ['s: fail a 2001:db8::1', '2001:db8::1 <c2>'],
      ['s: fail a example.org', 'example.org <c3>'],
      ['s: fail a ::ffff:192.0.2.7', '192.0.2.7 <c4>'],
      ['s: fail a', '192.0.2.7 <c5>'],
    ],
  ],
  [
    'accounts and harmless lines of another address are nothing to who comes after it',
    [
      ['s: name root', '-'],
      ['s: hello 192.0.2.1', '-'],
      ['s: in alice 192.0.2.2', 'gained 192.0.2.2 alice'],
      ['s: fail bob', '192.0.2.2 <c3 c4>'],
    ],
  ],
  [
    'an address written in another way is the same, a host name is another',
    [
      ['s: hello 2001:db8::1', '-'],
      ['s: hello 2001:DB8:0::1', '-'],
      ['s: hello example.org', '-'],
      ['s: fail root', 'example.org <c3 c4>'],
    ],
  ],
  [
    'an id of its own begins a session anew, too',
    [
      ['s: id 7 root', '-'],
      ['s: id 7 root', '-'],
      ['s: id 8 admin', '-'],
      ['s: fail admin', '8 <c3 c4>'],
    ],
  ],
];

for (const [name, steps] of sequences) {
  test(`sessions: ${name}`, () => {
    const lines = steps.map(([line]) => line);
    assert.deepEqual(
      verdicts(session, lines),
      steps.map(([, verdict]) => verdict),
    );
  });
}

test('sessions: one that nobody touched for long is forgotten', () => {
  const matcher = matcherOf(session);
  matcher.match({ text: 's: hello 192.0.2.1', at: 0, cursor: 'c1' });
  matcher.match({ text: 't: hello 192.0.2.2', at: 599e6, cursor: 'c2' });
  assert.equal(brief(matcher.match({ text: 's: fail root', at: 601e6, cursor: 'c3' })), '-');
  assert.equal(brief(matcher.match({ text: 't: fail root', at: 601e6, cursor: 'c4' })), '192.0.2.2 <c2 c4>');
});

test('sessions: a line without a date between dated ones of long ago ends none', () => {
  const matcher = matcherOf(session);
  matcher.match({ text: 's: hello 192.0.2.1', at: 0, cursor: 'c1' });
  matcher.match({ text: 't: hello 192.0.2.2', at: 1e15, isUndated: true, cursor: 'c2' });
  assert.equal(brief(matcher.match({ text: 's: fail root', at: 1e6, cursor: 'c3' })), '192.0.2.1 <c1 c3>');
});

test('sessions: accounts that consist of two parts count as accounts', () => {
  const parts =
    'failregex = ^<F-MLFID>s</F-MLFID> <F-NOFAIL>\\w+</F-NOFAIL> <F-USER>\\w+</F-USER>@<F-TUPLE_USER>\\w+</F-TUPLE_USER> <ADDR>$';
  const lines = ['s try a@x 192.0.2.1', 's try a@x 192.0.2.1', 's try a@y 192.0.2.1'];
  assert.deepEqual(verdicts(parts, lines), ['-', '-', '192.0.2.1 <c1 c2 c3>']);
});

test('sessions: a hundred thousand at once are held within bounds, the newest survive', () => {
  const matcher = matcherOf(session);
  for (let n = 0; n < 100_000; n += 1) matcher.match({ text: `s${n}: hello 192.0.2.1`, at: n, cursor: 'c' });
  assert.equal(brief(matcher.match({ text: 's1: fail root', at: 1e5, cursor: 'd' })), '-');
  assert.equal(brief(matcher.match({ text: 's99999: fail root', at: 1e5, cursor: 'd' })), '192.0.2.1 <c d>');
});

const singles: readonly [string, string, string, string][] = [
  [
    'an address in the failregex outranks one in the prefregex, whatever the family',
    'prefregex = ^<ADDR> <F-CONTENT>.*</F-CONTENT>$\nfailregex = ^for <ADDR>$\n  ^bad$',
    '192.0.2.1 for 2001:db8::1',
    '2001:db8::1 <c1>',
  ],
  [
    'F-CONTENT replaces the line',
    'prefregex = ^a <F-CONTENT>.*</F-CONTENT>$\nfailregex = ^<HOST>$',
    'a 192.0.2.1',
    '192.0.2.1 <c1>',
  ],
  ['a line prefregex does not match is nothing', 'prefregex = ^a\nfailregex = <HOST>', 'b 192.0.2.1', '-'],
  [
    'the address may be in prefregex',
    'prefregex = ^<HOST> <F-CONTENT>.*</F-CONTENT>\nfailregex = ^x',
    '192.0.2.1 x',
    '192.0.2.1 <c1>',
  ],
  [
    'the first regex that matches decides',
    'failregex = a <HOST>\n  b <HOST>',
    'b 192.0.2.2 a 192.0.2.1',
    '192.0.2.1 <c1>',
  ],
  ['ignoreregex after a match', 'failregex = <HOST>\nignoreregex = friend', '192.0.2.1 friend', 'ignored'],
  [
    'ignoreregex does not hide what does not match',
    'failregex = <ADDR>$\nignoreregex = friend',
    '192.0.2.1 friend',
    '-',
  ],
  ['F-ID goes before the address', 'failregex = <F-ID>\\w+</F-ID> <HOST>', 'me 192.0.2.1', 'me <c1>'],
  ['F-ID that is an address', 'failregex = <F-ID/>$', '2001:DB8::1', '2001:db8::1 <c1>'],
  ['a network with CIDR', 'failregex = <SUBNET>', '192.0.2.77/24', '192.0.2.0/24 <c1>'],
  ['an impossible address is only a name', 'failregex = <ADDR>', '999.0.2.1', '999.0.2.1 <c1>'],
  ['F-NOFAIL without a session', 'failregex = <F-NOFAIL>x</F-NOFAIL> <HOST>', 'x 192.0.2.1', '-'],
  [
    'F-ALT_ fills what is empty',
    'failregex = (?:a <F-ALT_USER>\\w+</F-ALT_USER>|b) <F-ID/>',
    'a me 192.0.2.1',
    '192.0.2.1 <c1>',
  ],
  ['and in any case of letters', 'failregex = ^(?P<alt_Id>\\w+) <ADDR>$', 'me 192.0.2.1', 'me <c1>'],
];

for (const [name, definition, line, expected] of singles) {
  test(`matcher: ${name}`, () => assert.deepEqual(verdicts(definition, [line]), [expected]));
}

test('matcher: few ignoreregexes are tried first, against the whole line', () => {
  const many = 'failregex = a <HOST>\n  b <HOST>\n  c <HOST>\n  d <HOST>\nignoreregex = friend';
  assert.deepEqual(verdicts(many, ['no match, friend', 'a 192.0.2.1']), ['ignored', '192.0.2.1 <c2>']);
});

test('matcher: captures are told by the names of their tags', () => {
  const matcher = matcherOf(
    'failregex = ^<ADDR> <F-PORT/> (?:<F-ALT_USER_1>\\w+</F-ALT_USER_1>|x) <F-TUPLE_PART>\\w+</F-TUPLE_PART>,<F-TUPLE_PART_1>\\w+</F-TUPLE_PART_1>',
  );
  const verdict = matcher.match({ text: '192.0.2.1 22 me a,b', at: 5, cursor: 'c' });
  assert.ok(verdict.outcome === 'failure');
  assert.deepEqual(verdict.hits[0]?.fields, { ip4: '192.0.2.1', port: '22', user: 'me', part: ['', 'a', 'b'] });
});

test('maxlines: a failure over several lines, with others between them', () => {
  const definition = 'maxlines = 4\nfailregex = ^(\\d+) start$<SKIPLINES>^\\1 fail <HOST>$';
  assert.deepEqual(
    verdicts(definition, ['1 start', '2 start', '1 fail 192.0.2.1', '2 fail 192.0.2.2', '2 fail 192.0.2.3']),
    ['-', '-', '192.0.2.1 <c1 c3>', '192.0.2.2 <c2 c4>', '-'],
  );
});

test('matcher: a batch has the verdicts that its lines have one by one', () => {
  const texts = ['s: hello 192.0.2.1', 's: fail root', 'x', 't: fail me', 's: in', 't: bye 192.0.2.2'];
  const lines = texts.map((text, index) => ({ text, at: index, cursor: `c${index + 1}` }));
  const single = matcherOf(session);
  assert.deepEqual(
    matcherOf(session).matchAll(lines).map(brief),
    lines.map((line) => brief(single.match(line))),
  );
});

/** Gives up every item that holds a word, as if it took too long. */
const impatient: Budget = {
  trustsLinear: false,
  each(items, work, exceeded) {
    return items.map((item) => {
      const result = work(item);
      return JSON.stringify(item).includes('endless') ? exceeded(item) : result;
    });
  },
};

test('matcher: a line that is given up is told with the regex that was being tried, and the others go on', () => {
  const library = libraryOf({ '/etc/f/a.conf': '[Definition]\nfailregex = ^a <HOST>$\n  ^b <HOST>$' });
  const { value } = loadFilter({ name: 'a', options: {} }, library);
  assert.ok(value);
  const matcher = createMatcher(value, { budget: impatient });
  const lines = ['a 192.0.2.1', 'b endless', 'b 192.0.2.2'].map((text, at) => ({ text, at, cursor: `c${at}` }));
  const verdicts = matcher.matchAll(lines);
  assert.deepEqual(verdicts.map(brief), ['192.0.2.1 <c0>', 'slow', '192.0.2.2 <c2>']);
  assert.deepEqual(verdicts[1], { outcome: 'slow', regex: '^b <HOST>$', notice: 'told' });
});

test('matcher: with maxlines a buffer that is given up is emptied', () => {
  const text = '[Definition]\nmaxlines = 5\nfailregex = ^a$<SKIPLINES>^b <HOST>$';
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': text }));
  assert.ok(value);
  const matcher = createMatcher(value, { budget: impatient });
  const lines = ['a', 'endless', 'b 192.0.2.1', 'a', 'b 192.0.2.2'];
  const verdicts = lines.map((line, at) => brief(matcher.match({ text: line, at, cursor: `c${at}` })));
  assert.deepEqual(verdicts, ['-', 'slow', '-', '-', '192.0.2.2 <c3 c4>']);
});

test('matcher: a line that makes the engine throw is given up, and the others go on', () => {
  const text = '[Definition]\nprefregex = ^<F-CONTENT>.+</F-CONTENT>$\nfailregex = ^a <HOST>$\n  ^b <HOST>$';
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': text }));
  const { prefregex } = value ?? {};
  assert.ok(value && prefregex);
  const breaking = <T extends object>(regex: T): T =>
    new Proxy(regex, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (text: unknown, ...rest: readonly unknown[]) => {
          if (String(text).includes('192.0.2.9')) throw new RangeError('Maximum call stack size exceeded');
          return member.call(target, text, ...rest);
        };
      },
    });
  const matcher = createMatcher({ ...value, prefregex: { ...prefregex, regex: breaking(prefregex.regex) } });
  const lines = ['a 192.0.2.1', 'a 192.0.2.9', 'b 192.0.2.2'].map((text, at) => ({ text, at, cursor: `c${at}` }));
  assert.deepEqual(matcher.matchAll(lines).map(brief), ['192.0.2.1 <c0>', 'slow', '192.0.2.2 <c2>']);
});

test('matcher: so is one whose match cannot be made use of, and only the first three are told', () => {
  const library = libraryOf({ '/etc/f/a.conf': '[Definition]\nfailregex = ^a <HOST>$' });
  const { value } = loadFilter({ name: 'a', options: {} }, library);
  assert.ok(value);
  const observer = () => {
    throw new RangeError('Invalid string length');
  };
  const matcher = createMatcher(value, { observer });
  const lines = Array.from({ length: 4 }, (_, at) => ({ text: `a 192.0.2.${at}`, at, cursor: `c${at}` }));
  const told = matcher.matchAll(lines).map((verdict) => (verdict.outcome === 'slow' ? verdict.notice : ''));
  assert.deepEqual(told, ['told', 'told', 'last', 'counted']);
});
