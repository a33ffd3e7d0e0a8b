/** What a switch from fail2ban changed, kept on the disk so that it can be taken back by another process, or later. */
import { parsedJson } from '../../core/parsed-json.js';
import { F2bError } from '../../errors.js';
import type { Dependencies } from '../dependencies.js';

/** Root's own folder: not the state's, which is the agent's. */
const PATH = '/var/lib/f2b-import/switch.json';

export interface SwitchRecord {
  /** fail2ban's folder. */
  readonly directory: string;
  /** When it began, µs since the epoch. */
  readonly at: number;
  /** fail2ban's jails and those here. */
  readonly jails: readonly { readonly from: string; readonly name: string }[];
  /** What was written, with its text, so that nobody's later work is removed. */
  readonly created: readonly { readonly path: string; readonly text: string }[];
  /** Units that were started beside f2bd: of f2b-tail, and f2b-actiond. */
  readonly tails: readonly string[];
  /** How it was before. */
  readonly wasGuarding: boolean;
  readonly wasEnabled: boolean;
  readonly fail2banWasEnabled: boolean;
  readonly isConfirmed: boolean;
}

type Files = Pick<Dependencies, 'configuration'>;

export function writeRecord(record: SwitchRecord, { configuration }: Files): void {
  configuration.write(PATH, `${JSON.stringify(record, undefined, 2)}\n`);
}

export function removeRecord({ configuration }: Files): void {
  configuration.remove(PATH);
}

/** Undefined when nothing was switched. Throws SWITCH_REFUSED when the file says nothing that can be understood. */
export function readRecord({ configuration }: Files): SwitchRecord | undefined {
  const text = configuration.read(PATH);
  if (text === undefined) return undefined;
  const record = parsedJson(text);
  if (isRecord(record)) return record;
  const hint = `look at ${PATH}, undo by hand what it names, and remove it`;
  throw new F2bError('SWITCH_REFUSED', `${PATH} cannot be read`, { hint });
}

function isRecord(value: unknown): value is SwitchRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const lists = ['jails', 'created', 'tails'].every((name) => Array.isArray(fields.get(name)));
  const flags = ['wasGuarding', 'wasEnabled', 'fail2banWasEnabled', 'isConfirmed'];
  const isOf = (type: string) => (name: string) => typeof fields.get(name) === type;
  return lists && isOf('string')('directory') && isOf('number')('at') && flags.every(isOf('boolean'));
}
