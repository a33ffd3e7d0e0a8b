/**
 * Which of f2b's services run as they were before something of theirs was changed that no reload brings into force: their
 * programs, their units, and what f2b-tail@.service follows. All keys of jails and of f2bd.conf take effect at a reload.
 */
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import { printable } from '../core/printable.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Dependencies } from './dependencies.js';

/** A service to restart, and what of it was changed since it began. */
export interface Restart {
  readonly unit: string;
  readonly files: readonly string[];
  /** systemd has not read the unit again either. */
  readonly needsDaemonReload: boolean;
}

const PROPERTIES = 'Id,ActiveState,NeedDaemonReload,FragmentPath,DropInPaths,ExecStart,ExecMainStartTimestamp';
const SHOW = ['systemctl', 'show', '--timestamp=unix', `--property=${PROPERTIES}`];
const SERVICES = [
  ...['f2bd.service', 'f2b-tail@*.service', 'f2b-metrics.service'],
  ...['f2b-actiond.service', 'f2b-fleetd.service', 'f2b-fail2ban.service'],
];

/** None where systemd cannot be asked. */
export async function restartsDue({ run, configuration }: Dependencies): Promise<readonly Restart[]> {
  const answer = await run([...SHOW, '--', ...SERVICES]);
  if (answer === undefined || answer.status !== 0) return [];
  return answer.output.split('\n\n').flatMap((block) => {
    const service = serviceIn(block);
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

function serviceIn(block: string): Service | undefined {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(block)?.[1] ?? '';
  const started = /^@(\d{1,12})$/.exec(value('ExecMainStartTimestamp'))?.[1];
  // Of a service that has ended, as those do that sockets start, systemd still tells when it began.
  if (started === undefined || ['inactive', 'failed'].includes(value('ActiveState'))) return undefined;
  const program = /\bpath=([^ ;]+)/.exec(value('ExecStart'))?.[1] ?? '';
  const paths = [value('FragmentPath'), ...value('DropInPaths').split(' '), program];
  return {
    unit: value('Id'),
    startedAt: Number(started) * MICROS_PER_SECOND,
    needsDaemonReload: value('NeedDaemonReload') === 'yes',
    files: paths.filter((path) => path !== ''),
  };
}

/** What f2b-tail reads when it starts, see f2b-tail(8). */
function tailFiles(unit: string): readonly string[] {
  const name = /^f2b-tail@(.+)\.service$/.exec(unit)?.[1];
  return name === undefined ? [] : [`${DEFAULT_CONFIG_DIRECTORY}/tail/${name}.conf`];
}
