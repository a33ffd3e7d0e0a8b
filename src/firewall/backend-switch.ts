/**
 * Takes over from the other firewall when `Firewall=` was changed: what the one before holds would never end.
 * Invariant: its bans go only after the new firewall holds all that is wanted, so the change opens no gap.
 */
import { nextTurn } from '../async/next-turn.js';
import { F2bError } from '../errors.js';
import type { Firewall } from '../ports/firewall.js';
import { type FirewalldBus, FirewalldClient, firewalldError } from './firewalld/client.js';
import { GUARD_TABLE } from './firewalld/guard-table.js';
import { parseIpsetName } from './firewalld/ipset-name.js';
import type { Nft } from './nft.js';
import { TABLE } from './nftables/own-table.js';

/**
 * Removes what another firewall holds of f2b's bans; does nothing when there is none. Throws an F2bError. It stops where
 * it is when `signal` says so: that firewall may be taken up again.
 */
export type Retire = (signal: AbortSignal) => Promise<void>;

/** `firewall`, which has `retire` done after its first reconcile, or a later one; `onFailure` hears why it failed. */
export function switchBackend(firewall: Firewall, retire: Retire, onFailure: (error: unknown) => void): Firewall {
  let isDue = true;
  let isTold = false;
  const closing = new AbortController();
  let underWay: Promise<void> = Promise.resolve();
  const takeOver = async () => {
    // Whoever waited for the bans goes first.
    await nextTurn();
    if (closing.signal.aborted) return;
    try {
      await retire(closing.signal);
    } catch (error) {
      isDue = true;
      if (!isTold) onFailure(error);
      isTold = true;
    }
  };
  return {
    opened: () => firewall.opened(),
    ban: (bans) => firewall.ban(bans),
    unban: (bans) => firewall.unban(bans),
    found: (jails) => firewall.found(jails),
    holds: (ban) => firewall.holds(ban),
    enforcedBy: (ban) => firewall.enforcedBy(ban),
    zoneSources: () => firewall.zoneSources(),
    onChange: (listener) => firewall.onChange(listener),
    status: () => firewall.status(),
    async close() {
      closing.abort();
      await underWay;
      await firewall.close();
    },
    async reconcile(wanted) {
      const reconciliation = await firewall.reconcile(wanted);
      if (isDue && !closing.signal.aborted) {
        isDue = false;
        underWay = takeOver();
      }
      return reconciliation;
    },
  };
}

/** Removes the table of `Firewall=nftables`. */
export function retireNftables(nft: Nft): Retire {
  return () => removeTable(nft, TABLE);
}

/** Empties f2b's ipsets in firewalld, if it runs, and removes the guard beside it. */
export function retireFirewalld(bus: FirewalldBus, nft: Nft): Retire {
  const client = new FirewalldClient(bus);
  return async (signal) => {
    await removeTable(nft, GUARD_TABLE);
    const names = await client.ipsets();
    // Its run-time entries went with it.
    if (names.kind === 'gone') return;
    if (names.kind !== 'done') throw firewalldError(names, 'getIPSets');
    for (const set of names.value) {
      if (signal.aborted) return;
      if (parseIpsetName(set) !== undefined) await empty(client, set);
    }
  };
}

async function empty(client: FirewalldClient, set: string): Promise<void> {
  const entries = await client.perform({ kind: 'read', set });
  if (entries.kind === 'done' && entries.value.length > 0) {
    const result = await client.perform({ kind: 'replace', set, entries: [] });
    if (result.kind !== 'done') throw firewalldError(result, set);
  } else if (entries.kind !== 'done') throw firewalldError(entries, set);
  const permanent = await client.permanentEntries(set);
  if (permanent.kind === 'done' && permanent.value.length > 0) await client.clearPermanentEntries(set);
}

/** Adding it first makes its deletion right in any case. Without nft, nobody made it. */
async function removeTable(nft: Nft, table: string): Promise<void> {
  try {
    await nft.run(['-f', '-'], `add table inet ${table}\ndelete table inet ${table}\n`);
  } catch (error) {
    if (!(error instanceof F2bError && error.code === 'NFT_MISSING')) throw error;
  }
}
