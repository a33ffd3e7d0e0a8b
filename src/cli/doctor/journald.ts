/**
 * What journald drops of the services that jails read, and how little of them it would take: what is not in the journal
 * counts for nobody.
 */
import { unitsToAsk } from '../../config/unit-faults.js';
import {
  countOfDropped,
  DROPPED_FIELDS,
  DROPPED_MATCH,
  tellsOfDropped,
  unitOfDropped,
} from '../../core/dropped-entries.js';
import { globPattern } from '../../core/glob.js';
import { MICROS_PER_DAY } from '../../core/time.js';
import { showUnits } from '../../host/programs/show-units.js';
import { counted, number } from '../../text/counted.js';
import { formatDuration } from '../../text/duration.js';
import { relative } from '../../text/length.js';
import type { Dependencies } from '../dependencies.js';
import { type Examination, type Finding, warning } from './finding.js';
import {
  BUILT_IN,
  isLimit,
  isTight,
  LIMIT_PROPERTIES,
  limitOfJournald,
  limitOfUnit,
  type RateLimit,
} from './rate-limit.js';
import { recentEntries } from './recent-entries.js';

export const journald: Examination = {
  name: 'Journal',
  async find(dependencies, directory) {
    const jails = (await dependencies.configuration.jails(directory)).filter(
      ({ state, source, units }) => state === 'enabled' && source?.directory === undefined && units.length > 0,
    );
    const namespaces = [...new Set(jails.map(({ source }) => source?.namespace ?? ''))];
    const found = await Promise.all(
      namespaces.map((namespace) => {
        const reading = jails.filter(({ source }) => (source?.namespace ?? '') === namespace);
        const units = reading.flatMap((jail) => jail.units);
        return findingsIn({ namespace, units, asked: [...new Set(reading.flatMap(unitsToAsk))] }, dependencies);
      }),
    );
    return found.flat();
  },
};

/** A journal, and the units of it that jails read. */
interface ReadJournal {
  /** Empty: the machine's own. */
  readonly namespace: string;
  /** Names and patterns. */
  readonly units: readonly string[];
  /** Those that systemd can be asked about. */
  readonly asked: readonly string[];
}

async function findingsIn(journal: ReadJournal, dependencies: Dependencies): Promise<readonly Finding[]> {
  const ofJournald = await limitOfJournald(journal.namespace, dependencies.run);
  const own = await ownLimits(journal.asked, ofJournald, dependencies);
  const dropped = await droppedIn(journal, dependencies);
  const lost = [...dropped].flatMap(([unit, what]) =>
    toldAsLost(unit, what, own.get(unit) ?? ofJournald, dependencies),
  );
  // Whose entries were dropped is told of already.
  const tight = [...own].filter(([unit, limit]) => isTight(limit) && !dropped.has(unit));
  return [
    ...lost,
    ...(isTight(ofJournald) ? [toldAsTight(journal.namespace, ofJournald)] : []),
    ...tight.map(([unit, limit]) => toldAsTightUnit(unit, limit)),
  ];
}

/** The limits of the units that have others than journald's, by their names. */
async function ownLimits(
  units: readonly string[],
  ofJournald: RateLimit,
  { run }: Pick<Dependencies, 'run'>,
): Promise<ReadonlyMap<string, RateLimit>> {
  if (units.length === 0) return new Map();
  const shown = (await showUnits(units, ['Id', 'LoadState', ...LIMIT_PROPERTIES], 'utc', run)) ?? [];
  const present = shown.filter((property) => property('LoadState') === 'loaded');
  const limits = present.map((property) => [property('Id'), limitOfUnit(property, ofJournald)] as const);
  return new Map(
    limits.filter(([, { burst, interval }]) => burst !== ofJournald.burst || interval !== ofJournald.interval),
  );
}

/** How much was dropped of a unit, and when it was last. */
interface Dropped {
  readonly count: number;
  /** µs since the epoch. */
  readonly last: number;
}

/** Entries about it that are looked at, and units that are told of. */
const MOST = 1_000;
const MOST_UNITS = 10;

async function droppedIn(
  { namespace, units }: ReadJournal,
  dependencies: Dependencies,
): Promise<ReadonlyMap<string, Dropped>> {
  const source = namespace === '' ? {} : { namespace };
  const request = { ...source, matches: [DROPPED_MATCH], fields: DROPPED_FIELDS };
  const entries = await recentEntries(dependencies, request, dependencies.now() - MICROS_PER_DAY, MOST);
  const wanted = units.map(globPattern);
  const found = new Map<string, Dropped>();
  for (const entry of entries.filter(tellsOfDropped)) {
    const unit = unitOfDropped(entry) ?? '';
    if (!wanted.some((pattern) => pattern.test(unit))) continue;
    const { count, last } = found.get(unit) ?? { count: 0, last: entry.receivedAt };
    if (found.has(unit) || found.size < MOST_UNITS)
      found.set(unit, { count: count + (countOfDropped(entry) ?? 0), last });
  }
  return found;
}

/** Nothing where there is no limit any more. */
function toldAsLost(
  unit: string,
  { count, last }: Dropped,
  limit: RateLimit,
  { now }: Pick<Dependencies, 'now'>,
): readonly Finding[] {
  if (!isLimit(limit)) return [];
  const what = count === 0 ? 'entries' : counted(count, 'entry');
  return [
    warning(
      `journald dropped ${what} of ${unit} within a day, last ${relative(last, now())}: failures among them count for nobody`,
      `it takes ${inWords(limit)}: ${raising(unit, 10 * Math.max(limit.burst, BUILT_IN.burst))}`,
    ),
  ];
}

function toldAsTight(namespace: string, limit: RateLimit): Finding {
  const [file, unit] =
    namespace === ''
      ? ['journald.conf', 'systemd-journald']
      : [`journald@${namespace}.conf`, `systemd-journald@${namespace}`];
  return warning(
    `journald takes ${inWords(limit)} of a service and drops the rest, which counts for nobody`,
    `take RateLimitIntervalSec= and RateLimitBurst= out of /etc/systemd/${file} and ${file}.d: built in are 10,000 in 30s; then: systemctl restart ${unit}`,
  );
}

function toldAsTightUnit(unit: string, limit: RateLimit): Finding {
  return warning(
    `journald takes ${inWords(limit)} of ${unit} and drops the rest, which counts for nobody`,
    raising(unit, BUILT_IN.burst),
  );
}

function raising(unit: string, burst: number): string {
  return `systemctl edit ${unit}, and write [Service] LogRateLimitIntervalSec=30s LogRateLimitBurst=${burst}, a line each; then: systemctl restart ${unit}`;
}

function inWords({ interval, burst }: RateLimit): string {
  return `${number(burst)} entries in ${formatDuration(interval)}`;
}
