/** Values as Python prints them: fail2ban's client prints most answers so. */
import { withoutControls } from '../core/printable.js';
import { PickleDict, PickleError, PickleTuple, type PickleValue } from './pickle-value.js';

/** Python's `str()`: a text as it is, all else as `repr()` has it. */
export function pythonText(value: PickleValue): string {
  if (typeof value === 'string') return value;
  return value instanceof PickleError ? value.message : pythonRepr(value);
}

/** Python's `repr()`. */
export function pythonRepr(value: PickleValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof PickleError) return `${value.name}(${quoted(value.message)})`;
  if (value instanceof PickleDict)
    return `{${value.entries.map(([key, one]) => `${quoted(key)}: ${pythonRepr(one)}`).join(', ')}}`;
  if (!(value instanceof PickleTuple)) return `[${value.map(pythonRepr).join(', ')}]`;
  const items = value.items.map(pythonRepr);
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}

const SHORT: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [13, '\\r'],
]);

/** In single quotes, unless it holds such and no double ones. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
  return `${quote}${withoutControls(escaped, escapeOf)}${quote}`;
}

function escapeOf(code: number): string {
  const hex = code.toString(16);
  if (code > 0xffff) return `\\U${hex.padStart(8, '0')}`;
  return SHORT.get(code) ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}
