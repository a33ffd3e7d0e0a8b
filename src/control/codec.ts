/**
 * How values cross the bus, both ways: a signature of the D-Bus specification, and a check of what arrives.
 * Invariant: `decode` returns a whole value or throws Malformed; what a peer sends is never trusted.
 */
import { type Address, parseAddress } from '../core/address/address.js';
import { FOREVER } from '../core/time.js';
import type { Value } from '../dbus/message.js';
import { unwrap, variant } from '../dbus/wire.js';

/** What arrived is not what was agreed on. The message says which part, for the one who sent it. */
export class Malformed extends Error {}

/** `optional`: the key may be missing; `nullable`: then the property is there and undefined. */
type Presence = 'required' | 'optional' | 'nullable';

export interface Codec<T, P extends Presence = Presence> {
  readonly signature: string;
  readonly presence: P;
  encode(value: T): Value;
  /** Throws Malformed. */
  decode(value: Value | undefined): T;
}

/** systemd's USEC_INFINITY: a time that never comes, a duration that never ends. */
const INFINITE = 2n ** 64n - 1n;

/** No text on this interface is longer; cursors, lines and messages are shorter. */
const MAX_TEXT = 100_000;

function codec<T>(signature: string, encode: (value: T) => Value, decode: (value: Value | undefined) => T) {
  return { signature, presence: 'required', encode, decode } satisfies Codec<T>;
}

function textOf(value: Value | undefined): string {
  if (typeof value !== 'string') throw new Malformed('must be a string');
  if (value.length > MAX_TEXT) throw new Malformed('is too long');
  return value;
}

/** Any text. */
export const text: Codec<string, 'required'> = codec('s', (value) => value, textOf);

/** The longest list as JSON: a message may have 32 MB. */
const MAX_JSON = 16_000_000;

/** A list as the text of a JSON array. What its items are is for who reads them to check. */
export const jsonList: Codec<readonly unknown[], 'required'> = codec(
  's',
  (values) => JSON.stringify(values),
  (value) => {
    if (typeof value !== 'string' || value.length > MAX_JSON) throw new Malformed('must be a string of at most 16 MB');
    const list = parsedJson(value);
    if (!Array.isArray(list)) throw new Malformed('must be an array in JSON');
    return list;
  },
);

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed('must be JSON');
  }
}

/** Text that a person chose and that is shown to others: on one line, not empty, at most `length` characters. */
export function line(length: number): Codec<string, 'required'> {
  return codec(
    's',
    (value) => value,
    (value) => {
      const found = textOf(value);
      if (found.length === 0 || found.length > length) throw new Malformed(`must have 1 to ${length} characters`);
      if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(found)) throw new Malformed('must not hold control characters');
      return found;
    },
  );
}

/** A time or duration in µs, FOREVER included. */
export const time: Codec<number, 'required'> = codec(
  't',
  (value) => (value === FOREVER ? INFINITE : BigInt(Math.max(0, Math.round(value)))),
  (value) => {
    if (typeof value !== 'bigint' || value < 0n) throw new Malformed('must be a time in µs (type t)');
    if (value === INFINITE) return FOREVER;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed('is too far away');
    return Number(value);
  },
);

/** The same, for what passes a check that throws Malformed. */
export function checked<T>(inner: Codec<T, 'required'>, check: (value: T) => void): Codec<T, 'required'> {
  return {
    ...inner,
    decode(value) {
      const found = inner.decode(value);
      check(found);
      return found;
    },
  };
}

/** A duration that is not empty. */
export const duration: Codec<number, 'required'> = checked(time, (length) => {
  if (length === 0) throw new Malformed('must be longer than nothing');
});

/** True or false. */
export const flag: Codec<boolean, 'required'> = codec(
  'b',
  (value) => value,
  (value) => {
    if (typeof value !== 'boolean') throw new Malformed('must be true or false');
    return value;
  },
);

/** How many: 0, 1, 2 … */
export const count: Codec<number, 'required'> = codec(
  't',
  (value) => BigInt(value),
  (value) => {
    const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
    if (!Number.isSafeInteger(number) || number < 0) throw new Malformed('must be a number');
    return number;
  },
);

/** An address or prefix in any spelling; it leaves in the canonical one. */
export const address: Codec<Address, 'required'> = codec(
  's',
  (value) => value.text,
  (value) => {
    const parsed = parseAddress(textOf(value));
    if (parsed === undefined) throw new Malformed('must be an IP address or prefix');
    return parsed;
  },
);

