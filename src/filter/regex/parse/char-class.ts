/** Reads a `[…]` of a Python regex: a leading `]` is a member, a trailing `-` too, and nothing nests. */
import { asciiCategory, type Category, type CharSet, ignoringCase, union } from '../characters/char-set.js';
import type { Range } from '../characters/range.js';
import { readClassEscape } from './escapes.js';
import { RegexError, type Tokens } from './tokens.js';

interface Case {
  readonly ignorecase: boolean;
  readonly ascii: boolean;
}

type Member = number | Category;

class Members {
  readonly ranges: Range[] = [];
  readonly categories: Category[] = [];
  count = 0;

  addRange(first: number, last: number): void {
    this.ranges.push([first, last]);
    this.count += 1;
  }

  add(member: Member): void {
    if (typeof member === 'number') this.ranges.push([member, member]);
    else this.categories.push(member);
    this.count += 1;
  }
}

/** The opening bracket, at `start`, has been taken. */
export function readCharClass(tokens: Tokens, start: number, flags: Case): CharSet {
  const negated = tokens.match('^');
  const members = new Members();
  while (tokens.next !== ']' || members.count === 0) {
    const index = tokens.index;
    const first = readMember(tokens, start);
    if (!tokens.match('-')) {
      members.add(first.member);
    } else if (tokens.next === ']') {
      members.add(first.member);
      members.add(0x2d);
    } else {
      const last = readMember(tokens, start);
      const text = `${first.text}-${last.text}`;
      if (typeof first.member !== 'number' || typeof last.member !== 'number' || last.member < first.member) {
        throw new RegexError(`bad character range ${text}`, index);
      }
      members.addRange(first.member, last.member);
    }
  }
  tokens.get();
  return resolve(members, negated, flags);
}

function readMember(tokens: Tokens, start: number): { readonly member: Member; readonly text: string } {
  const index = tokens.index;
  const text = tokens.get();
  if (text === undefined) throw new RegexError('this [ is never closed', start);
  if (!text.startsWith('\\')) return { member: text.codePointAt(0) ?? 0, text };
  const read = readClassEscape(text, tokens, index);
  return { member: read.kind === 'char' ? read.codePoint : read.category, text };
}

function resolve(members: Members, negated: boolean, { ignorecase, ascii }: Case): CharSet {
  const plain: CharSet = { ranges: union(members.ranges), categories: ascii ? [] : members.categories, negated };
  const folded = ignorecase ? ignoringCase(plain, ascii) : plain;
  if (!ascii || members.categories.length === 0) return folded;
  return { ...folded, ranges: union([...folded.ranges, ...members.categories.flatMap(asciiCategory)]) };
}
