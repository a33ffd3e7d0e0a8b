/**
 * Tells of jails that hear nothing, as far as systemd and the journal know why. Asked at the start, after a reload and every
 * hour, when the agent is awake anyway; systemd alone sooner while there is something to tell, or when it did not answer. A
 * unit that runs and never logged anything is told of when that was so for an hour.
 */

import { nextTurn } from '../../async/next-turn.js';
import { areNamed, presentUnits, silence, type UnitFault, unitFaults, unitsToAsk } from '../../config/unit-faults.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { UnitState } from '../../core/unit-state.js';
import { asF2bError, F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { RunningJail } from '../reading/running-jail.js';
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
function lookerOf({ problems, unitStates, neverLogged }: Parts) {
  const problem = createProblemSlot(problems);
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

  return async (all: readonly RunningJail[], isHourly: boolean): Promise<boolean> => {
    const found = await faultsOfUnits(all, unitStates);
    if (found === undefined) {
      problem.over();
      return true;
    }
    if (isHourly) await listen(all, found);
    const silences = all.flatMap(({ config: { name, journal } }, index) => {
      const present = found[index]?.present ?? [];
      return present.length > 0 && (quiet.get(name) ?? 0) > 1 ? [silence({ name, ...journal }, present)] : [];
    });
    tell(problem, [...found.flatMap(({ faults }) => faults), ...silences]);
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
