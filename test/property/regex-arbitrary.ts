/** Random Python regexes over all of the grammar, and texts that have a chance to match them. */
import fc from 'fast-check';

const letters = ['a', 'b', 'c', 'A', 'k', 's', 'i', '1', '_', ' ', '-', ':'];
const strangers = [
  ...['é', 'ß', 'İ', 'ſ', '\u212a', 'ı', '\u2028', '\r', '\x1c', '٣', '😀', '\u{10400}', '\ud800', '\n', 'µ', 'Σ', 'ς'],
];
const escapes = [
  ...['\\d', '\\D', '\\w', '\\W', '\\s', '\\S', '\\.', '\\-', '\\x61', '\\u0062', '\\141', '\\n', '\\0', '\\]', '\\\\'],
];

const char = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...letters) },
  { weight: 1, arbitrary: fc.constantFrom(...strangers) },
);

const classItem = fc.oneof(
  { weight: 6, arbitrary: char },
  { weight: 2, arbitrary: fc.constantFrom('a-c', '0-9', 'A-Z', 'i-t', 'à-ÿ', '\\x80-\\U0001ffff', '-', ']', '^', '[') },
  { weight: 2, arbitrary: fc.constantFrom(...escapes) },
);

const charClass = fc
  .tuple(fc.constantFrom('', '', '^'), fc.array(classItem, { minLength: 1, maxLength: 4 }))
  .map(([negation, items]) => `[${negation}${items.join('')}]`);

const anchor = fc.constantFrom('^', '$', '\\A', '\\Z', '\\b', '\\B');

const quantifier = fc
  .tuple(
    fc.constantFrom('*', '+', '?', '?', '{2}', '{1,2}', '{,2}', '{0,3}', '{1,}', '{,}', '{2,3}'),
    fc.constantFrom('', '', '', '?', '+'),
  )
  .map((parts) => parts.join(''));

const flags = fc.constantFrom('i', 's', 'm', 'x', 'a', 'u', '-i', 'i-s', '-m', 'im');

/** Stand for a group's name and for one of the groups before; `settle` puts names and numbers in. */
const name = '\ue000';
const anyGroup = fc.nat(7).map((choice) => String.fromCharCode(0xe010 + choice));
const namedGroup = fc.nat(7).map((choice) => String.fromCharCode(0xe020 + choice));

/** Numbers the groups and lets the references name them. Some are still open and so refused; most are good. */
function settle(pattern: string): string {
  let groups = 0;
  const named: number[] = [];
  const open = (text: string) => {
    groups += 1;
    if (text === '(') return text;
    named.push(groups);
    return `g${groups}`;
  };
  const refer = (text: string, choice: string) => {
    const pick = choice.charCodeAt(0);
    if (choice >= '\ue020' && named.length > 0) return text.replace(choice, `g${named[pick % named.length]}`);
    if (groups === 0 || text.startsWith('(?P')) return text === choice ? '1' : 'a';
    return text.replace(choice, String(1 + (pick % groups)));
  };
  return pattern
    .split(/(\((?!\?)|\ue000|\\[\ue010-\ue017]|\(\?P=[\ue020-\ue027]\)|[\ue010-\ue027])/)
    .map((text) => {
      const [choice] = /[\ue010-\ue027]/.exec(text) ?? [];
      if (choice !== undefined) return refer(text, choice);
      return text === '(' || text === name ? open(text) : text;
    })
    .join('');
}

type Part = 'alternation' | 'sequence' | 'piece' | 'atom' | 'group';

const parts = fc.letrec<Record<Part, string>>((tie) => ({
  alternation: fc.oneof(
    { weight: 5, arbitrary: tie('sequence') },
    { weight: 2, arbitrary: fc.tuple(tie('sequence'), tie('sequence')).map((branches) => branches.join('|')) },
    { weight: 1, arbitrary: fc.array(tie('sequence'), { minLength: 3, maxLength: 3 }).map((all) => all.join('|')) },
  ),
  sequence: fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { weight: 12, arbitrary: tie('atom') },
    { weight: 6, arbitrary: fc.tuple(tie('atom'), quantifier).map((pieces) => pieces.join('')) },
    { weight: 3, arbitrary: anchor },
    { weight: 1, arbitrary: fc.constantFrom('{', '{,', '}', ']', '{a}', '(?#x)', '#', ' ', '*', '^*', 'a{,}+') },
  ),
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 8, arbitrary: char },
    { weight: 2, arbitrary: fc.constant('.') },
    { weight: 3, arbitrary: charClass },
    { weight: 2, arbitrary: fc.constantFrom(...escapes) },
    { weight: 1, arbitrary: anyGroup.map((number) => `(?:\\${number})`) },
    { weight: 1, arbitrary: namedGroup.map((group) => `(?P=${group})`) },
    { weight: 12, arbitrary: tie('group') },
  ),
  group: fc.oneof(
    { weight: 8, arbitrary: tie('alternation').map((body) => `(${body})`) },
    { weight: 3, arbitrary: tie('alternation').map((body) => `(?:${body})`) },
    { weight: 3, arbitrary: tie('alternation').map((body) => `(?P<${name}>${body})`) },
    { weight: 2, arbitrary: fc.tuple(flags, tie('alternation')).map(([flag, body]) => `(?${flag}:${body})`) },
    { weight: 1, arbitrary: tie('alternation').map((body) => `(?>${body})`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('=', '!', '<=', '<!'), tie('alternation'))
        .map((look) => `(?${look.join('')})`),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.oneof(anyGroup, namedGroup), tie('sequence'), fc.option(tie('sequence')))
        .map(([group, yes, no]) => `(?(${group})${yes}${no === null ? '' : `|${no}`})`),
    },
  ),
}));

/** A regex, mostly one that Python accepts, sometimes with flags for all of it in front. */
export const regexes: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '', '', '', '(?i)', '(?m)', '(?s)', '(?x)', '(?a)', '(?im)'), parts.alternation)
  .map(([global, pattern]) => global + settle(pattern));

/** Made of the same characters as the regexes. */
export const texts: fc.Arbitrary<string> = fc
  .tuple(fc.array(char, { maxLength: 9 }), fc.constantFrom('', '', '\n', '\nb\n', '\n\n'))
  .map(([chars, end]) => chars.join('') + end);
