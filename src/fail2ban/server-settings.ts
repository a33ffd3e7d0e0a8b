/** `get` and `set` of what is the server's and no jail's. What is true of f2b is told, and may be said again. */
import { banKeys } from '../config/keys/keys.js';
import { MAX_EVIDENCE } from '../core/ban.js';
import type { Asked } from './asked.js';
import { Refusal } from './jail-names.js';
import type { PickleValue } from './pickle-value.js';
import { timeSetting } from './settings.js';

const KEY = banKeys.offenderMemory;
const MEMORY = timeSetting(KEY.name, null);

/** Where it is said what those are, or how they are set, that have one value here. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ...['loglevel', 'logtarget', 'syslogsocket'].map((name) => [name, 'journald keeps what f2b tells: f2bd(8)'] as const),
  ['dbfile', 'the state is where systemd has it: f2bd(8)'],
  ['dbmaxmatches', 'the journal has the entries themselves: f2bctl why ADDRESS'],
  ['dbpurgeage', 'it is set as OffenderMemory= in files: f2b.conf(5)'],
  ['allowipv6', 'IPv6 is banned as IPv4 is: f2b.unit(5)'],
]);

/** Undefined for what is of a jail. Throws a Refusal for what f2b has not. */
export async function serverSetting(name: string, asked: Asked): Promise<PickleValue | undefined> {
  switch (name) {
    case 'loglevel':
      return 'INFO';
    case 'logtarget':
      return 'SYSTEMD-JOURNAL';
    case 'syslogsocket':
    case 'allowipv6':
      return 'auto';
    case 'dbfile':
      return '/var/lib/f2b/state.sqlite';
    case 'dbmaxmatches':
      return MAX_EVIDENCE;
    case 'dbpurgeage':
      return offenderMemory(asked);
    case 'thread':
      throw new Refusal('f2b has no stack size of threads: there is nothing to be set');
    default:
      return undefined;
  }
}

/** The same. What is so already may be set; throws a Refusal for anything else. */
export async function setServer(name: string, wanted: string, asked: Asked): Promise<PickleValue | undefined> {
  const told = await serverSetting(name, asked);
  if (told === undefined) return undefined;
  const isSame = name === 'dbpurgeage' ? MEMORY.tell(MEMORY.write(wanted)) === told : isSameWord(wanted, told);
  if (isSame) return told;
  throw new Refusal(`${name} is ${told} in f2b, and nothing else by this command; ${INSTEAD.get(name)}`);
}

function isSameWord(wanted: string, told: PickleValue): boolean {
  return wanted.toLowerCase() === String(told).toLowerCase();
}

/** After how many seconds without a ban an address is new again. Throws a Refusal where jails differ in that. */
async function offenderMemory({ client, settings }: Asked): Promise<PickleValue> {
  const { jails } = await client.status();
  const written = jails.flatMap(({ name }) => settings(name).filter((one) => one.key === KEY.name));
  const times = new Set(written.map(({ value }) => MEMORY.tell(value)));
  const [time = MEMORY.tell(KEY.initial)] = times;
  if (times.size <= 1) return time;
  throw new Refusal('jails have different ones here: f2bctl show JAIL OffenderMemory');
}
