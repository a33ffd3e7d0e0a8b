/**
 * JSON texts whose strings hold `{{name}}` for what is known of an event. The text is taken apart before anything is put
 * in, so whatever a value holds, it stays within its string.
 */
import { nearest } from '../keys/nearest.js';
import { quoted } from '../values/quoted.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What may stand between the braces. */
export const templateNames = [
  ...['id', 'event', 'jail', 'address', 'family', 'message', 'host', 'time', 'since', 'until', 'bantime'],
  ...['failures', 'user', 'bancount', 'origin', 'reason', 'cause', 'code', 'hint'],
] as const;

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;

interface Wording {
  readonly message: string;
  readonly hint: string;
}

/** The text as a JSON value, or what is wrong with it. */
export function parseTemplate(
  text: string,
): { readonly value: Json; readonly problem?: never } | { readonly value?: never; readonly problem: Wording } {
  const names: readonly string[] = templateNames;
  const unknown = [...text.matchAll(PLACE)].map(([, name = '']) => name).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, names);
    const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean {{${meant}}}?`;
    return { problem: { message: `nothing is called ${quoted(unknown)}`, hint } };
  }
  try {
    const value: Json = JSON.parse(text);
    return { value };
  } catch {
    return {
      problem: {
        message: 'this is no JSON',
        hint: 'write it like {"text": "{{message}}"}, each {{name}} within quotes',
      },
    };
  }
}

/** The value with each `{{name}}` in its strings replaced; `values` says by what. */
export function filledIn(template: Json, values: Readonly<Record<string, string>>): Json {
  if (typeof template === 'string') return template.replace(PLACE, (_all, name: string) => values[name] ?? '');
  if (typeof template !== 'object' || template === null) return template;
  if (isList(template)) return template.map((item) => filledIn(item, values));
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, filledIn(item, values)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
