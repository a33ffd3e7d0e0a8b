/** Cuts the list of bans into pages: a message on the system bus is limited, and the agent must not stall over a long list. */
import type { Ban } from '../core/ban.js';
import type { BanView } from '../ports.js';
import type { ListOptions } from './values.js';

/** The most bans in one answer. */
export const MAX_PAGE = 500;

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function compareBans(one: Ban, other: Ban): number {
  return compareText(one.jail, other.jail) || compareText(one.address.text, other.address.text);
}

/**
 * The bans that follow `afterJail` and `afterAddress`, ordered by jail and address, so that bans which come and go
 * between two pages make no other one appear twice or not at all; and whether more follow.
 */
export function pageOf(views: readonly BanView[], options: ListOptions): readonly [readonly BanView[], boolean] {
  const { jail, afterJail = '', afterAddress = '', limit = MAX_PAGE } = options;
  const length = Math.min(Math.max(limit, 1), MAX_PAGE);
  const follows = ({ ban }: BanView): boolean =>
    (compareText(ban.jail, afterJail) || compareText(ban.address.text, afterAddress)) > 0;
  const found = views.filter((view) => (jail === undefined || view.ban.jail === jail) && follows(view));
  return [smallest(found, length), found.length > length];
}

/** The `length` first of the views in order, without ordering all of them: there may be a hundred thousand. */
function smallest(views: readonly BanView[], length: number): readonly BanView[] {
  let kept: BanView[] = [];
  let bound: Ban | undefined;
  for (const view of views) {
    if (bound !== undefined && compareBans(view.ban, bound) > 0) continue;
    kept.push(view);
    if (kept.length < 2 * length) continue;
    kept = firstOf(kept, length);
    bound = kept.at(-1)?.ban;
  }
  return firstOf(kept, length);
}

function firstOf(views: readonly BanView[], length: number): BanView[] {
  return views.toSorted((one, other) => compareBans(one.ban, other.ban)).slice(0, length);
}
