/** What `f2bctl enable --detected` would switch on, and why not the rest. */
import type { JailEntry } from '../../../config/files/configuration-files.js';
import { F2bError } from '../../../errors.js';
import type { Dependencies } from '../../dependencies.js';
import { servicesHere } from '../../services-here.js';

/** Of the jails that are off and whose services run; `left`: who could be named by others. */
export interface Choice {
  readonly wanted: readonly JailEntry[];
  readonly left: readonly JailEntry[];
}

/** `named` are wanted whatever their services do. Throws SERVICES_UNKNOWN where systemd cannot be asked. */
export async function chooseDetected(
  jails: readonly JailEntry[],
  named: readonly JailEntry[],
  dependencies: Dependencies,
): Promise<Choice> {
  const serviceOf = await servicesHere(dependencies);
  if (serviceOf === undefined) throw new F2bError('SERVICES_UNKNOWN');
  const asked = new Set(named.map(({ name }) => name));
  const off = jails.filter((jail) => jail.state === 'disabled' && !asked.has(jail.name));
  const found = off.filter((jail) => serviceOf(jail) === 'running');
  return {
    wanted: [...named, ...found.filter(({ forgeableBy }) => forgeableBy === '')],
    left: found.filter(({ forgeableBy }) => forgeableBy !== ''),
  };
}

export function choiceLines({ wanted, left }: Choice): readonly string[] {
  return [
    ...(wanted.length === 0
      ? ['No jail is off whose service runs here and nobody can pass for.']
      : ['To be switched on:']),
    ...wanted.map(({ name, description }) => `  ${name}: ${description}`),
    ...(left.length === 0 ? [] : ['Left alone unless they are named, as others could be banned by:']),
    ...left.map(({ name, forgeableBy }) => `  ${name}: ${forgeableBy}`),
    'Services that log to files need more: f2bctl cat JAIL says what, f2bctl doctor finds jails that hear nothing.',
  ];
}
