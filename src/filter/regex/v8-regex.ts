/** A regex that V8 runs: one form for texts within Latin-1, which nearly all are, one for any text. */
import { type Emitted, emit } from './emit.js';
import { fitLinear } from './linear.js';
import type { MachineRegex } from './machine-regex.js';
import { simplify } from './simplify.js';
import type { RegexNode } from './syntax.js';
import type { Form, RegexMatch, TranslatedRegex } from './translated-regex.js';

const beyondLatin1 = /[^\0-\xff]/;

/** Whether the text needs the wide form of a regex. Costs some 20 ns when V8 keeps the text in one byte a character. */
export function isWide(text: string): boolean {
  return beyondLatin1.test(text);
}

/** Which JavaScript groups stand for what. */
type PortGroups = Pick<Emitted, 'slots' | 'tails'>;

/** V8 takes up to a millisecond for each `\\w` in the wide form; a regex with more of them goes to the machine. */
const maxWideProperties = 300;

export class V8Regex implements TranslatedRegex {
  readonly groups: TranslatedRegex['groups'];
  readonly root: RegexNode;
  readonly source: string;
  readonly linear: boolean;
  /** The same regex for what V8 cannot do. */
  readonly machine: MachineRegex;
  readonly #narrow: RegExp;
  /** False when V8 cannot run it. */
  #wide: RegExp | false | undefined;
  readonly #wideSource: () => string;
  readonly #slots: PortGroups;
  readonly #regroups: boolean;

  /** `regroups`: the machine finds the groups of a match once more, because V8 forgets some. */
  constructor(root: RegexNode, read: ReadonlySet<number>, machine: MachineRegex, regroups: boolean) {
    const { groups } = machine;
    const simple = simplify(root, read);
    const linear = fitLinear(simple);
    const narrow = emit(linear ?? simple, 'narrow', read, groups.length);
    this.groups = groups;
    this.root = machine.root;
    this.source = narrow.source;
    this.linear = linear !== undefined;
    this.machine = machine;
    this.#slots = narrow;
    this.#narrow = new RegExp(narrow.source);
    // Worked out again: most regexes never meet a text that wants it, and V8 keeps whatever a closure can see.
    this.#wideSource = () => wideSource(root, read, groups.length);
    this.#regroups = regroups;
  }

  test(text: string, wide = isWide(text)): boolean {
    const form = wide ? this.#wideForm() : this.#narrow;
    return form === undefined ? this.machine.test(text) : form.test(text);
  }

  exec(text: string, wide = isWide(text)): RegexMatch | undefined {
    const form = wide ? this.#wideForm() : this.#narrow;
    if (form === undefined) return this.machine.exec(text);
    const found = form.exec(text);
    if (found === null) return undefined;
    return this.#regroups ? this.machine.execFrom(text, found.index) : new V8Match(found, this.groups, this.#slots);
  }

  execFrom(text: string, from: number): RegexMatch | undefined {
    const first = this.exec(text);
    return first === undefined || first.start >= from ? first : this.machine.execFrom(text, from);
  }

  /** Throws a SyntaxError when the form for Latin-1 is too large for V8. */
  compile(form: Form): void {
    if (form === 'wide') this.#wideForm();
    else warm(this.#narrow, 'a');
  }

  bounded(steps: number): TranslatedRegex {
    return this.machine.bounded(steps);
  }

  #wideForm(): RegExp | undefined {
    this.#wide ??= compiledWide(this.#wideSource()) ?? false;
    return this.#wide === false ? undefined : this.#wide;
  }
}

function wideSource(root: RegexNode, read: ReadonlySet<number>, groups: number): string {
  const simple = simplify(root, read);
  return emit(fitLinear(simple) ?? simple, 'wide', read, groups).source;
}

function compiledWide(source: string): RegExp | undefined {
  if (source.split('\\p').length > maxWideProperties) return undefined;
  try {
    const regex = new RegExp(source, 'u');
    warm(regex, '\u2028');
    return regex;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** V8 interprets a regex at first and compiles it when it runs again. */
function warm(regex: RegExp, text: string): void {
  regex.test(text);
  regex.test(text);
}

function tailLength(found: RegExpExecArray, { tails }: PortGroups): number {
  let length = 0;
  for (const slot of tails) length += found[slot]?.length ?? 0;
  return length;
}

class V8Match implements RegexMatch {
  readonly #found: RegExpExecArray;
  readonly #names: readonly string[];
  readonly #slots: PortGroups;

  constructor(found: RegExpExecArray, names: readonly string[], slots: PortGroups) {
    this.#found = found;
    this.#names = names;
    this.#slots = slots;
  }

  get start(): number {
    return this.#found.index;
  }

  get end(): number {
    return this.#found.index + this.#found[0].length - tailLength(this.#found, this.#slots);
  }

  group(number: number): string | undefined {
    if (number === 0) return this.#found.input.slice(this.start, this.end);
    const slots = this.#slots.slots[number];
    if (slots === undefined) return undefined;
    for (let at = 0; at < slots.length; at += 1) {
      const text = this.#found[slots[at] ?? 0];
      if (text !== undefined) return text;
    }
    return undefined;
  }

  named(name: string): string | undefined {
    const number = this.#names.indexOf(name);
    return number > 0 ? this.group(number) : undefined;
  }
}
