/**
 * Reads what fail2ban's client sends, and what its server answers: a pickle of lists, tuples, sets, dictionaries, texts,
 * numbers, booleans and None, and in answers exceptions.
 * Invariant: nothing is ever looked up, made or called by a name in it. Opcodes that would are refused; in an answer a
 * name that is called is an exception of that name. Refused are also more values, deeper ones or longer ones than any
 * client sends or server answers; the time taken grows with the length alone.
 */
import { PickleDict, PickleError, PickleTuple, type PickleValue } from './pickle-value.js';
import { pythonText } from './python-text.js';

/** What was sent is no such pickle; the message says why. */
export class PickleRefused extends Error {}

interface Bounds {
  /** Bytes. */
  readonly length: number;
  readonly values: number;
}

/** Bytes: more than any client sends, a `banip` of some ten thousand addresses. */
export const MAX_COMMAND = 1 << 20;
/** Bytes: a million banned addresses fit. */
export const MAX_ANSWER = 1 << 26;
/** What any client sends fits, a bomb does not. */
const COMMAND: Bounds = { length: MAX_COMMAND, values: 100_000 };
const ANSWER: Bounds = { length: MAX_ANSWER, values: 8_000_000 };
const MAX_DEPTH = 20;

/** Marks where the items of a list begin on the stack. */
const MARK = Symbol('mark');

/** A list, set or dictionary that is being filled; it becomes a value when the pickle ends. */
class Growing {
  readonly kind: 'list' | 'set' | 'dict';
  readonly items: Item[] = [];

  constructor(kind: Growing['kind']) {
    this.kind = kind;
  }
}

class Tuple {
  readonly items: readonly Item[];

  constructor(items: readonly Item[]) {
    this.items = items;
  }
}

/** A class or function of Python's, by its name alone. */
class Name {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
}

/** An exception that was made by calling its name. */
class Raised {
  readonly name: Name;
  readonly items: readonly Item[];

  constructor(name: Name, items: readonly Item[]) {
    this.name = name;
    this.items = items;
  }
}

type Item = null | boolean | number | string | Growing | Tuple | Name | Raised;

/** Opcodes of Python's pickletools, protocols 0 to 5, by their bytes. */
type Opcode = (machine: Machine) => void;

class Machine {
  readonly #bytes: Buffer;
  readonly #bounds: Bounds;
  #at = 0;
  #values = 0;
  readonly #stack: (Item | typeof MARK)[] = [];
  readonly #memo = new Map<number, Item>();

