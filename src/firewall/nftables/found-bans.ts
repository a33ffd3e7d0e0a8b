/** The elements of a table as bans: what is known of an earlier run when its state cannot be read. */
import type { FoundBan, JailEffect } from '../../ports/firewall.js';
import { purposeOf } from '../claims.js';
import type { Listing } from './listing.js';
import { addressOf, type GroupName, groupName } from './set-name.js';
import { banEndOf, deadlineAfter } from './time-out.js';

/** Each as a ban of the first of the jails whose bans are in such a set; those of no jail are left out. */
export function foundBans({ sets }: Listing, jails: readonly JailEffect[], now: number): readonly FoundBan[] {
  const byGroup = new Map<GroupName, string>();
  for (const jail of jails.toReversed()) byGroup.set(groupName(purposeOf(jail)), jail.jail);
  return sets.flatMap(({ name, elements }) => {
    const jail = byGroup.get(name.group);
    if (jail === undefined) return [];
    return elements.flatMap(({ element, seconds }) => {
      const address = addressOf(name, element);
      return address === undefined ? [] : [{ jail, address, until: banEndOf(deadlineAfter(seconds, now)) }];
    });
  });
}
