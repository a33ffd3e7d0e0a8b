/** Colours and columns for a terminal; everything else gets plain text. */
import { booleanWord } from '../../core/boolean-word.js';
import type { Measure } from '../../text/width.js';
import type { Output } from '../dependencies.js';

type Paint = (text: string) => string;

interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  /** Of what is chosen. */
  readonly inverse: Paint;
}

export interface Style extends Colours {
  readonly widthOf: Measure;
  /** How wide the terminal is; undefined for what is no terminal. */
  readonly columns?: number;
}

/** SGR sequences of ECMA-48. */
function sgr(code: number): Paint {
  return (text) => (text === '' ? '' : `\u001b[${code}m${text}\u001b[0m`);
}

const plain: Paint = (text) => text;

const coloured: Colours = { bold: sgr(1), dim: sgr(2), red: sgr(31), green: sgr(32), yellow: sgr(33), inverse: sgr(7) };

export const uncoloured: Colours = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, inverse: plain };

/** What SYSTEMD_COLORS= says, see journalctl(1); undefined where that is nothing, or something that depends. */
function askedFor(text = ''): boolean | undefined {
  return /^(?:16|256|24bit)$/i.test(text) ? true : booleanWord(text);
}

/**
 * Colour only on a terminal that can, and not when NO_COLOR (https://no-color.org) is set; SYSTEMD_COLORS= decides first,
 * as for journalctl(1). There are 16 of them, whatever it asks for. Without `widthOf`, each
 * character counts as one column.
 */
export function styleFor(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
  widthOf: Measure = ({ length }) => length,
): Style {
  const { NO_COLOR = '', TERM = '' } = environment;
  const canDo = output.isTerminal && NO_COLOR === '' && TERM !== '' && TERM !== 'dumb';
  const wanted = askedFor(environment['SYSTEMD_COLORS']) ?? canDo;
  // A terminal that does not know its size says 0.
  const columns = output.isTerminal && output.columns ? { columns: output.columns } : {};
  return { ...(wanted ? coloured : uncoloured), widthOf, ...columns };
}
