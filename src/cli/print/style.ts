/** Colours and columns for a terminal; everything else gets plain text. */
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

/**
 * Colour only on a terminal that can, and not when NO_COLOR (https://no-color.org) is set; SYSTEMD_COLORS= decides first,
 * as for journalctl(1). Without `widthOf`, each
 * character counts as one column.
 */
export function styleFor(
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
  widthOf: Measure = ({ length }) => length,
): Style {
  const asked = environment['SYSTEMD_COLORS'];
  const isTerminal = output.isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  const wanted = asked === undefined ? isTerminal : !/^(?:0|no|n|false|f|off)$/i.test(asked);
  // A terminal that does not know its size says 0.
  const columns = output.isTerminal && output.columns ? { columns: output.columns } : {};
  return { ...(wanted ? coloured : uncoloured), widthOf, ...columns };
}
