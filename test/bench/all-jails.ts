/**
 * Prints how long, and how much processor time, it takes to read and match a mixed journal with all shipped jails on, and the slowest
 * filters. The entries are the lines of test/samples, each of its jail's unit, in an order that is the same in every run.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfiguration } from '../../src/bin/agent/configuration.js';
import { makeRoomForNewObjects } from '../../src/bin/process/roomy-heap.js';
import { enableLinearFallback } from '../../src/budget/linear-fallback.js';
import { createDecider } from '../../src/core/deciding/decider.js';
import type { Entry } from '../../src/core/entry.js';
import { FOREVER } from '../../src/core/time.js';
import { loadConfiguration, settingsOf } from '../../src/daemon/loaded-config.js';
import { createJournals } from '../../src/daemon/reading/journals/journals.js';
import { createProgress, unreadFrom } from '../../src/daemon/reading/journals/progress.js';
import { createPipeline } from '../../src/daemon/reading/pipeline.js';
import type { RunningJail } from '../../src/daemon/reading/running-jail.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { libraryPath } from '../support/journal-files.js';
import { readSamples } from '../support/read-samples.js';
import { repository } from '../support/repository.js';
import { switchAllOn } from '../support/shipped-jails.js';
import { type BenchEntry, createRandom, FIRST_AT, keptJournal } from './bench-journal.js';
import { loadText, machineText } from './machine-text.js';

/** To be counted up when the entries change. */
const VERSION = 1;
/** What the agent takes at once. */
const BATCH = 1_000;
const RUNS = 3;
/** Lines that each filter is timed with by itself. */
const TIMED = 3_000;
const SHOWN = 8;

const [count = 0] = process.argv.slice(2).map(Number);

/** All shipped jails, believing root in their units: what is measured is the same for every user. */
async function loadJails(): Promise<Awaited<ReturnType<typeof loadConfiguration>>> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-bench-all-jails-'));
  try {
    switchAllOn(folder, '[Journal]\nUser=\nExecutable=\nIdentifier=\n');
    // It reads no entries, and is masked.
    writeFileSync(join(folder, 'units/recidive.conf'), '');
    const sources = createConfiguration({ configDirectory: folder, shippedDirectory: repository });
    return await loadConfiguration({ ...sources, warn: () => {} });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What may stand before a message in a sample: syslog's date and host, and the program. */
const PREFIX = /^(?:\w{3} [ \d]\d [\d:]{8} )?\S+ ([\w./-]+)(?:\[\d+\])?: (.*)$/s;

function samplesOf({ config }: RunningJail): readonly Pick<BenchEntry, 'identifier' | 'message' | 'unit'>[] {
  const path = join(repository, 'test/samples', config.filter?.name ?? '');
  const [unit] = config.journal.units;
  if (unit === undefined || config.filter === undefined || !existsSync(path)) return [];
  const lines = readSamples(readFileSync(path, 'utf8')).flatMap((run) => run.lines);
  return lines.map(({ text }) => {
    const [, identifier = 'app', message = text] = PREFIX.exec(text) ?? [];
    return { identifier, message, unit: unit.replaceAll(/[*?]/g, '1') };
  });
}

function* mixed(jails: readonly RunningJail[]): Generator<BenchEntry> {
  const random = createRandom(11);
  const samples = jails.map(samplesOf).filter((some) => some.length > 0);
  for (let n = 0; n < count; n += 1) {
    const some = samples[random(samples.length)] ?? [];
    const sample = some[random(some.length)];
    if (sample === undefined) continue;
    yield { ...sample, program: `/usr/sbin/${sample.identifier}`, pid: 100 + random(3_000), at: FIRST_AT + n * 500 };
  }
}

/** Of this process' threads together: other programs do not come into it. */
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function readAll(directory: string, jails: readonly RunningJail[], take: (entries: readonly Entry[]) => void): number {
  const { own } = createJournals(jails, () => []);
  const journal = openJournal({
    library: openLibrary(libraryPath),
    directory,
    matches: own.matches,
    fields: own.fields,
  });
  let read = 0;
  for (let entries = journal.read(BATCH); entries.length > 0; entries = journal.read(BATCH)) {
    take(entries);
    read += entries.length;
  }
  journal.close();
  return read;
}

/** µs a line, of the jail's own samples. */
function timeOf(jail: RunningJail): number {
  const texts = samplesOf(jail).map(({ identifier, message }) =>
    jail.selection.isFile ? message : `server ${identifier}[77]: ${message}`,
  );
  if (texts.length === 0) return 0;
  const lines = Array.from({ length: TIMED }, (_, n) => ({
    text: texts[n % texts.length] ?? '',
    at: FIRST_AT + n * 500,
    cursor: String(n),
  }));
  jail.matcher.matchAll(lines);
  const since = cpuSeconds();
  jail.matcher.matchAll(lines);
  return ((cpuSeconds() - since) * 1e6) / TIMED;
}

makeRoomForNewObjects();
enableLinearFallback();
const { config, jails } = await loadJails();
const reading = jails.filter(({ config: { settings } }) => !settings.recidive);
const directory = await keptJournal(`all-jails-${VERSION}-${count}`, [mixed(reading)]);
console.log(`${machineText()}, load ${loadText()}; ${reading.length} jails\n`);
for (let run = 0; run < RUNS; run += 1) {
  const decider = createDecider({ jails: settingsOf(config), random: () => 0, spared: () => undefined });
  const { routing } = createJournals(reading, () => []);
  const progress = createProgress(unreadFrom({ kind: 'head' }));
  const pipeline = createPipeline({ routing, progress, decider, addressesOf: () => [], latest: () => FOREVER });
  let found = 0;
  const began = performance.now();
  const since = cpuSeconds();
  const read = readAll(directory, reading, (entries) => {
    found += pipeline.match(entries)?.findings.length ?? 0;
  });
  const taken = cpuSeconds() - since;
  const seconds = (performance.now() - began) / 1_000;
  const alone = cpuSeconds();
  const aloneFrom = performance.now();
  readAll(directory, reading, () => {});
  const aloneTaken = (performance.now() - aloneFrom) / 1_000;
  const rateIn = (time: number) => `${Math.round(read / time / 1_000)},000 entries/s`;
  console.log(
    `${read} entries, ${found} findings: ${seconds.toFixed(2)} s, ${rateIn(seconds)}; of processor ${taken.toFixed(2)} s, ${rateIn(taken)}; reading alone ${aloneTaken.toFixed(2)} s, ${(cpuSeconds() - alone).toFixed(2)} s`,
  );
}
const times = reading.map((jail) => ({ name: jail.config.name, time: timeOf(jail) })).sort((a, b) => b.time - a.time);
console.log(
  `\nµs a line of its own samples: ${times
    .slice(0, SHOWN)
    .map(({ name, time }) => `${name} ${time.toFixed(1)}`)
    .join(', ')}`,
);
