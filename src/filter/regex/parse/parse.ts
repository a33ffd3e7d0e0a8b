/**
 * Reads a Python regex (`re`, str patterns, the syntax of 3.11) into a tree. What Python refuses is refused here;
 * size and depth are bounded, so that no text can make the reader slow or deep.
 */

import {
  anyChar,
  asciiCategory,
  type Category,
  type CharSet,
  ignoringCase,
  notNewline,
  oneChar,
} from '../characters/char-set.js';
import {
  type AnchorKind,
  alternation,
  type PythonRegex,
  type RegexNode,
  type RegexProblem,
  type Repeat,
  sequence,
  unlimited,
} from '../syntax.js';
import { readCharClass } from './char-class.js';
import { type Counts, readCounts } from './counts.js';
import { readEscape } from './escapes.js';
import { type Flags, noFlags, readFlags, startsFlags } from './flags.js';
import { Groups } from './groups.js';
import { RegexError, Tokens } from './tokens.js';

const maxLength = 65_536;
const maxDepth = 100;

const simpleCounts: Readonly<Record<string, Counts>> = { '?': [0, 1], '*': [0, unlimited], '+': [1, unlimited] };

export interface ParsedRegex {
  readonly value: PythonRegex | undefined;
  readonly problems: readonly RegexProblem[];
}

/** Reads `pattern` as `re.compile(pattern, flags)` does. */
export function parseRegex(pattern: string, flags: Partial<Flags> = {}): ParsedRegex {
  if (pattern.length > maxLength) {
    return { value: undefined, problems: [{ index: maxLength, message: `longer than ${maxLength} characters` }] };
  }
  try {
    return { value: new Parser(pattern, { ...noFlags, ...flags }).parse(), problems: [] };
  } catch (error) {
    if (error instanceof RegexError) return { value: undefined, problems: [error.problem] };
    throw error;
  }
}

class Parser {
  readonly #tokens: Tokens;
  #globalFlags: Flags;
  #depth = 0;
  readonly #groups = new Groups();

  constructor(pattern: string, flags: Flags) {
    this.#tokens = new Tokens(pattern);
    this.#globalFlags = flags;
  }

