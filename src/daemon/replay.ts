/**
 * What a jail would have done: entries that the journal still holds, through the routing, the filters and the core of a
 * running agent, beginning with an empty memory. Time is the entries' own. Nothing is stored, enforced or told.
 */

import type { SimulatedBan, Simulation } from '../agent/simulation.js';
import { createDecider } from '../core/deciding/decider.js';
import type { Effect } from '../core/effect.js';
import type { Entry } from '../core/entry.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { ZoneSource } from '../ports/firewall.js';
import type { Journal } from '../ports/journal.js';
import { type LoadedConfig, settingsOf } from './loaded-config.js';
import type { OpenJournal } from './reading/journal-consumer.js';
import { createJournals, type Journals, type RemoteHosts } from './reading/journals/journals.js';
import { mergedEntries, type NamedJournal } from './reading/journals/merged-journal.js';
import { createProgress, unreadFrom } from './reading/journals/progress.js';
import { createPipeline } from './reading/pipeline.js';
import { prefetchesOf } from './reading/prefetch.js';
import type { Routing } from './reading/routing/routing.js';
import type { RunningJail } from './reading/running-jail.js';
import { SESSION_WINDOW } from './reading/warm-up.js';
import { hostNamesIn } from './sparing/ignore-list.js';
import { createSparing, type Sparing, type SparingWorld } from './sparing/sparing.js';

const BATCH = 1_000;

/** Where a clock was set, entries are not in the order of time; this much (µs) beyond `until` reading goes on. */
const CLOCK_STEP = 3_600 * MICROS_PER_SECOND;

export interface Replay {
  /** The jails to replay: the one asked about, and those whose bans it goes by. */
  readonly loaded: LoadedConfig;
  /** The jail asked about. */
  readonly jail: string;
  readonly openJournal: OpenJournal;
  readonly remoteHosts: RemoteHosts;
  readonly world: SparingWorld;
  readonly random: (cursor: string) => number;
  /** The entries to replay, by the time journald received them, µs since the epoch; undefined: from the oldest on. */
  readonly since: number | undefined;
  readonly until: number;
}

/** Replays the journal. Throws the JOURNAL_ errors. */
export async function replay(options: Replay): Promise<Simulation> {
  const { loaded, since = 0, until } = options;
  const sparing = await prepareSparing(options);
  const decider = createDecider({
    jails: settingsOf(loaded.config),
    random: options.random,
    spared: sparing.spared,
  });
  const journals = createJournals(
    loaded.jails.filter(({ config }) => !config.settings.recidive),
    options.remoteHosts,
  );
  const { routing } = journals;
  const { addressesOf } = sparing;
  const progress = createProgress(unreadFrom({ kind: 'head' }));
  const pipeline = createPipeline({ routing, progress, decider, addressesOf, latest: () => FOREVER });
  const record = createRecord(options.jail);
  const isCounted = countedEntries(options, routing);
  const journal = openAll(options, journals);
  try {
    for (let entries = journal.read(BATCH); entries.length > 0; entries = journal.read(BATCH)) {
      pipeline.warm(entries.filter(({ receivedAt }) => receivedAt < since));
      const wanted = entries.filter(({ receivedAt }) => receivedAt >= since && receivedAt <= until);
      const matched = pipeline.match(wanted);
      if (matched !== undefined) {
        await prefetchesOf(matched, sparing);
        for (const { entries: decided, effects } of pipeline.decide(matched)) {
          record.add(decided === 0 ? [] : wanted.filter(isCounted), effects);
        }
      }
      if (entries.every(({ receivedAt }) => receivedAt > until + CLOCK_STEP)) break;
    }
  } finally {
    journal.close();
  }
  return record.simulation();
}

/** The journals of the jails, standing where the replay begins. */
function openAll({ openJournal, since }: Replay, { own, others }: Journals<RunningJail>) {
  const opened: NamedJournal<Journal>[] = [];
  try {
    for (const { source, matches, fields } of [own, ...others]) {
      const journal = openJournal(matches, fields, source);
      opened.push({ name: source?.name, journal });
      journal.seek(since === undefined ? { kind: 'head' } : { kind: 'since', since: since - SESSION_WINDOW });
    }
    return mergedEntries(opened);
  } catch (cause) {
    for (const { journal } of opened) journal.close();
    throw cause;
  }
}

/** The entries that are the jail's own; for a jail that is fed by bans, those of the jails that feed it. */
function countedEntries(
  { jail, loaded }: Replay,
  { jailsOf }: Pick<Routing<RunningJail>, 'jailsOf'>,
): (entry: Entry) => boolean {
  const isFedByBans = loaded.jails.some(({ config }) => config.name === jail && config.settings.recidive);
  return (entry) => jailsOf(entry).some(({ config }) => isFedByBans || config.name === jail);
}

const noSources: readonly ZoneSource[] = [];

/** The firewall is not asked: its zones as they are now say nothing of then. */
const noZones = { opened: async () => {}, zoneSources: () => noSources };

/** Nor is anybody logged in. */
const sessionsProblem = { met: () => {}, over: () => {}, isOpen: false };

/** Nor does what is allowed now. */
const nobody = { holds: () => false };

/** Sparing with all host names of IgnoreIP= resolved: there is no later time at which they might be known. */
async function prepareSparing({ loaded, world }: Replay): Promise<Sparing> {
  const sparing = createSparing({
    world,
    allowances: nobody,
    firewall: noZones,
    unreadable: () => {},
    sessionsProblem,
  });
  sparing.configure(loaded.config);
  const names = new Set(loaded.config.jails.flatMap((jail) => hostNamesIn(jail.spare.ignoreip)));
  await Promise.all([...names].map((name) => sparing.resolve(name)));
  return sparing;
}

/** Keeps of the decisions what is shown: bans without their evidence, as there may be many. */
function createRecord(jail: string) {
  const bans: SimulatedBan[] = [];
  const figures = { entries: 0, failures: 0, spared: 0 };
  let [first, last]: (number | undefined)[] = [];
  const take = (effect: Effect): void => {
    if (effect.kind === 'ban' && effect.ban.jail === jail) {
      const { address, since, until, count, failures } = effect.ban;
      bans.push({ address, since, until, count, failures });
    }
    if (effect.kind === 'failure' && effect.failure.jail === jail) figures.failures += 1;
    if (effect.kind === 'spared' && effect.failure.jail === jail) figures.spared += 1;
  };
  return {
    add(entries: readonly Entry[], effects: readonly Effect[]): void {
      figures.entries += entries.length;
      first ??= entries[0]?.receivedAt;
      last = entries.at(-1)?.receivedAt ?? last;
      effects.forEach(take);
    },
    simulation: (): Simulation => ({ jail, ...figures, first, last, bans }),
  };
}
