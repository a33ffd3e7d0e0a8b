/** Entries without what a person does not want to see, by options of journalctl's. */
import type { Entry } from '../../core/entry.js';
import { printable } from '../../core/printable.js';

export interface Narrowing {
  /** The format that the entry will be written in. */
  readonly output: string;
  /** Whether lines begin with the name of the host. */
  readonly hostname: boolean;
  /** Fields to be shown by the formats that have them. */
  readonly outputFields?: readonly string[];
}

const WITH_FIELDS = ['verbose', 'export', 'json', 'json-pretty', 'json-seq', 'json-sse'];

/** Of the other formats the fields stay: they go by the level, and by the address that the entry is about. */
export function narrowed(entry: Entry, { output, hostname, outputFields }: Narrowing): Entry {
  const line = hostname ? entry.line : entry.line.slice(entry.line.indexOf(' ') + 1);
  if (outputFields === undefined || !WITH_FIELDS.includes(output)) return { ...entry, line };
  const kept = Object.entries(entry.fields).filter(([name]) => outputFields.includes(name));
  return { ...entry, fields: Object.fromEntries(kept) };
}

/** What `-o cat` shows with fields of its own: the value of each on a line; undefined when that is not asked for. */
export function valueLines({ fields }: Entry, { output, outputFields }: Narrowing): string | undefined {
  if (output !== 'cat' || outputFields === undefined) return undefined;
  const values = outputFields.flatMap((name) => fields[name]?.split('\n') ?? []);
  return values.map((value) => `${printable(value)}\n`).join('');
}
