/** Values for programs: addresses as text, times and lengths in µs, null for what never ends. */
import { printable, printableLines } from '../../core/printable.js';
import { FOREVER } from '../../core/time.js';

function isAddress(value: object): value is { readonly text: string } {
  return 'w0' in value && 'text' in value && typeof value.text === 'string';
}

function plain(_key: string, value: unknown): unknown {
  if (value === FOREVER) return null;
  return typeof value === 'object' && value !== null && isAddress(value) ? value.text : value;
}

/** One line. JSON itself escapes what lies below U+0020; other characters steer terminals too. */
export function jsonLine(value: unknown): string {
  return printable(JSON.stringify(value, plain));
}

/** One indented document. */
function jsonDocument(value: unknown): string {
  return printableLines(JSON.stringify(value, plain, 2));
}

/** As `--output` asks for it, `json` or `json-pretty`; it ends with a newline. */
export function jsonText(value: unknown, output: string): string {
  return `${output === 'json' ? jsonLine(value) : jsonDocument(value)}\n`;
}
