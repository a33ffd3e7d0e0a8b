/**
 * Entries in, decisions out: routes each entry to its jails, matches it, and asks the core.
 * No I/O, and the same entries in the same order give the same outcome, whatever the batches were.
 */
import type { Decider } from '../core/decider.js';
import type { Effect } from '../core/effect.js';
import type { Entry } from '../core/entry.js';
import type { Failure } from '../core/failure.js';
import type { Hit, Verdict } from '../filter/filter.js';
import type { AgentEvent, Position } from '../ports.js';
import { type Routing, SUPPRESSED_MESSAGE_ID } from './routing.js';
import type { RunningJail } from './running-jail.js';

/** What a batch of entries led to. */
export interface Outcome {
  /** Position after the batch. */
  readonly position: Position;
  readonly effects: readonly Effect[];
  /** Things to tell beside the effects. */
  readonly events: readonly AgentEvent[];
}

export interface Pipeline {
  /** Decides on a batch; undefined for an empty one. */
  process(entries: readonly Entry[]): Outcome | undefined;
  /** Feeds the filters' sessions without counting: for entries just before the saved position. */
  warm(entries: readonly Entry[]): void;
}

export function createPipeline(routing: Routing<RunningJail>, decider: Decider): Pipeline {
  const match = (jail: RunningJail, entry: Entry): Verdict =>
    jail.matcher.match({ text: entry.line, at: entry.at, cursor: entry.cursor });

  const decide = (jail: RunningJail, entry: Entry, effects: Effect[], events: AgentEvent[]): void => {
    const verdict = match(jail, entry);
    switch (verdict.outcome) {
      case 'none':
      case 'ignored':
        return;
      case 'slow':
        jail.counters.slowLines += 1;
        events.push({ kind: 'slow-line', jail: jail.config.name, cursor: entry.cursor, regex: verdict.regex });
        return;
      case 'gained':
        if (verdict.address !== undefined) {
          effects.push(...decider.gained(jail.config.name, verdict.address, entry.at));
        }
        return;
      case 'failure':
        for (const hit of verdict.hits) {
          const failure = failureOf(jail, entry, hit);
          if (failure === undefined) continue;
          jail.counters.failures += 1;
          const decided = decider.failure(failure);
          effects.push(...decided);
          events.push(...counted(jail, decided, decider));
        }
    }
  };

  return {
    process(entries) {
      const last = entries.at(-1);
      if (last === undefined) return undefined;
      const effects: Effect[] = [];
      const events: AgentEvent[] = [];
      for (const entry of entries) {
        if (entry.fields['MESSAGE_ID'] === SUPPRESSED_MESSAGE_ID) events.push(suppressed(entry));
        else for (const jail of routing.jailsOf(entry)) decide(jail, entry, effects, events);
      }
      return { position: { cursor: last.cursor, receivedAt: last.receivedAt }, effects, events };
    },
    warm(entries) {
      for (const entry of entries) for (const jail of routing.jailsOf(entry)) match(jail, entry);
    },
  };
}

/** A hit names an address or it cannot be banned: host names are not resolved here. */
function failureOf(jail: RunningJail, entry: Entry, hit: Hit): Failure | undefined {
  if (hit.address === undefined) return undefined;
  const user = hit.fields['user'];
  return {
    jail: jail.config.name,
    address: hit.address,
    at: hit.at,
    cursor: entry.cursor,
    evidence: hit.evidence,
    count: 1,
    ...(typeof user === 'string' ? { user } : {}),
  };
}

/** Tells of each failure how far it brought its address. */
function counted(jail: RunningJail, decided: readonly Effect[], decider: Decider): AgentEvent[] {
  const banned = decided.find((effect) => effect.kind === 'ban');
  return decided.flatMap((effect) => {
    if (effect.kind !== 'failure' || effect.failure.jail !== jail.config.name) return [];
    const { failure } = effect;
    const sum = banned?.ban.failures ?? decider.countedOf(failure.jail, failure.address);
    return [{ kind: 'failure', failure, counted: sum, maxretry: jail.config.settings.maxretry }];
  });
}

function suppressed(entry: Entry): AgentEvent {
  return {
    kind: 'suppressed',
    unit: entry.fields['UNIT'] ?? 'an unknown unit',
    cursor: entry.cursor,
    text: entry.line,
  };
}
