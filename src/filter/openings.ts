/**
 * Whether lines are of the kind that a filter is written for, told by how its regexes begin. What they ask for first, the
 * program's name or the address, stands in every line of the program, also where nobody attacks. Invariant: in doubt yes.
 */
import type { Filter } from './load-filter.js';
import { charTest } from './regex/characters/char-test.js';
import { isNullable, some } from './regex/facts.js';
import { type RegexNode, sequence } from './regex/syntax.js';
import { type TranslatedRegex, translateParsed } from './regex/translate.js';

/** `hasHead`: it begins with `HOST PROGRAM[PID]: `; else it is a line of a file. */
export type OpensLike = (text: string, hasHead: boolean) => boolean;

/** Undefined when that cannot be told: a regex may match anywhere in a line, or in one of several. */
export function openingsOf({ prefregex, failregex, maxlines }: Filter): OpensLike | undefined {
  if (maxlines > 1) return undefined;
  const rules = prefregex === undefined ? failregex : [prefregex];
  const openings: Opening[] = [];
  for (const { regex } of rules) {
    const opening = openingOf(regex);
    if (opening === undefined) return undefined;
    openings.push(opening);
  }
  return (text, hasHead) => {
    const head = hasHead ? headOf(text) : 0;
    return openings.some((opening) => opening(`${text}\n`, head));
  };
}

/** Whether a regex gets through the head of a text, and what else each line of its kind has. */
type Opening = (text: string, head: number) => boolean;

function openingOf({ root, groups }: TranslatedRegex): Opening | undefined {
  const [anchor, ...items] = itemsOf(root);
  const isPlain = !some(root, ({ kind }) => kind === 'reference' || kind === 'conditional');
  if (anchor?.kind !== 'anchor' || anchor.at !== 'text-start' || !isPlain) return undefined;
  const first = items.findIndex((item) => !isNullable(item));
  const least = isOfEachLine(items[first], groups) ? first + 1 : 0;
  const compiled = new Map<number, TranslatedRegex>();
  const matchOf = (count: number, text: string) => {
    const known = compiled.get(count);
    const regex = known ?? translateParsed({ root: sequence([anchor, ...items.slice(0, count)]), groups });
    if (known === undefined) compiled.set(count, regex);
    return regex.exec(text);
  };
  return (text, head) => {
    // Whatever matches longer begins with a match of fewer items.
    let [sure, open] = [0, items.length];
    while (sure < open) {
      const half = Math.ceil((sure + open) / 2);
      if (matchOf(half, text) === undefined) open = half - 1;
      else sure = half;
    }
    return sure >= least && (matchOf(sure, text)?.end ?? 0) >= head;
  };
}

/** What has to match one after the other. What is captured, and what must not follow, does not matter here. */
function itemsOf(node: RegexNode): readonly RegexNode[] {
  if (node.kind === 'look') return [];
  if (node.kind === 'sequence') return node.items.flatMap(itemsOf);
  return node.kind === 'group' && node.body.kind === 'sequence' ? itemsOf(node.body) : [node];
}

/** Lines of access logs begin with the address, and lines of JSON with a brace: all of them, whatever they tell. */
function isOfEachLine(first: RegexNode | undefined, groups: readonly string[]): boolean {
  if (first === undefined) return false;
  if (first.kind === 'chars') return !first.set.negated && charTest(first.set)(BRACE) && !charTest(first.set)(BLANK);
  return some(first, (node) => node.kind === 'group' && ADDRESSES.includes(groups[node.number] ?? ''));
}

const ADDRESSES: readonly string[] = ['ip4', 'ip6', 'dns'];

const [BRACE, BLANK] = [0x7b, 0x20] as const;

/**
 * How long `HOST PROGRAM` is, of a program in several parts its common name: where one part of it never logs, another one
 * (`postfix/qmgr` and not `postfix/smtpd`) may.
 */
function headOf(text: string): number {
  return /^\S+ \w+/.exec(text)?.[0].length ?? 0;
}