  constructor(bytes: Buffer, bounds: Bounds) {
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  run(opcodes: ReadonlyMap<number, Opcode>): Item {
    for (;;) {
      const code = this.byte();
      if (code === STOP) return this.#end();
      const opcode = opcodes.get(code);
      if (opcode === undefined) throw new PickleRefused(`opcode 0x${code.toString(16)} is not allowed`);
      opcode(this);
    }
  }

  #end(): Item {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#at < this.#bytes.length)
      throw new PickleRefused('it does not end where it says');
    return value;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  take(length: number): Buffer {
    if (length < 0 || length > this.#bytes.length - this.#at) throw new PickleRefused('it is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Up to a newline, which is left out: numbers and texts of protocol 0. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new PickleRefused('it is cut off');
    const text = this.take(end - this.#at).toString('latin1');
    this.take(1);
    return text;
  }

  /** A length of 8 bytes is one that fits, or none. */
  long(): number {
    const length = this.take(8).readBigUInt64LE();
    return length > BigInt(this.#bounds.length) ? this.#bounds.length + 1 : Number(length);
  }

  text(length: number): void {
    this.push(utf8(this.take(length)));
  }

  push(value: Item): void {
    this.#count();
    this.#stack.push(value);
  }

  mark(): void {
    this.#count();
    this.#stack.push(MARK);
  }

  #count(): void {
    this.#values += 1;
    const { values } = this.#bounds;
    if (this.#values > values) throw new PickleRefused(`it has more than ${values} values`);
  }

  pop(): Item {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new PickleRefused('it takes a value where there is none');
    return value;
  }

  popMarked(): readonly Item[] {
    const start = this.#stack.lastIndexOf(MARK);
    if (start < 0) throw new PickleRefused('it takes values where there are none');
    const items = this.#stack.splice(start);
    return items.filter((item): item is Item => item !== MARK);
  }

  popMany(count: number): readonly Item[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  /** Adds to the list, set or dictionary on top. */
  extend(kind: Growing['kind'], items: readonly Item[]): void {
    const target = this.pop();
    if (!(target instanceof Growing) || target.kind !== kind) throw new PickleRefused(`it adds to what is no ${kind}`);
    if (kind === 'dict' && items.length % 2 !== 0) throw new PickleRefused('a key has no value');
    for (const item of items) target.items.push(item);
    this.#stack.push(target);
  }

  remember(place: number): void {
    const value = this.pop();
    if (this.#memo.size >= this.#bounds.values) throw new PickleRefused('it remembers too much');
    this.#memo.set(place, value);
    this.#stack.push(value);
  }

  get remembered(): number {
    return this.#memo.size;
  }

  recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw new PickleRefused('it recalls what it never remembered');
    this.push(value);
  }
}

const STOP = 0x2e;

const take1 = (machine: Machine) => machine.byte();
const take4 = (machine: Machine) => machine.take(4).readUInt32LE();
const pushing =
  (read: (machine: Machine) => Item): Opcode =>
  (machine) =>
    machine.push(read(machine));

const plain: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  // Framing: PROTO, FRAME.
  [0x80, (machine) => void (machine.byte() > 5 && refuse('it is of a newer protocol'))],
  [0x95, (machine) => void machine.take(8)],
  // NONE, NEWTRUE, NEWFALSE.
  [0x4e, pushing(() => null)],
  [0x88, pushing(() => true)],
  [0x89, pushing(() => false)],
  // BININT, BININT1, BININT2, LONG1, BINFLOAT.
  [0x4a, pushing((machine) => machine.take(4).readInt32LE())],
  [0x4b, pushing((machine) => machine.byte())],
  [0x4d, pushing((machine) => machine.take(2).readUInt16LE())],
  [0x8a, pushing((machine) => longOf(machine.take(machine.byte())))],
  [0x47, pushing((machine) => machine.take(8).readDoubleBE())],
  // Of protocol 0: INT, LONG, FLOAT, UNICODE.
  [0x49, pushing((machine) => integerOf(machine.line()))],
  [0x4c, pushing((machine) => Number(integerOf(machine.line().replace(/L$/, ''))))],
  [0x46, pushing((machine) => floatOf(machine.line()))],
  [0x56, pushing((machine) => rawUnicode(machine.line()))],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8.
  [0x8c, (machine) => machine.text(take1(machine))],
  [0x58, (machine) => machine.text(take4(machine))],
  [0x8d, (machine) => machine.text(machine.long())],
  // SHORT_BINSTRING, BINSTRING: Python 2's, which exporters in Go send.
  [0x55, (machine) => machine.text(take1(machine))],
  [0x54, (machine) => machine.text(take4(machine))],
  // MARK, EMPTY_LIST, EMPTY_DICT, EMPTY_SET, EMPTY_TUPLE.
  [0x28, (machine) => machine.mark()],
  [0x5d, pushing(() => new Growing('list'))],
  [0x7d, pushing(() => new Growing('dict'))],
  [0x8f, pushing(() => new Growing('set'))],
  [0x29, pushing(() => new Tuple([]))],
  // APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS.
  [0x61, (machine) => machine.extend('list', machine.popMany(1))],
  [0x65, (machine) => machine.extend('list', machine.popMarked())],
  [0x73, (machine) => machine.extend('dict', machine.popMany(2))],
  [0x75, (machine) => machine.extend('dict', machine.popMarked())],
  [0x90, (machine) => machine.extend('set', machine.popMarked())],
  // LIST, DICT, TUPLE, TUPLE1, TUPLE2, TUPLE3.
  [0x6c, (machine) => gather(machine, 'list')],
  [0x64, (machine) => gather(machine, 'dict')],
  [0x74, pushing((machine) => new Tuple(machine.popMarked()))],
  [0x85, pushing((machine) => new Tuple(machine.popMany(1)))],
  [0x86, pushing((machine) => new Tuple(machine.popMany(2)))],
  [0x87, pushing((machine) => new Tuple(machine.popMany(3)))],
  // MEMOIZE, PUT, BINPUT, LONG_BINPUT, GET, BINGET, LONG_BINGET.
  [0x94, (machine) => machine.remember(machine.remembered)],
  [0x70, (machine) => machine.remember(placeOf(machine.line()))],
  [0x71, (machine) => machine.remember(take1(machine))],
  [0x72, (machine) => machine.remember(take4(machine))],
  [0x67, (machine) => machine.recall(placeOf(machine.line()))],
  [0x68, (machine) => machine.recall(take1(machine))],
  [0x6a, (machine) => machine.recall(take4(machine))],
]);

const withExceptions: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  ...plain,
  // GLOBAL, STACK_GLOBAL, REDUCE.
  [0x63, pushing((machine) => new Name(machine.line(), machine.line()))],
  [0x93, (machine) => machine.push(nameOf(machine.popMany(2)))],
  [0x52, (machine) => machine.push(made(machine.popMany(2)))],
]);

function nameOf([module, name]: readonly Item[]): Name {
  if (typeof module !== 'string' || typeof name !== 'string') return refuse('a name is no text');
  return new Name(module, name);
}

/** Addresses are texts that are made by calling `str`; whatever else is called is an exception. */
function made([name, tuple]: readonly Item[]): Item {
  if (!(name instanceof Name) || !(tuple instanceof Tuple)) return refuse('it calls what is no name');
  const [first] = tuple.items;
  if (name.name === 'str' && typeof first === 'string') return first;
  return new Raised(name, tuple.items);
}

function gather(machine: Machine, kind: 'list' | 'dict'): void {
  const items = machine.popMarked();
  machine.push(new Growing(kind));
  machine.extend(kind, items);
}

function refuse(why: string): never {
  throw new PickleRefused(why);
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('a text is not UTF-8');
  }
}