/** One of a few words. */
export function word<const W extends string>(...words: readonly W[]): Codec<W, 'required'> {
  return codec(
    's',
    (value) => value,
    (value) => {
      const found = words.find((candidate) => candidate === value);
      if (found === undefined) throw new Malformed(`must be one of ${words.join(', ')}`);
      return found;
    },
  );
}

export function list<T>(item: Codec<T>): Codec<readonly T[], 'required'> {
  return codec(
    `a${item.signature}`,
    (values) => values.map(item.encode),
    (value) => {
      if (!Array.isArray(value)) throw new Malformed('must be an array');
      return value.map((element: Value) => item.decode(element));
    },
  );
}

/** For types that hold themselves; the signature must be given, it would never end otherwise. */
export function lazy<T>(signature: string, get: () => Codec<T>): Codec<T, 'required'> {
  return codec(
    signature,
    (value) => get().encode(value),
    (value) => get().decode(value),
  );
}

/** A property that may be missing. */
export function optional<T>(inner: Codec<T>): Codec<T, 'optional'> {
  return { ...inner, presence: 'optional' };
}

/** A property that is there but may be undefined. */
export function nullable<T>(inner: Codec<T>): Codec<T, 'nullable'> {
  return { ...inner, presence: 'nullable' };
}

type PresenceOf<T, K extends keyof T> =
  Record<never, never> extends Pick<T, K> ? 'optional' : undefined extends T[K] ? 'nullable' : 'required';

/** A codec for each property of `T`, as optional as the property. */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<NonNullable<T[K]>, PresenceOf<T, K>> };

/** On the bus, names are written as in D-Bus interfaces: `bannedAt` is `BannedAt`. */
function busName(property: string): string {
  return property.slice(0, 1).toUpperCase() + property.slice(1);
}

/**
 * An `a{sv}`. Keys that are not known are passed over, so that a newer peer may say more; with `strict` they are
 * refused, so that a mistyped option does not go unnoticed.
 */
export function dict<T extends object>(fields: Fields<T>, strictness: 'lenient' | 'strict' = 'lenient') {
  const members = membersOf(fields);
  const names = members.map(({ name }) => name);
  return codec<T>(
    'a{sv}',
    (value) => encodeDict(members, value),
    (value) => {
      if (!isDictionary(value)) throw new Malformed('must be a dictionary');
      const unknown = strictness === 'strict' ? Object.keys(value).find((key) => !names.includes(key)) : undefined;
      if (unknown !== undefined) throw new Malformed(`${JSON.stringify(unknown)} is not one of ${names.join(', ')}`);
      return decodeDict(members, value);
    },
  );
}

/** A property, its name on the bus, and how it crosses it. */
interface Member<T> {
  readonly key: Extract<keyof T, string>;
  readonly name: string;
  readonly codec: Fields<T>[Extract<keyof T, string>];
}

function membersOf<T>(fields: Fields<T>): readonly Member<T>[] {
  const members: Member<T>[] = [];
  for (const key in fields) members.push({ key, name: busName(key), codec: fields[key] });
  return members;
}

function encodeDict<T extends object>(members: readonly Member<T>[], value: T): Value {
  const encoded: Record<string, Value> = {};
  for (const { key, name, codec } of members) {
    const property = value[key];
    if (property === undefined || property === null) continue;
    encoded[name] = variant(codec.signature, codec.encode(property));
  }
  return encoded;
}

type Dictionary = Readonly<Record<string, Value | undefined>>;

function isDictionary(value: Value | undefined): value is Value & Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeDict<T extends object>(members: readonly Member<T>[], entries: Dictionary): T {
  const value: Partial<T> = {};
  for (const { key, name, codec } of members) {
    if (Object.hasOwn(entries, name)) value[key] = decodeEntry(name, codec, entries[name]);
    else if (codec.presence === 'required') throw new Malformed(`lacks ${name}`);
    else if (codec.presence === 'nullable') Object.defineProperty(value, key, { value: undefined, enumerable: true });
  }
  if (isWhole(value, members)) return value;
  throw new Malformed('is not complete');
}

function decodeEntry<T>(name: string, { decode }: Codec<T>, entry: Value | undefined): T {
  try {
    return decode(unwrap(entry));
  } catch (error) {
    if (error instanceof Malformed) throw new Malformed(`${name} ${error.message}`);
    throw error;
  }
}

function isWhole<T extends object>(value: Partial<T>, members: readonly Member<T>[]): value is T {
  return members.every(({ key, codec }) => codec.presence === 'optional' || key in value);
}
