/**
 * Which of f2b's services run as they were before something of theirs was changed that no reload brings into force: their
 * programs, their units, and what f2b-tail@.service follows. All keys of jails and of f2bd.conf take effect at a reload.
 */
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import { printable } from '../core/printable.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { showUnits, type UnitProperties } from '../host/programs/show-units.js';
import type { Dependencies } from './dependencies.js';

/** A service to restart, and what of it was changed since it began. */
export interface Restart {
  readonly unit: string;
  readonly files: readonly string[];
  /** systemd has not read the unit again either. */
  readonly needsDaemonReload: boolean;
}

const PROPERTIES = ['Id', 'ActiveState', 'NeedDaemonReload', 'FragmentPath', 'DropInPaths', 'ExecStart'];
const STARTED = 'ExecMainStartTimestamp';
const SERVICES = [
  ...['f2bd.service', 'f2b-tail@*.service', 'f2b-metrics.service'],
  ...['f2b-actiond.service', 'f2b-fleetd.service', 'f2b-fail2ban.service'],
];

/** None where systemd cannot be asked. */
export async function restartsDue({ run, configuration }: Dependencies): Promise<readonly Restart[]> {
  const shown = (await showUnits(SERVICES, [...PROPERTIES, STARTED], 'unix', run)) ?? [];
  return shown.flatMap((property) => {
    const service = serviceOf(property);
    if (service === undefined) return [];
    const { unit, startedAt, needsDaemonReload } = service;
    // systemd tells whole seconds.
    const isLater = (at: number) => Math.floor(at / MICROS_PER_SECOND) * MICROS_PER_SECOND > startedAt;
    const all = [...service.files, ...tailFiles(unit)];
    const files = all.filter((path) => isLater(configuration.changedAt(path) ?? 0));
    return files.length > 0 || needsDaemonReload ? [{ unit, files, needsDaemonReload }] : [];
  });
}

/** Each with what to do. */
export function restartLines(restarts: readonly Restart[]): readonly string[] {
  return restarts.map(({ unit, files, needsDaemonReload }) => {
    const what = files.length === 0 ? 'its unit was changed' : `this was changed: ${files.map(printable).join(', ')}`;
    const command = needsDaemonReload ? 'systemctl daemon-reload && systemctl restart' : 'systemctl restart';
    return `${printable(unit)} runs as it was before ${what}. That takes effect with: ${command} ${printable(unit)}`;
  });
}

/** Tells them to the person who changed something, or had it read. */
export async function tellRestarts(dependencies: Dependencies): Promise<void> {
  for (const line of restartLines(await restartsDue(dependencies))) dependencies.errors.write(`${line}\n`);
}

/** A service of the systemd that is running; `startedAt` in µs since the epoch. */
interface Service extends Restart {
  readonly startedAt: number;
}

function serviceOf(property: UnitProperties): Service | undefined {
  const started = /^@(\d{1,12})$/.exec(property(STARTED))?.[1];
  // Of a service that has ended, as those do that sockets start, systemd still tells when it began.
  if (started === undefined || ['inactive', 'failed'].includes(property('ActiveState'))) return undefined;
  const program = /\bpath=([^ ;]+)/.exec(property('ExecStart'))?.[1] ?? '';
  const paths = [property('FragmentPath'), ...property('DropInPaths').split(' '), program];
  return {
    unit: property('Id'),
    startedAt: Number(started) * MICROS_PER_SECOND,
    needsDaemonReload: property('NeedDaemonReload') === 'yes',
    files: paths.filter((path) => path !== ''),
  };
}

/** What f2b-tail reads when it starts, see f2b-tail(8). */
function tailFiles(unit: string): readonly string[] {
  const name = /^f2b-tail@(.+)\.service$/.exec(unit)?.[1];
  return name === undefined ? [] : [`${DEFAULT_CONFIG_DIRECTORY}/tail/${name}.conf`];
}
