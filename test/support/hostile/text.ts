/** What programs make of a client's text before they log it, where several do the same. */

/** `?` for what is not printable ASCII. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

/** A blank for what ends a line, or a text of C's. */
export function oneLine(text: string): string {
  return text.replace(/[\n\r\0]/g, ' ');
}
