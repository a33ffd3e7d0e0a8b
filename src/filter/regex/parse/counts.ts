/** The counts of a repetition, `{m,n}` with either missing. */
import { unlimited } from '../syntax.js';
import { RegexError, type Tokens } from './tokens.js';

export type Counts = readonly [min: number, max: number];

const maxCount = 65_535;
const digits = '0123456789';

/** The brace, at `start`, has been taken. Undefined, with nothing more taken, when it is an ordinary character. */
export function readCounts(tokens: Tokens, start: number): Counts | undefined {
  const after = tokens.index;
  if (tokens.next === '}') return undefined;
  const low = tokens.getAll(digits);
  const high = tokens.match(',') ? tokens.getAll(digits) : low;
  if (!tokens.match('}')) {
    tokens.seek(after);
    return undefined;
  }
  if (Math.max(Number(low), Number(high)) > maxCount) {
    throw new RegexError(`more than ${maxCount} repetitions`, start);
  }
  const max = high === '' ? unlimited : Number(high);
  if (max < Number(low)) throw new RegexError('the lower limit is above the upper one', start);
  return [Number(low), max];
}
