/** What the property tests of the firewalls share: bans as text, and what is wanted of the firewall under test. */
import fc from 'fast-check';
import type { Ban } from '../../src/core/ban.js';
import { claimOf } from '../../src/firewall/claims.js';
import { elementOf, groupName, setName } from '../../src/firewall/nftables/set-name.js';
import type { Firewall } from '../../src/ports/firewall.js';
import type { FakeTable } from '../fakes/own-table.js';
import { banOf } from '../support/ban-of.js';
import { VirtualClock } from '../support/virtual-clock.js';

/**
 * `sshd ports:22/tcp 192.0.2.1`, which reads better in a counterexample than a ban. `whats`: dispositions with ports.
 */
export function writtenBan(whats: readonly string[], addresses: readonly string[]): fc.Arbitrary<string> {
  const parts = fc.tuple(
    fc.constantFrom('sshd', 'web', 'fleet'),
    fc.constantFrom(...whats),
    fc.constantFrom(...addresses),
  );
  return parts.map((words) => words.join(' '));
}

export function parseBan(written: string): Ban {
  const [jail = '', what = '', text = ''] = written.split(' ');
  const [, list] = what.split(':');
  const disposition = what === 'drop' || what === 'reject' ? what : 'ports';
  return banOf(text, { jail, disposition, ports: list?.split(',') ?? [] });
}

export function keyOf({ jail, address }: Ban): string {
  return `${jail} ${address.text}`;
}

/** Whatever is asked next ends in `fate` for so many calls, and well after that. */
export function doomed<Fate extends string>(fate: Fate, calls: number): () => Fate | 'done' {
  let left = calls;
  return () => (left-- > 0 ? fate : 'done');
}

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The set and the element of a table of f2b's own that a ban leads to. */
export function placeOf(ban: Ban): string {
  const { purpose, address } = claimOf(ban);
  return `${setName(groupName(purpose), address).text} ${elementOf(address)}`;
}

/** Those places of a table whose elements have an effect. */
export function enforcedBy(table: FakeTable): ReadonlySet<string> {
  return new Set(table.all().filter((place) => table.isAsked(place.split(' ')[0] ?? '')));
}

/** A firewall and what is wanted of it. */
export abstract class BanWorld {
  readonly clock = new VirtualClock();
  readonly wanted = new Map<string, Ban>();
  /** Entries changed by hand: the firewall cannot know of it before it looks again. */
  readonly edited = new Set<string>();
  /** What was not in the kernel though it had to be. */
  readonly missing: string[] = [];
  abstract readonly firewall: Firewall;

  unban(bans: readonly Ban[]): void {
    for (const each of bans) this.wanted.delete(keyOf(each));
    this.firewall.unban(bans).catch(() => {});
  }

  reconcile(): void {
    this.firewall.reconcile([...this.wanted.values()]).catch(() => {});
  }
}
