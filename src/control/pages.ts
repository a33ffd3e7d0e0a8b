/**
 * Cuts the list of bans into pages: a message on the system bus is limited, and the agent must not stall over a long
 * list.
 */
import { parseAddress } from '../core/address.js';
import { type BanRange, portionOf } from '../core/ban.js';
import type { Agent, BanView } from '../ports.js';
import { Malformed } from './codec.js';
import { MAX_PORTION } from './interface.js';
import type { ListOptions } from './values.js';

/**
 * The bans that follow `afterJail` and `afterAddress`, ordered by jail and address, so that bans which come and go
 * between two pages make no other one appear twice or not at all; and whether more follow.
 * Throws Malformed when `afterAddress` is none.
 */
export function pageOf(agent: Pick<Agent, 'bans'>, options: ListOptions): readonly [readonly BanView[], boolean] {
  const length = Math.min(Math.max(options.limit ?? MAX_PORTION, 1), MAX_PORTION);
  const found = agent.bans(rangeOf(options), length + 1);
  const bans = found.slice(0, length).map(({ ban }) => ban);
  const page = found.slice(0, portionOf(bans, MAX_PORTION).length);
  return [options.evidence === false ? page.map(withoutEvidence) : page, found.length > page.length];
}

function rangeOf({ jail, afterJail, afterAddress, evidence = true }: ListOptions): BanRange {
  const ofJail = { bare: !evidence, ...(jail === undefined ? {} : { jail }) };
  if (afterJail === undefined || afterAddress === undefined) return ofJail;
  const address = parseAddress(afterAddress);
  if (address === undefined) throw new Malformed(`AfterAddress is no address: ${JSON.stringify(afterAddress)}`);
  return { ...ofJail, after: { jail: afterJail, address } };
}

/** That of the bans which a prefix stands for is left out too. */
function withoutEvidence(view: BanView): BanView {
  const { ban, state } = view;
  if (ban.evidence.length === 0 && ban.members === undefined) return view;
  const members = ban.members?.map((member) => ({ ...member, evidence: [] }));
  return { ban: { ...ban, evidence: [], ...(members === undefined ? {} : { members }) }, state };
}
