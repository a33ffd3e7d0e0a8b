/** What a store remembers after changes, in memory: the plain reading of what they say. */
import type { Change, FleetMemory } from '../../src/fleet/deciding/change.js';

export function memoryAfter(changes: readonly Change[]): FleetMemory {
  const kept = new Map<string, Change>();
  const put = (change: Change, ...key: readonly string[]) => void kept.set(key.join(' '), change);
  const drop = (...key: readonly string[]) => void kept.delete(key.join(' '));
  for (const change of changes) {
    switch (change.kind) {
      case 'claim':
      case 'drop-claim': {
        const { host, jail, address } = change.claim;
        if (change.kind === 'claim') put(change, 'claim', host, jail, address.text);
        else drop('claim', host, jail, address.text);
        break;
      }
      case 'claims-anew':
        for (const [key, one] of kept)
          if (one.kind === 'claim') kept.set(key, { ...one, claim: { ...one.claim, sequence: 0 } });
        break;
      case 'reporter':
        put(change, 'reporter', change.reporter.host);
        break;
      case 'member':
        put(change, 'member', change.member.host);
        break;
      case 'drop-member':
        drop('member', change.host);
        break;
      case 'order':
        put(change, 'order', change.order.address.text);
        break;
      case 'allowance':
        put(change, 'allowance', change.allowance.address.text);
        break;
      case 'lifted':
        put(change, 'lifted', change.lifted.address.text);
        break;
      case 'release':
        put(change, 'release', change.release.address.text);
        break;
      case 'drop-order':
      case 'drop-allowance':
      case 'drop-lifted':
      case 'drop-release':
        drop(change.kind.slice('drop-'.length), change.address.text);
        break;
      case 'paused':
      case 'clock':
        put(change, change.kind);
        break;
      case 'withdrawn-here':
      case 'overwritten':
        break;
    }
  }
  const all = [...kept.values()];
  return {
    claims: all.flatMap((change) => (change.kind === 'claim' ? [change.claim] : [])),
    reporters: all.flatMap((change) => (change.kind === 'reporter' ? [change.reporter] : [])),
    members: all.flatMap((change) => (change.kind === 'member' ? [change.member] : [])),
    orders: all.flatMap((change) => (change.kind === 'order' ? [change.order] : [])),
    allowances: all.flatMap((change) => (change.kind === 'allowance' ? [change.allowance] : [])),
    lifted: all.flatMap((change) => (change.kind === 'lifted' ? [change.lifted] : [])),
    releases: all.flatMap((change) => (change.kind === 'release' ? [change.release] : [])),
    isPaused: all.some((change) => change.kind === 'paused' && change.isPaused),
    ahead: all.reduce((ahead, change) => (change.kind === 'clock' ? change.ahead : ahead), 0),
  };
}
