/** The agent in one line, as `systemctl status` shows it. */
import type { F2bError } from '../../errors.js';
import { counted } from '../../text/counted.js';

export function statusLine(jails: number, problems: readonly F2bError[]): string {
  const summary = `Guarding ${counted(jails, 'jail')}`;
  const [latest, ...others] = problems.toReversed();
  if (latest === undefined) return summary;
  const more = others.length === 0 ? '' : ` (and ${others.length} more, see f2bctl status)`;
  return `${summary}, but ${latest.message.split('\n', 1)[0]}${more}`;
}
