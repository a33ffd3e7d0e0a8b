/** The sources of the firewall's zones, made for fast questions. Built anew only when the firewall has others. */
import { type Address, isSingle } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';
import type { FirewallView, ZoneSource } from '../../ports/firewall.js';

export interface Zones {
  /** The zone that the address, or for a prefix anything in it, is a source of. */
  zoneOf(address: Address): string | undefined;
  /** Resolves when the sources are known, or will not be for now; undefined when that is so already. */
  readonly opening: Promise<void> | undefined;
}

export function createZones(firewall: Pick<FirewallView, 'opened' | 'zoneSources'>): Zones {
  let builtFrom: readonly ZoneSource[] = [];
  let set = new AddressSet([]);
  let names: ReadonlyMap<string, string> = new Map();
  const opened = () => {
    opening = undefined;
  };
  let opening: Promise<void> | undefined = firewall.opened().then(opened, opened);

  const refresh = (sources: readonly ZoneSource[]) => {
    builtFrom = sources;
    set = new AddressSet(sources.map(({ address }) => address));
    names = new Map(sources.map(({ address, zone }) => [address.text, zone]));
  };

  return {
    zoneOf(address) {
      const sources = firewall.zoneSources();
      if (sources !== builtFrom) refresh(sources);
      const source = isSingle(address) ? set.covering(address) : set.touching(address);
      return source === undefined ? undefined : names.get(source.text);
    },
    get opening() {
      return opening;
    },
  };
}
