/** Asks systemd about units, all of them at once. */
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import type { UnitState } from '../../core/unit-state.js';
import type { runCommand } from './run-command.js';
import { showUnits, type UnitProperties } from './show-units.js';

const PROPERTIES = ['Id', 'LoadState', 'LogNamespace', 'ActiveState', 'ActiveEnterTimestamp'];

/** In the order of the names. Undefined where systemd cannot be asked, or does not know what one of them is. */
export async function unitStates(
  names: readonly string[],
  run: typeof runCommand,
): Promise<readonly UnitState[] | undefined> {
  if (names.length === 0) return [];
  const shown = await showUnits(names, PROPERTIES, 'utc', run);
  if (shown?.length !== names.length) return undefined;
  return shown.map((property, index) => stateOf(names[index] ?? '', property));
}

function stateOf(name: string, property: UnitProperties): UnitState {
  return {
    name,
    id: property('Id'),
    load: property('LoadState'),
    namespace: property('LogNamespace'),
    isActive: property('ActiveState') === 'active',
    activeSince: timeOf(property('ActiveEnterTimestamp')),
  };
}

/** Such as `Sun 2026-11-29 13:05:07 UTC`; µs since the epoch. */
function timeOf(text: string): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`) * MICROS_PER_MILLISECOND;
}
