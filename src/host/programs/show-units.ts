import type { runCommand } from './run-command.js';

/** A property of a unit as systemctl(1) shows it; empty when it has none. */
export type UnitProperties = (name: string) => string;

/**
 * What systemd has of units; of patterns, of all that match. `timestamp`: how points in time are shown. Undefined where
 * it cannot be asked, or does not know what one of them is.
 */
export async function showUnits(
  units: readonly string[],
  properties: readonly string[],
  timestamp: 'utc' | 'unix',
  run: typeof runCommand,
): Promise<readonly UnitProperties[] | undefined> {
  const wanted = [`--timestamp=${timestamp}`, `--property=${properties.join(',')}`];
  const answer = await run(['systemctl', 'show', ...wanted, '--', ...units]);
  if (answer === undefined || answer.status !== 0) return undefined;
  const blocks = answer.output.trim().split(/\n\n+/);
  return blocks.map((block) => (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(block)?.[1] ?? '');
}
