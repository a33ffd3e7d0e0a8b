/**
 * A line copied from journalctl, as the agent sees that entry: `HOST IDENT[PID]: MESSAGE`. Only the time that journalctl
 * puts before it is taken off. A date within the message belongs to the message, here as in the agent.
 */

/** The short formats of journalctl(1): short, -precise, -iso, -iso-precise, -full, -monotonic, -unix. */
const times = [
  String.raw`[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?`,
  String.raw`(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[+-]\d\d:?\d\d|Z| [A-Z]\w{1,5})?`,
  String.raw`\[ *\d+\.\d+\]`,
  String.raw`\d{9,}\.\d+`,
];
const stamp = new RegExp(String.raw`^\s*(?:${times.join('|')}) (?=\S+ [^\s:]+: )`);

export function withoutTimestamp(line: string): string {
  return line.replace(stamp, '');
}
