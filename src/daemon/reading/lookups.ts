/**
 * Host names in the place of addresses: what they stand for, and with UseDNS=warn one warning for each name. Names and
 * ids that stand for no address are told too, because nobody is banned for them.
 * Answers from memory; prefetch.ts has the answers fetched.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import type { Address } from '../../core/address/address.js';
import type { Hit } from '../../filter/filter.js';
import { hostNameOf } from './host-name.js';
import type { RunningJail } from './running-jail.js';

/** Attackers choose the names: more than this are not remembered, and told again. */
const MAX_TOLD = 1_000;
/** Names that stand for nobody cost nothing to make up: no more of them are told. */
const MAX_UNRESOLVED = 100;

export interface Lookup {
  readonly addresses: readonly Address[];
  /** To be told before what comes of it. */
  readonly events: readonly AgentEvent[];
}

export function createLookups(addressesOf: (name: string) => readonly Address[]) {
  const told = new Set<string>();

  /** True the first time. */
  const remember = (name: string): boolean => {
    if (told.has(name)) return false;
    if (told.size >= MAX_TOLD) told.clear();
    told.add(name);
    return true;
  };

  const unresolved = new Set<string>();

  const nobody = ({ config: { name: jail } }: RunningJail, name: string, cursor: string): readonly AgentEvent[] => {
    const key = `${jail} ${name}`;
    if (name === '' || unresolved.has(key) || unresolved.size >= MAX_UNRESOLVED) return [];
    unresolved.add(key);
    return [{ kind: 'unresolved', jail, name, cursor, isLast: unresolved.size === MAX_UNRESOLVED }];
  };

  return {
    look(jail: RunningJail, hit: Hit, cursor: string): Lookup {
      const name = hostNameOf(jail, hit);
      const addresses = name === undefined ? [] : addressesOf(name);
      if (name === undefined || addresses.length === 0) return { addresses: [], events: nobody(jail, hit.id, cursor) };
      const isNews = jail.config.usedns === 'warn' && remember(`${jail.config.name} ${name}`);
      if (!isNews) return { addresses, events: [] };
      return { addresses, events: [{ kind: 'looked-up', jail: jail.config.name, name, addresses, cursor }] };
    },
  };
}
