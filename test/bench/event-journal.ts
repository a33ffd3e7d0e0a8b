/** A large journal in which the agent's events are a small part, the same with every call; kept in the cache. */
import { addressOf, type BenchEntry, createRandom, FIRST_AT, keptJournal } from './bench-journal.js';

/** To be counted up when the entries change. */
const VERSION = 1;
/** Of another service, so long that an entry takes some 8 kB of a file. */
const LENGTH = 10_000;
const ENTRIES_PER_MEGABYTE = 128;
/** One entry in so many is the agent's. */
const SHARE = 16;
/** journald begins a new file at this size, MB. */
const FILE = 128;

const agent = { identifier: 'f2bd', unit: 'f2bd.service', program: '/usr/bin/node' };
const other = { identifier: 'app', unit: 'app.service', program: '/usr/bin/app' };

/** Text that does not compress. */
function noise(): string {
  const random = createRandom(11);
  return Buffer.from(Array.from({ length: 1 << 20 }, () => random(256))).toString('base64');
}

function* entries(first: number, count: number, text: string): Generator<BenchEntry> {
  const random = createRandom(first + 1);
  for (let n = first; n < first + count; n += 1) {
    const at = FIRST_AT + n * 1_000_000;
    if (n % SHARE !== 0) {
      const start = random(text.length - LENGTH);
      yield { ...other, pid: 700, at, message: `${n} ${text.slice(start, start + LENGTH)}` };
      continue;
    }
    const address = addressOf(random);
    const message = `ssh.service: banned ${address} for 10min after 5 failures`;
    const fields = ['F2B_EVENT=ban', 'F2B_JAIL=ssh.service', `F2B_ADDRESS=${address}`, `F2B_SINCE=${at}`];
    yield { ...agent, pid: 600, at, message, fields };
  }
}

/** The directory of a journal of so many MB. */
export function eventJournal(megabytes: number): Promise<string> {
  const text = noise();
  const perFile = FILE * ENTRIES_PER_MEGABYTE;
  const files = Array.from({ length: Math.max(1, Math.round(megabytes / FILE)) }, (_, index) =>
    entries(index * perFile, perFile, text),
  );
  return keptJournal(`events-${VERSION}-${megabytes}`, files);
}
