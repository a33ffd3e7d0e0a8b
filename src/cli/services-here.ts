/** Which of the services that jails guard are on this host, by what systemd says of their units. */
import type { JailEntry } from '../config/files/configuration-files.js';
import { globPattern } from '../core/glob.js';
import type { Dependencies } from './dependencies.js';

/** `running`: one of the units is, or its socket is. `installed`: there is one. */
export type ServiceHere = 'running' | 'installed' | undefined;

/** A unit that systemd has loaded, or only its file. */
interface Unit {
  readonly name: string;
  readonly isRunning: boolean;
}

/** Finds that out of one look at all units. Undefined where systemd cannot be asked. */
export async function servicesHere(
  dependencies: Pick<Dependencies, 'run'>,
): Promise<((jail: JailEntry) => ServiceHere) | undefined> {
  const listed = ['--full', '--plain', '--no-legend', '--no-pager', '--type=service,socket'];
  const [loaded, files] = await Promise.all([
    dependencies.run(['systemctl', 'list-units', '--all', ...listed]),
    dependencies.run(['systemctl', 'list-unit-files', ...listed]),
  ]);
  if (loaded?.status !== 0 || files?.status !== 0) return undefined;
  const units = [...rowsOf(loaded.output).flatMap(loadedUnit), ...rowsOf(files.output).flatMap(unitFile)];
  return (jail) => {
    const wanted = jail.units.flatMap(namesOf).map(globPattern);
    const own = units.filter(({ name }) => wanted.some((pattern) => pattern.test(name)));
    if (own.some(({ isRunning }) => isRunning)) return 'running';
    return own.length > 0 ? 'installed' : undefined;
  };
}

function rowsOf(output: string): readonly (readonly string[])[] {
  return output.split('\n').map((line) => line.trim().split(/\s+/));
}

/** `list-units`: UNIT LOAD ACTIVE SUB. One that others only speak of is not there. */
function loadedUnit([name = '', load, active = '']: readonly string[]): readonly Unit[] {
  if (load !== 'loaded') return [];
  return [{ name, isRunning: ['active', 'activating', 'reloading'].includes(active) }];
}

/** `list-unit-files`: UNIT STATE. */
function unitFile([name = '', state]: readonly string[]): readonly Unit[] {
  return name === '' || state === 'masked' ? [] : [{ name, isRunning: false }];
}

/** The unit, and the socket that starts it. */
function namesOf(unit: string): readonly string[] {
  return [unit, unit.replace(/(?:@\*)?\.service$/, '.socket')];
}
