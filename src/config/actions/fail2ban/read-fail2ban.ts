/** The settings of Type=fail2ban, read and checked together with the action file that they name. */
import { MICROS_PER_SECOND } from '../../../core/time.js';
import { list, scalar } from '../../assigned.js';
import { actionKeys } from '../../keys/action-keys.js';
import type { ActionCommon, Fail2banAction } from '../action-config.js';
import { type ActionAssigned, missing } from '../missing.js';
import { ACTION_PATH, type ActionFiles, readActionFile } from './read-action-file.js';

/** How long a command may take when nobody says it. */
const TIMEOUT = 60 * MICROS_PER_SECOND;

export interface Fail2banInput extends ActionAssigned {
  readonly machine: ActionFiles;
}

/** Undefined after saying what is wrong. */
export function readFail2ban(common: ActionCommon, input: Fail2banInput): Fail2banAction | undefined {
  const { assigned, whole, machine } = input;
  const { value: spec, place = whole } = scalar(assigned, actionKeys.name);
  if (spec === undefined) {
    missing(input, 'Name', '', 'write the name of an action file, such as Name=iptables-multiport[port="ssh"]');
    return undefined;
  }
  const before = assigned.problems.length;
  const folders = list(assigned, actionKeys.actionPath).map(({ value }) => value);
  // What is not there would be told as missing.
  if (assigned.problems.length > before) return undefined;
  const { value: file, problems } = readActionFile(spec, folders.length === 0 ? [ACTION_PATH] : folders, machine);
  assigned.problems.push(
    ...problems.map((problem) =>
      problem.file === '' ? { ...problem, ...place, message: `Name=: ${problem.message}` } : problem,
    ),
  );
  if (file === undefined) return undefined;
  // That it is wrong has been said.
  const isTimed = scalar({ ...assigned, problems: [] }, actionKeys.timeout).place !== undefined;
  if (isTimed) return { ...common, type: 'fail2ban', file };
  const own = actionKeys.timeout.read(file.timeout);
  if (!own.ok) {
    const message = `Name=: the timeout of its file: ${own.message}`;
    assigned.problems.push({
      ...place,
      message,
      hint: 'write Timeout=; without it 60s are taken',
      severity: 'warning',
    });
  }
  return { ...common, type: 'fail2ban', file, timeout: own.ok ? own.value : TIMEOUT };
}
