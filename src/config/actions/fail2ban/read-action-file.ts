/** Finds one of fail2ban's action files with all that it includes, and says what is wrong with it. */
import type { Parsed, Problem } from '../../../core/problem.js';
import type { FilterSpec } from '../../../filter/filter.js';
import { type FilterSource, readLayers } from '../../../filter/ini/layers.js';
import type { Disk } from '../../files/disk.js';
import { nearest } from '../../keys/nearest.js';
import { quoted } from '../../values/quoted.js';
import { type ActionFile, propertiesOf } from './properties.js';

/** Where fail2ban has its action files. */
export const ACTION_PATH = '/etc/fail2ban/action.d';

/** What is read of a machine. */
export type ActionFiles = Pick<Disk, 'text' | 'names'>;

/** An action file, checked. */
export interface CheckedActionFile extends ActionFile {
  /** How long a command may take, as the file or the options say. */
  readonly timeout: string;
}

/** A name of a jail, to try the file with. */
const SOME_JAIL = 'ssh.service';

/** `folders`: where it may be, the first that has it wins. Problems of what cannot be found have no file. */
export function readActionFile(
  { name, options }: FilterSpec,
  folders: readonly string[],
  files: ActionFiles,
): Parsed<CheckedActionFile> {
  const listed = folders.map((folder) => files.names(folder));
  const unlisted = listed.flatMap(({ problems }) => problems);
  if (unlisted.length > 0) return { value: undefined, problems: unlisted };
  const names = listed.flatMap(({ value }) => value ?? []);
  if (name.endsWith('.py') || (!names.includes(`${name}.conf`) && names.includes(`${name}.py`)))
    return { value: undefined, problems: [ofPython(name.replace(/\.py$/, ''))] };
  if (!names.includes(`${name}.conf`) && !names.includes(`${name}.local`))
    return { value: undefined, problems: [absent(name, folders, names)] };
  const unread: Problem[] = [];
  const { value: layers, problems } = readLayers(name, sourceOf(folders, files, unread));
  // What cannot be read would be told as not there.
  if (unread.length > 0) return { value: undefined, problems: unread };
  if (layers === undefined || problems.length > 0) return { value: undefined, problems };
  const action: ActionFile = { name, options: new Map(Object.entries(options)), layers };
  const { value: properties, problems: ofProperties } = propertiesOf(action, SOME_JAIL);
  if (properties === undefined) return { value: undefined, problems: ofProperties };
  const isIdle = ['actionban', 'actionunban', 'actionstart'].every((key) => properties.get(key) === '');
  if (isIdle) return { value: undefined, problems: [idle(name)] };
  return { value: { ...action, timeout: properties.get('timeout') ?? '' }, problems: [] };
}

/** `unread`: told why what is there cannot be read. Most of what is asked for is not there. */
function sourceOf(path: readonly string[], files: ActionFiles, unread: Problem[]): FilterSource {
  const isThere = (file: string): boolean => {
    const slash = file.lastIndexOf('/');
    return files.names(file.slice(0, slash)).value?.includes(file.slice(slash + 1)) === true;
  };
  return {
    path,
    read(file) {
      const { value, problems } = files.text(file);
      if (value === undefined && problems.length > 0 && isThere(file)) unread.push(...problems);
      return value?.text;
    },
    list(folder) {
      const { value, problems } = files.names(folder);
      unread.push(...problems);
      return value ?? [];
    },
  };
}

function ofPython(name: string): Problem {
  const instead = name === 'smtp' ? 'Type=mail sends mails' : 'Type=webhook tells services on the web';
  const hint = `${instead}; any other program of your own is run by Type=command`;
  return { file: '', line: 0, message: `${quoted(`${name}.py`)} is a part of fail2ban in Python, not a file`, hint };
}

function absent(name: string, folders: readonly string[], names: readonly string[]): Problem {
  const known = names.filter((file) => file.endsWith('.conf')).map((file) => file.slice(0, -'.conf'.length));
  const message = `there is no ${quoted(`${name}.conf`)} in ${folders.join(', ')}`;
  const meant = nearest(name, known);
  const otherwise = 'install fail2ban (it need not run), or name the folder that has the file with ActionPath=';
  return { file: '', line: 0, message, hint: meant === undefined ? otherwise : `did you mean Name=${meant}?` };
}

function idle(name: string): Problem {
  const message = `${quoted(`${name}.conf`)} has no actionban, actionunban or actionstart: nothing would ever be run`;
  return { file: '', line: 0, message, hint: 'files such as iptables-common.conf are there to be included by others' };
}
