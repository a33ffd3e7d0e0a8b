import { isHostName } from '../../core/address/host-name.js';
import type { Hit } from '../../filter/filter.js';
import type { RunningJail } from './running-jail.js';

/**
 * The host name that a hit has in the place of an address; undefined when it has none, or UseDNS=no. What a filter
 * calls an id (F-ID) is no host name, even if some host has that name.
 */
export function hostNameOf({ config }: RunningJail, { id, address, fields }: Hit): string | undefined {
  if (config.usedns === 'no' || address !== undefined || fields['dns'] !== id) return undefined;
  return isHostName(id) ? id : undefined;
}
