/** Colours for terminals, plain text for everything else. */
import type { Output } from '../dependencies.js';

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

/** SGR sequences of ECMA-48. */
function sgr(code: number): Paint {
  return (text) => (text === '' ? '' : `\u001b[${code}m${text}\u001b[0m`);
}

const plain: Paint = (text) => text;

const coloured: Style = { bold: sgr(1), dim: sgr(2), red: sgr(31), green: sgr(32), yellow: sgr(33) };

export const uncoloured: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };

/** Colour only on a terminal that can, and not when NO_COLOR (https://no-color.org) is set. */
export function styleFor(output: Output, environment: Readonly<Record<string, string | undefined>>): Style {
  const wanted = output.isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  return wanted ? coloured : uncoloured;
}
