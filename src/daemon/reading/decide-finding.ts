/** What the core makes of one thing that a filter found. */
import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address/address.js';
import { append } from '../../core/append.js';
import type { Decider } from '../../core/deciding/decider.js';
import type { Effect } from '../../core/effect.js';
import type { Failure } from '../../core/failure.js';
import type { Hit } from '../../filter/filter.js';
import type { Finding } from './finding.js';
import { createLookups } from './lookups.js';
import type { RunningJail } from './running-jail.js';

/** An entry that had no unit any more, as its sender was gone, and whether its jail believed it all the same. */
export interface WithoutUnit {
  readonly jail: string;
  readonly isBelieved: boolean;
}

/** What was decided on, what was decided, and what to tell beside the effects. */
export interface Decided {
  /** Whatever became of them: whose address is banned or spared too. */
  readonly failures: readonly Failure[];
  /** Lines that took too long, by the jails whose filters they are. */
  readonly slowLines: readonly string[];
  readonly withoutUnit: readonly WithoutUnit[];
  readonly effects: readonly Effect[];
  readonly events: readonly AgentEvent[];
}

interface Parts {
  readonly decider: Decider;
  readonly addressesOf: (name: string) => readonly Address[];
  readonly latest: () => number;
}

/** Decides, and adds to `sum` what was decided. The parts are the pipeline's. */
export function createDecideFinding({ decider, addressesOf, latest }: Parts): (sum: Sum, finding: Finding) => void {
  const lookups = createLookups(addressesOf);

  const decideHit = (sum: Sum, { jail, cursor, hit }: Finding & { kind: 'hit' }): void => {
    const at = Math.min(hit.at, latest());
    const decide = (address: Address) => {
      const failure = failureOf(jail, cursor, hit, { address, at });
      sum.failures.push(failure);
      append(sum.effects, decider.failure(failure));
    };
    if (hit.address !== undefined) {
      decide(hit.address);
      return;
    }
    const { addresses, events } = lookups.look(jail, hit, cursor);
    addresses.forEach(decide);
    append(sum.events, events);
  };

  return (sum, finding) => {
    switch (finding.kind) {
      case 'event':
        sum.events.push(finding.event);
        return;
      case 'slow':
        sum.slowLines.push(finding.jail.config.name);
        append(sum.events, slowLineTold(finding));
        return;
      case 'without-unit':
        sum.withoutUnit.push({ jail: finding.jail.config.name, isBelieved: finding.isBelieved });
        return;
      case 'gained': {
        const { jail, address, at } = finding;
        append(sum.effects, decider.gained(jail.config.name, address, Math.min(at, latest())));
        return;
      }
      case 'hit':
        decideHit(sum, finding);
    }
  };
}

/** To be added to. */
export function nothingDecided() {
  const failures: Failure[] = [];
  const slowLines: string[] = [];
  const withoutUnit: WithoutUnit[] = [];
  const effects: Effect[] = [];
  const events: AgentEvent[] = [];
  return { failures, slowLines, withoutUnit, effects, events };
}

type Sum = ReturnType<typeof nothingDecided>;

/** Of a regex that keeps taking too long, only the first lines are told. */
function slowLineTold({ jail, cursor, verdict: { regex, notice } }: Finding & { kind: 'slow' }): AgentEvent[] {
  if (notice === 'counted') return [];
  return [{ kind: 'slow-line', jail: jail.config.name, cursor, regex, isLast: notice === 'last' }];
}

function failureOf(
  jail: RunningJail,
  cursor: string,
  { evidence, user }: Hit,
  { address, at }: Pick<Failure, 'address' | 'at'>,
): Failure {
  const { name } = jail.config;
  // Written out twice: of a spread with more behind it V8 makes a value that is slow to make and slow to read.
  if (user === undefined) return { jail: name, address, at, cursor, evidence, count: 1 };
  return { jail: name, address, at, cursor, evidence, count: 1, user };
}
