/**
 * Tells of jails that hear nothing, as far as systemd and the journal know why. Asked at the start, after a reload and every
 * hour, when the agent is awake anyway; systemd alone sooner while there is something to tell, or when it did not answer. A
 * unit that runs and never logged anything is told of when that was so for an hour. Then, too, what jails read is compared
 * with what their filters are written for.
 */

import { nextTurn } from '../../async/next-turn.js';
import {
  areNamed,
  presentUnits,
  silence,
  type UnitFault,
  unitFaults,
  unitsToAsk,
  unlikeFilter,
} from '../../config/unit-faults.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { UnitState } from '../../core/unit-state.js';
import { asF2bError, F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { RunningJail } from '../reading/running-jail.js';
import type { Likeness } from '../reading/unlike-entries.js';
import { createProblemSlot, type ProblemSlot } from './problem-slot.js';
import type { Problems } from './problems.js';

const EVERY = 3_600 * MICROS_PER_SECOND;
/** While there is something to tell, or systemd did not answer, µs. */
const SOON = 300 * MICROS_PER_SECOND;

interface Parts {
  readonly clock: Clock;
  readonly problems: Problems;
  readonly jails: () => readonly RunningJail[];
  /** In the order of the names; undefined where systemd cannot be asked. */
  readonly unitStates: (names: readonly string[]) => Promise<readonly UnitState[] | undefined>;
  /** True when these units run and the jail's journal never had anything of them. */
  readonly neverLogged: (jail: RunningJail, units: readonly UnitState[]) => boolean;
  /** Whether what the jail reads is of the kind that its filter is written for. */
  readonly likenessOf: (jail: RunningJail) => Promise<Likeness>;
}

/** What is wrong with the units of jails; undefined where systemd cannot be asked. */
export async function faultsOfUnits(
  jails: readonly Pick<RunningJail, 'config'>[],
  unitStates: Parts['unitStates'],
): Promise<readonly JailFaults[] | undefined> {
  const reading = jails.map(({ config: { name, journal } }) => ({ name, ...journal }));
  const names = [...new Set(reading.flatMap(unitsToAsk))];
  const states = await unitStates(names);
  if (states === undefined) return undefined;
  return reading.map((jail) => {
    const asked = unitsToAsk(jail);
    const own = states.filter(({ name }) => asked.includes(name));
    return { faults: unitFaults(jail, own), present: areNamed(jail) ? presentUnits(own) : [] };
  });
}

interface JailFaults {
  readonly faults: readonly UnitFault[];
  /** The units that there are, if all that the jail reads is named. */
  readonly present: readonly UnitState[];
}

/** What is returned looks, when it is due. */
export function createUnheardJails(parts: Parts): () => void {
  const { clock, problems, jails } = parts;
  const look = lookerOf(parts);
  let listenedAt = clock.elapsed();
  let askedAt = clock.elapsed();
  let isPending = false;
  let looked: readonly RunningJail[] | undefined;
  let isLooking = false;
  return () => {
    const all = jails();
    const now = clock.elapsed();
    const isHourly = now - listenedAt >= EVERY;
    const isDue = looked !== all || isHourly || (isPending && now - askedAt >= SOON);
    if (isLooking || !isDue) return;
    if (isHourly) listenedAt = now;
    askedAt = now;
    looked = all;
    isLooking = true;
    void look(all, isHourly)
      .then((isOpen) => {
        isPending = isOpen;
      })
      .catch((cause: unknown) => problems.note(asF2bError(cause)))
      .finally(() => {
        isLooking = false;
      });
  };
}

/** What is returned resolves with whether it is to be called again soon. */
function lookerOf({ problems, unitStates, neverLogged, likenessOf }: Parts) {
  const problem = createProblemSlot(problems);
  /** Of each of these an entry was seen that its filter is written for. */
  const known = new WeakSet<RunningJail>();
  /** Jails of which all that they read is of another kind, by their names. */
  let unlike: ReadonlyMap<string, UnitFault> = new Map();
  /** How often in a row a jail's units were found running, with nothing of them in the journal; by the jails' names. */
  let quiet: ReadonlyMap<string, number> = new Map();

  const listen = async (all: readonly RunningJail[], found: readonly JailFaults[]) => {
    const next = new Map<string, number>();
    for (const [index, jail] of all.entries()) {
      const present = found[index]?.present ?? [];
      if (present.length === 0 || !present.every(({ isActive }) => isActive)) continue;
      // Each opens a journal.
      await nextTurn();
      const { name } = jail.config;
      if (neverLogged(jail, present)) next.set(name, (quiet.get(name) ?? 0) + 1);
    }
    quiet = next;
  };
  /** Between two hours only those are compared again that were unlike. */
  const compare = async (all: readonly RunningJail[], isHourly: boolean) => {
    const next = new Map<string, UnitFault>();
    for (const jail of all) {
      const { name, filter } = jail.config;
      if (known.has(jail) || !(isHourly || unlike.has(name))) continue;
      const likeness = await likenessOf(jail);
      if (likeness === 'meant') known.add(jail);
      if (likeness === 'unlike') next.set(name, unlikeFilter(jail.config, filter?.name));
    }
    unlike = next;
  };

  return async (all: readonly RunningJail[], isHourly: boolean): Promise<boolean> => {
    const found = await faultsOfUnits(all, unitStates);
    if (found === undefined) {
      problem.over();
      return true;
    }
    if (isHourly) await listen(all, found);
    await compare(all, isHourly);
    const silences = all.flatMap(({ config: { name, journal } }, index) => {
      const present = found[index]?.present ?? [];
      return present.length > 0 && (quiet.get(name) ?? 0) > 1 ? [silence({ name, ...journal }, present)] : [];
    });
    tell(problem, [...found.flatMap(({ faults }) => faults), ...silences, ...unlike.values()]);
    return problem.isOpen;
  };
}

function tell(problem: ProblemSlot, faults: readonly UnitFault[]): void {
  const [first] = faults;
  if (first === undefined) {
    problem.over();
    return;
  }
  const hint = faults.length === 1 ? first.hint : 'f2bctl doctor tells what to do about each of them';
  problem.met(new F2bError('JAIL_UNHEARD', faults.map(({ message }) => message).join('; '), { hint }));
}
