/** Whom fail2ban and f2b hold, compared. Invariant: f2b holds what the firewall has confirmed, and nothing else. */

import type { AgentClient } from '../../control/client.js';
import type { Address } from '../../core/address/address.js';
import type { Fail2banServer } from './fail2ban-server.js';
import { heldBy } from './held-by.js';

/** Whom fail2ban holds in these jails, and f2b in none. */
export async function onlyThere(
  server: Fail2banServer,
  jails: readonly string[],
  client: AgentClient,
): Promise<readonly { readonly jail: string; readonly address: Address }[]> {
  const bans = await client.bans({ evidence: false });
  const isHeld = heldBy(bans.filter(({ state }) => state === 'enforced').map(({ ban }) => ban.address));
  const found: { readonly jail: string; readonly address: Address }[] = [];
  for (const jail of jails) {
    for (const address of await server.banned(jail)) if (!isHeld(address)) found.push({ jail, address });
  }
  return found;
}
