/**
 * Who is spared: IgnoreIP= of each jail, and the machine's own addresses.
 * Asked for every failure, so it answers from memory alone.
 */
import type { Config, JailConfig } from '../config/config.js';
import { type Address, isSingle, parseAddress } from '../core/address.js';
import type { SparedBy } from '../core/effect.js';
import { IgnoreSet } from '../core/ignore.js';

export interface Sparing {
  /** Takes over a new configuration. */
  configure(config: Config): void;
  /** Why the address, or for a prefix anything in it, is spared in the jail; undefined when nothing is. */
  spared(address: Address, jail: string): SparedBy | undefined;
}

interface JailRules {
  readonly ignored: IgnoreSet;
  readonly ignoreself: boolean;
}

const MANUAL: JailRules = { ignored: new IgnoreSet([]), ignoreself: true };

export function createSparing(ownAddresses: () => readonly Address[]): Sparing {
  let rules = new Map<string, JailRules>();
  let own = new IgnoreSet([]);
  return {
    configure(config) {
      own = new IgnoreSet(ownAddresses());
      rules = new Map(config.jails.map((jail) => [jail.name, rulesOf(jail)]));
    },
    spared(address, jail) {
      const { ignored, ignoreself } = rules.get(jail) ?? MANUAL;
      if (ignoreself && holds(own, address)) return 'own-address';
      return holds(ignored, address) ? 'ignoreip' : undefined;
    },
  };
}

function holds(set: IgnoreSet, address: Address): boolean {
  return (isSingle(address) ? set.covering(address) : set.touching(address)) !== undefined;
}

function rulesOf(jail: JailConfig): JailRules {
  const addresses = jail.spare.ignoreip.map((word) => parseAddress(word)).filter((address) => address !== undefined);
  return { ignored: new IgnoreSet(addresses), ignoreself: jail.spare.ignoreself };
}
