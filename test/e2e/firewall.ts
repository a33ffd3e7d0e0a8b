/** What the kernel and firewalld of the guarded system hold, asked without f2b. */
import type { Container } from '../support/container.js';
import { until } from '../support/process.js';

interface NftObject {
  readonly set?: { readonly name: string; readonly elem?: readonly NftElement[] };
}
type NftElement = string | { readonly prefix?: { readonly addr: string; readonly len: number } };

/** What each set of f2b in the kernel holds now, the empty ones left out; prefixes as `ADDRESS/LENGTH`. */
export async function kernelSets(container: Container): Promise<ReadonlyMap<string, readonly string[]>> {
  const { nftables } = JSON.parse(await container.ask('nft -j list sets')) as { nftables: readonly NftObject[] };
  const ours = nftables.flatMap(({ set }) => (set?.elem !== undefined && set.name.startsWith('f2b') ? [set] : []));
  return new Map(ours.map(({ name, elem = [] }) => [name, elem.map(written)]));
}

/** All addresses in sets of f2b in the kernel now. */
export async function kernelHolds(container: Container): Promise<ReadonlySet<string>> {
  return new Set([...(await kernelSets(container)).values()].flat());
}

function written(element: NftElement): string {
  if (typeof element === 'string') return element;
  return element.prefix === undefined ? JSON.stringify(element) : `${element.prefix.addr}/${element.prefix.len}`;
}

/** True when one of the elements is the address or a prefix that was made from it (its /64 for IPv6). */
export function covers(held: ReadonlySet<string>, address: string): boolean {
  return [...held].some(
    (element) => element === address || (element.endsWith('/64') && address.startsWith(element.slice(0, -4))),
  );
}

export async function untilHeld(container: Container, address: string, seconds = 30): Promise<void> {
  await until(
    `${address} is in the kernel's sets`,
    async () => (covers(await kernelHolds(container), address) ? true : undefined),
    seconds,
  );
}

export async function untilFree(container: Container, address: string, seconds = 30): Promise<void> {
  await until(
    `${address} is no longer in the kernel's sets`,
    async () => (covers(await kernelHolds(container), address) ? undefined : true),
    seconds,
  );
}

/** Watches the kernel's sets from now on. */
export interface SetChanges {
  /** When the address was first seen to be added, ms since the epoch. */
  added(address: string): number | undefined;
  stop(): void;
}

/** Listens to the kernel's own announcements (`nft monitor`), so that watching costs next to nothing. */
export async function kernelSetChanges(container: Container): Promise<SetChanges> {
  const seen = new Map<string, number>();
  const command = 'nft monitor new elements';
  const monitor = container.insideStart(`exec ${command}`);
  let unfinished = '';
  monitor.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const now = Date.now();
    const lines = (unfinished + text).split('\n');
    unfinished = lines.pop() ?? '';
    for (const [, address = ''] of lines.join('\n').matchAll(/add element inet firewalld f2b\S* \{ (\S+)/g)) {
      if (!seen.has(address)) seen.set(address, now);
    }
  });
  // It does not say when it is ready: the kernel does, by the groups of its socket (netlink(7), NETLINK_NETFILTER).
  const listening = `'$2 == 12 && $3 == pid && $4 !~ /^0+$/ { found = 1 } END { exit !found }' /proc/net/netlink`;
  await until('nft monitor listens', async () => {
    const { status } = await container.inside(`awk -v pid="$(pgrep -fx '${command}')" ${listening}`);
    return status === 0 ? true : undefined;
  });
  return { added: (address) => seen.get(address), stop: () => void monitor.kill('SIGKILL') };
}
