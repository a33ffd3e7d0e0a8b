/** An error as both programs print it: what is wrong, why, what to do next, and of a bug where it is. */
import { printable, printableLines } from '../core/printable.js';
import { asF2bError } from '../errors.js';

type Paint = (text: string) => string;

/** How the words that people look for are set off. */
export interface ErrorStyle {
  readonly red: Paint;
  readonly bold: Paint;
}

/** An error where there is one line for it: what is wrong, and what to do next. */
export function errorLine(error: unknown): string {
  const { message, hint } = asF2bError(error);
  return `${message}; ${hint}`;
}

/** `program` stands before the message, unless whoever takes the lines knows it. */
export function errorLines(error: unknown, { red, bold }: ErrorStyle, program?: string): readonly string[] {
  const { code, message, hint, cause, stack } = asF2bError(error);
  const isBug = code === 'INTERNAL';
  const reason = cause instanceof Error && !isBug && !message.includes(cause.message) ? cause.message : undefined;
  const place = (cause instanceof Error ? cause.stack : stack) ?? '';
  return [
    `${program === undefined ? '' : `${red(`${program}:`)} `}${printableLines(message)}`,
    ...(reason === undefined ? [] : [`${bold('because:')} ${printableLines(reason)}`]),
    `${bold('hint:')} ${printable(hint)}`,
    ...(isBug ? [printableLines(place)] : []),
  ];
}
