/** What databases say of an address, for people. */
import type { Located } from './geoip.js';

/** `DE, AS64496 Example Net`; empty when nothing is known. */
export function locatedText({ country, owner }: Located): string {
  return [country, owner].filter((part) => part !== undefined).join(', ');
}
