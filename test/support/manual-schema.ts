/** The tables with which f2bctl(1) describes JSON, and a comparison of JSON with them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './repository.js';

export interface Described {
  /** `text`, `number`, `null` and so on; `if any` marks what is not always there. */
  readonly types: readonly string[];
  readonly meaning: string;
}

/** By the names of members. */
export type Schema = ReadonlyMap<string, Described>;

const page = readFileSync(join(repository, 'src/man/f2bctl.1.scd'), 'utf8');

/** The tables of a section, in their order. */
export function schemasOf(heading: string): readonly Schema[] {
  const section = page.split(`\n# ${heading}\n`)[1]?.split('\n# ')[0] ?? '';
  const rows = (table: string) => [...table.matchAll(/^\| {2}([\w, ]+)\n: {2}(.+)\n: {2}((?:.+\n)+?)(?=\||\n|$)/gm)];
  return section
    .split('[[')
    .slice(1)
    .map(
      (table) =>
        new Map(
          rows(table).flatMap(([, names = '', types = '', meaning = '']) =>
            names.split(', ').map((name) => [name, { types: types.split(', '), meaning }] as const),
          ),
        ),
    );
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** Tables of what objects hold that are members; undefined: it is described elsewhere. */
type Within = Readonly<Record<string, Schema | undefined>>;

/**
 * Fails unless the object has all members that are always there, and none but those that are described, each of its type.
 * What an object within it holds must be named in what is said of it, unless `within` has a table for it. Answers with
 * the names that it has.
 */
export function requireShape(value: object, schema: Schema, about: string, within: Within = {}): readonly string[] {
  for (const [name, member] of Object.entries(value)) {
    const described = schema.get(name) ?? assert.fail(`${about}: the manual does not know ${name}`);
    const { types } = described;
    assert.ok(types.includes(typeOf(member)), `${about}: ${name}: ${typeOf(member)} is none of ${types.join(', ')}`);
    for (const one of objectsIn(member))
      if (!(name in within)) requireNamed(one, described, `${about}, ${name}`);
      else if (within[name] !== undefined) requireShape(one, within[name], `${about}, ${name}`, within);
  }
  for (const [name, { types }] of schema)
    assert.ok(types.includes('if any') || name in value, `${about}: ${name} is always there`);
  return Object.keys(value);
}

function objectsIn(member: unknown): readonly object[] {
  const all: readonly unknown[] = Array.isArray(member) ? member : [member];
  return all.filter((one) => typeof one === 'object' && one !== null);
}

function requireNamed(value: object, { meaning }: Described, about: string): void {
  for (const name of Object.keys(value))
    assert.ok(meaning.includes(`_${name}_`), `${about}: nothing is said of ${name}`);
}
