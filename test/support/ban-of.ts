import { parseAddress } from '../../src/core/address/address.js';
import { type Ban, type Disposition, MANUAL_JAIL } from '../../src/core/ban.js';

/** A ban of `text` as the core would decide it. */
export function banOf(
  text: string,
  options: { jail?: string; disposition?: Disposition; ports?: readonly string[] } = {},
): Ban {
  const address = parseAddress(text);
  if (address === undefined) throw new RangeError(`not an address: ${text}`);
  return {
    jail: options.jail ?? MANUAL_JAIL,
    address,
    since: 1,
    until: 2,
    disposition: options.disposition ?? 'drop',
    ports: options.ports ?? [],
    origin: 'manual',
    count: 1,
    failures: 0,
    evidence: [],
  };
}
