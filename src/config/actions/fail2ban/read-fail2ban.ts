/** The settings of Type=fail2ban, read and checked together with the action file that they name. */
import { MICROS_PER_SECOND } from '../../../core/time.js';
import { parseDuration } from '../../../text/duration.js';
import { type Assigned, list, scalar } from '../../assigned.js';
import type { Place } from '../../files/syntax.js';
import { actionKeys } from '../../keys/action-keys.js';
import type { ActionCommon, Fail2banAction } from '../action-config.js';
import { propertiesOf } from './properties.js';
import { type ActionFiles, readActionFile } from './read-action-file.js';

/** Where fail2ban has its action files. */
const ACTION_PATH = ['/etc/fail2ban/action.d'];

export interface Fail2banInput {
  readonly assigned: Assigned;
  readonly whole: Place;
  readonly machine: ActionFiles;
}

/** Undefined after saying what is wrong. */
export function readFail2ban(common: ActionCommon, input: Fail2banInput): Fail2banAction | undefined {
  const { assigned, whole, machine } = input;
  const { value: spec, place = whole } = scalar(assigned, actionKeys.name);
  if (spec === undefined) {
    if (!assigned.assignments.some(({ key, value }) => key === actionKeys.name.name && value !== ''))
      assigned.problems.push({
        ...whole,
        message: 'Name= is missing',
        hint: 'write the name of an action file, such as Name=iptables-multiport[port="ssh"]',
      });
    return undefined;
  }
  const before = assigned.problems.length;
  const folders = list(assigned, actionKeys.actionPath).map(({ value }) => value);
  // What is not there would be told as missing.
  if (assigned.problems.length > before) return undefined;
  const { value: file, problems } = readActionFile(spec, folders.length === 0 ? ACTION_PATH : folders, machine);
  assigned.problems.push(
    ...problems.map((problem) =>
      problem.file === '' ? { ...problem, ...place, message: `Name=: ${problem.message}` } : problem,
    ),
  );
  if (file === undefined) return undefined;
  const isTimed = scalar(assigned, actionKeys.timeout).place !== undefined;
  const own = propertiesOf(file, 'any').value?.get('timeout') ?? '';
  const timeout = isTimed ? common.timeout : (parseDuration(own) ?? 60 * MICROS_PER_SECOND);
  return { ...common, type: 'fail2ban', file, timeout };
}
