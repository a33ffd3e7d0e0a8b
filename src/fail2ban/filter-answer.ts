/** What a jail's filter consists of, as fail2ban's server tells it: regexes with their tags written out. */
import { PickleTuple, type PickleValue } from './pickle-value.js';

/** How a jail uses its filter, in the words of its file. */
export interface FilterUse {
  readonly filter: string;
  readonly usedns: string;
  readonly logtype: string;
}

/** The filter of a jail that is in force. */
export interface FilterTexts {
  /** As Python reads them. */
  readonly failregex: readonly string[];
  readonly ignoreregex: readonly string[];
  /** Empty: there is none. */
  readonly prefregex: string;
  readonly maxlines: number;
  /** The forms of dates in lines of a log file; none: the usual ones. */
  readonly datepattern: readonly string[];
}

/** Of a jail without a filter. */
const NONE: FilterTexts = { failregex: [], ignoreregex: [], prefregex: '', maxlines: 1, datepattern: [] };

/** Undefined for a word that asks for nothing of a filter's. */
export function filterAnswer(word: string, read: () => FilterTexts | undefined): PickleValue | undefined {
  const filter = () => read() ?? NONE;
  switch (word) {
    case 'failregex':
      return filter().failregex;
    case 'ignoreregex':
      return filter().ignoreregex;
    case 'prefregex':
      return filter().prefregex;
    case 'maxlines':
      return filter().maxlines;
    case 'datepattern':
      return dates(filter().datepattern);
    default:
      return undefined;
  }
}

/** The pattern and what it is called. */
function dates(patterns: readonly string[]): PickleTuple {
  const [pattern = '', ...others] = patterns;
  // What is in braces stands for all the usual ones, at one place of a line.
  const isOne = pattern !== '' && others.length === 0 && !pattern.includes('{');
  return isOne ? new PickleTuple(pattern, pattern) : new PickleTuple(null, 'Default Detectors');
}