/** Little-endian two's complement, of a number that Python's and JavaScript's integers have in common. */
function longOf(bytes: Buffer): number {
  if (bytes.length > 8) return refuse('a number is too large');
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  const number = Number(BigInt.asIntN(8 * bytes.length, value));
  return Number.isSafeInteger(number) ? number : refuse('a number is too large');
}

/** `01` and `00` are True and False. */
function integerOf(text: string): number | boolean {
  if (text === '00' || text === '01') return text === '01';
  const number = /^[-+]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : refuse('a number cannot be read');
}

function floatOf(text: string): number {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : refuse('a number cannot be read');
}

function placeOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : refuse('a place cannot be read');
}

/** Latin-1 with `\uXXXX`, as Python's raw-unicode-escape has it. */
function rawUnicode(text: string): string {
  return text.replaceAll(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (_, short: string, long: string) => {
    const code = Number.parseInt(short ?? long, 16);
    return code > 0x10ffff ? refuse('a text has no such character') : String.fromCodePoint(code);
  });
}

/** The value that the bytes of a command stand for. Throws PickleRefused. */
export function unpickle(bytes: Buffer): PickleValue {
  return read(bytes, COMMAND, plain);
}

/** The same of an answer, in which there may be exceptions. */
export function unpickleAnswer(bytes: Buffer): PickleValue {
  return read(bytes, ANSWER, withExceptions);
}

function read(bytes: Buffer, bounds: Bounds, opcodes: ReadonlyMap<number, Opcode>): PickleValue {
  if (bytes.length > bounds.length) throw new PickleRefused(`it is longer than ${bounds.length} bytes`);
  const item = new Machine(bytes, bounds).run(opcodes);
  return finished(item, { left: bounds.values, text: 2 * bounds.length }, 0);
}

/** Values may be recalled into one another: what they unfold to is bounded too. */
function finished(item: Item, budget: { left: number; text: number }, depth: number): PickleValue {
  budget.left -= 1;
  if (typeof item === 'string') budget.text -= item.length;
  if (budget.left < 0 || budget.text < 0) return refuse('it unfolds to too much');
  if (depth > MAX_DEPTH) return refuse(`it is nested more than ${MAX_DEPTH} deep`);
  if (item instanceof Name) return refuse('it has a name that is not called');
  if (item === null || typeof item !== 'object') return item;
  const items = item.items.map((one) => finished(one, budget, depth + 1));
  if (item instanceof Tuple) return new PickleTuple(...items);
  if (item instanceof Raised) return new PickleError(messageOf(items), item.name.name, item.name.module);
  return item.kind === 'dict' ? dictOf(items) : items;
}

/** Python's `str()` of an exception with these arguments. */
function messageOf(items: readonly PickleValue[]): string {
  const [first = ''] = items;
  return items.length < 2 ? pythonText(first) : pythonText(new PickleTuple(...items));
}

function dictOf(items: readonly PickleValue[]): PickleDict {
  const entries: (readonly [string, PickleValue])[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at];
    if (typeof key !== 'string') return refuse('a key is no text');
    entries.push([key, items[at + 1] ?? null]);
  }
  return new PickleDict(entries);
}
