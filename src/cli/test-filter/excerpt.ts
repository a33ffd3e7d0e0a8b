/** Lines of logs are written by strangers and may be long: what is shown of them is cut and safe on a terminal. */
import { printable } from '../../core/printable.js';

export function excerpt(text: string, limit = 1000): string {
  return printable(text.length > limit ? `${text.slice(0, limit)}…` : text);
}
