/** Why an address is spared, for people: in the same words wherever it is told. */
import type { SparedBy } from '../core/effect.js';
import { printable } from '../core/printable.js';

const words: Readonly<Record<SparedBy, string>> = {
  ignoreip: 'IgnoreIP= lists it',
  'own-address': "it is this machine's own address",
  'firewall-zone': 'it is a source of a zone of the firewall',
  ignorecommand: 'IgnoreCommand= spares it',
  'logged-in': 'somebody is logged in from it',
  allowed: 'it is allowed, see f2bctl allowed',
};

/** `it` is the address, or with a prefix something in it. `zone`: that of the firewall, where it is known. */
export function sparedBecause(by: SparedBy, zone?: string): string {
  return by === 'firewall-zone' && zone !== undefined ? `it is a source of zone ${printable(zone)}` : words[by];
}
