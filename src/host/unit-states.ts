/** Asks systemd about units, all of them at once. */
import { MICROS_PER_MILLISECOND } from '../core/time.js';
import type { UnitState } from '../core/unit-state.js';
import type { runCommand } from './run-command.js';

const PROPERTIES = 'Id,LoadState,LogNamespace,ActiveState,ActiveEnterTimestamp';

/** In the order of the names. Undefined where systemd cannot be asked, or does not know what one of them is. */
export async function unitStates(
  names: readonly string[],
  run: typeof runCommand,
): Promise<readonly UnitState[] | undefined> {
  if (names.length === 0) return [];
  const answer = await run(['systemctl', 'show', '--timestamp=utc', `--property=${PROPERTIES}`, '--', ...names]);
  if (answer === undefined || answer.status !== 0) return undefined;
  const states = answer.output.trim().split(/\n\n+/);
  return states.length === names.length ? states.map((text, index) => stateOf(names[index] ?? '', text)) : undefined;
}

function stateOf(name: string, text: string): UnitState {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const [id, load, namespace] = ['Id', 'LoadState', 'LogNamespace'].map(value);
  return {
    name,
    id: id ?? '',
    load: load ?? '',
    namespace: namespace ?? '',
    isActive: value('ActiveState') === 'active',
    activeSince: timeOf(value('ActiveEnterTimestamp')),
  };
}

/** Such as `Sun 2026-11-29 13:05:07 UTC`; µs since the epoch. */
function timeOf(text: string): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`) * MICROS_PER_MILLISECOND;
}