  parse(): PythonRegex {
    const root = this.#alternation(undefined);
    if (this.#tokens.next !== undefined) throw this.#error('this ) closes nothing');
    this.#groups.checkConditions();
    return { root, groups: this.#groups.names };
  }

  #error(message: string, index = this.#tokens.index): RegexError {
    return new RegexError(message, index);
  }

  /** `flags` is undefined at the top, where global flags may still change. */
  #alternation(flags: Flags | undefined): RegexNode {
    const branches: RegexNode[] = [];
    do {
      branches.push(this.#sequence(flags, flags === undefined && branches.length === 0));
    } while (this.#tokens.match('|'));
    return alternation(branches);
  }

  #sequence(given: Flags | undefined, first = false): RegexNode {
    const items: RegexNode[] = [];
    for (;;) {
      const flags = given ?? this.#globalFlags;
      const { next: token, index } = this.#tokens;
      if (token === undefined || token === '|' || token === ')') return sequence(items);
      this.#tokens.get();
      if (flags.verbose && this.#skipVerbose(token)) continue;
      if ('*+?{'.includes(token)) {
        this.#quantifier(token, index, items, flags);
        continue;
      }
      const item =
        token === '(' ? this.#group(index, flags, first && items.length === 0) : this.#item(token, index, flags);
      if (item !== undefined) items.push(item);
    }
  }

  /** White space and comments under the flag x. */
  #skipVerbose(token: string): boolean {
    if (' \t\n\r\v\f'.includes(token)) return true;
    if (token !== '#') return false;
    for (let skipped = this.#tokens.get(); skipped !== undefined && skipped !== '\n'; ) skipped = this.#tokens.get();
    return true;
  }

  #item(token: string, index: number, flags: Flags): RegexNode {
    if (token.startsWith('\\')) return this.#escape(token, index, flags);
    switch (token) {
      case '.':
        return { kind: 'chars', set: flags.dotall ? anyChar : notNewline };
      case '[':
        return { kind: 'chars', set: readCharClass(this.#tokens, index, flags) };
      case '^':
        return anchor(flags.multiline ? 'line-start' : 'text-start', flags);
      case '$':
        return anchor(flags.multiline ? 'line-end' : 'end', flags);
      default:
        return literal(token.codePointAt(0) ?? 0, flags);
    }
  }

  #escape(token: string, index: number, flags: Flags): RegexNode {
    const read = readEscape(token, this.#tokens, index);
    switch (read.kind) {
      case 'char':
        return literal(read.codePoint, flags);
      case 'category':
        return { kind: 'chars', set: categorySet(read.category, flags) };
      case 'anchor':
        return anchor(read.at, flags);
      case 'reference':
        return this.#reference(read.number, index, flags);
    }
  }

  #reference(number: number, index: number, flags: Flags): RegexNode {
    this.#groups.checkReference(number, index);
    return { kind: 'reference', number, ignorecase: flags.ignorecase, ascii: flags.ascii };
  }

  #quantifier(token: string, index: number, items: RegexNode[], flags: Flags): void {
    const counts = simpleCounts[token] ?? readCounts(this.#tokens, index);
    if (counts === undefined) {
      items.push(literal(0x7b, flags));
      return;
    }
    const [min, max] = counts;
    const body = items.pop();
    if (body === undefined || body.kind === 'anchor') throw this.#error(`nothing to repeat before ${token}`, index);
    if (body.kind === 'repeat') throw this.#error('multiple repeat', index);
    const mode = this.#tokens.match('?') ? 'lazy' : this.#tokens.match('+') ? 'possessive' : 'greedy';
    items.push({ kind: 'repeat', min, max, mode, body: sequence([body]) } satisfies Repeat);
  }

  /** The parenthesis at `start` has been taken. Comments and global flags give nothing. */
  #group(start: number, flags: Flags, first: boolean): RegexNode | undefined {
    if (!this.#tokens.match('?')) return this.#capture(start, flags, '');
    const token = this.#tokens.next ?? '';
    if (token === 'P') return this.#named(start, flags);
    if (token !== '' && startsFlags(token)) return this.#flagged(start, flags, first);
    this.#tokens.get();
    switch (token) {
      case ':':
        return { kind: 'sequence', items: [this.#inside(start, flags)] };
      case '>':
        return { kind: 'atomic', body: this.#inside(start, flags) };
      case '#':
        if (!this.#tokens.match(')')) this.#tokens.getUntil(')', 'comment');
        return undefined;
      case '=':
      case '!':
        return {
          kind: 'look',
          direction: 'ahead',
          negative: token === '!',
          body: this.#inside(start, flags),
          width: 0,
        };
      case '<':
        return this.#lookBehind(start, flags);
      case '(':
        return this.#conditional(start, flags);
      default:
        throw this.#error(token === '' ? 'this ( is never closed' : `unknown extension (?${token}`, start);
    }
  }

  /** Reads up to the closing parenthesis. */
  #inside(start: number, flags: Flags): RegexNode {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.#error(`groups nest deeper than ${maxDepth}`, start);
    const body = this.#alternation(flags);
    this.#close(start);
    this.#depth -= 1;
    return body;
  }

  #close(start: number): void {
    if (!this.#tokens.match(')')) throw this.#error('this ( is never closed', start);
  }

  #flagged(start: number, flags: Flags, first: boolean): RegexNode | undefined {
    const { global, change } = readFlags(this.#tokens, start);
    if (!global) return { kind: 'sequence', items: [this.#inside(start, { ...flags, ...change })] };
    if (!first) throw this.#error('flags for the whole regex belong at its start; use (?i:…) here', start);
    this.#globalFlags = { ...this.#globalFlags, ...change };
    return undefined;
  }

  #capture(start: number, flags: Flags, name: string): RegexNode {
    const number = this.#groups.open(name, start);
    const body = this.#inside(start, flags);
    this.#groups.close(number, body);
    return { kind: 'group', number, body };
  }

  #named(start: number, flags: Flags): RegexNode {
    this.#tokens.get();
    if (this.#tokens.match('=')) {
      const name = this.#name(')');
      return this.#reference(this.#groups.numberOf(name, start), start, flags);
    }
    if (!this.#tokens.match('<')) throw this.#error(`unknown extension (?P${this.#tokens.next ?? ''}`, start);
    return this.#capture(start, flags, this.#name('>'));
  }

  #name(terminator: string): string {
    const index = this.#tokens.index;
    const name = this.#tokens.getUntil(terminator, 'group name');
    if (!/^[\p{XIDS}_]\p{XIDC}*$/u.test(name)) throw this.#error(`bad character in the group name ${name}`, index);
    return name;
  }

  #lookBehind(start: number, flags: Flags): RegexNode {
    const kind = this.#tokens.get();
    if (kind !== '=' && kind !== '!') throw this.#error(`unknown extension (?<${kind ?? ''}`, start);
    const body = this.#groups.inLookBehind(() => this.#inside(start, flags));
    const [min, max] = this.#groups.widthOf(body);
    if (min !== max) throw this.#error('a look-behind needs a fixed width', start);
    return { kind: 'look', direction: 'behind', negative: kind === '!', body, width: min };
  }

  #conditional(start: number, flags: Flags): RegexNode {
    const index = this.#tokens.index;
    const name = this.#tokens.getUntil(')', 'group name');
    const number = /^[0-9]+$/.test(name) ? Number(name) : this.#groups.numberOf(name, index);
    this.#groups.checkCondition(number, index);
    const yes = this.#branch(start, flags);
    const no = this.#tokens.match('|') ? this.#branch(start, flags) : sequence([]);
    if (this.#tokens.next === '|') throw this.#error('a conditional with more than two branches', start);
    this.#close(start);
    return { kind: 'conditional', number, yes, no };
  }

  #branch(start: number, flags: Flags): RegexNode {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw this.#error(`groups nest deeper than ${maxDepth}`, start);
    const body = this.#sequence(flags);
    this.#depth -= 1;
    return body;
  }
}

function anchor(at: AnchorKind, flags: Flags): RegexNode {
  return { kind: 'anchor', at, ascii: flags.ascii };
}

/** Filters consist of these; each stands once in memory. */
const asciiLiterals: readonly RegexNode[] = Array.from({ length: 0x80 }, (_none, code) => ({
  kind: 'chars',
  set: oneChar(code),
}));

function literal(codePoint: number, flags: Flags): RegexNode {
  const known = flags.ignorecase ? undefined : asciiLiterals[codePoint];
  if (known !== undefined) return known;
  const set = oneChar(codePoint);
  return { kind: 'chars', set: flags.ignorecase ? ignoringCase(set, flags.ascii) : set };
}

function categorySet(category: Category, flags: Flags): CharSet {
  return flags.ascii
    ? { ranges: asciiCategory(category), categories: [], negated: false }
    : { ranges: [], categories: [category], negated: false };
}
