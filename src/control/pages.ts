/**
 * Cuts the lists of bans and of allowances into pages: a message on the system bus is limited, and the agent must not
 * stall over a long list. They are in an order of their own, so that what comes and goes between two pages makes
 * nothing else appear twice or not at all.
 */

import type { Agent } from '../agent/agent.js';
import type { BanView } from '../agent/explanation.js';
import { type Address, compareAddresses, parseAddress } from '../core/address/address.js';
import { type BanRange, portionOf } from '../core/ban.js';
import type { Allowance } from '../ports/store.js';
import { banToJson } from './ban-json.js';
import { Malformed } from './codec.js';
import { MAX_PORTION } from './interface.js';
import type { AllowanceListOptions, ListOptions } from './values.js';

/** What is on a page, and whether more follows. */
type ListPage<T> = readonly [readonly T[], boolean];

/**
 * The bans that follow `afterJail` and `afterAddress`, ordered by jail and address.
 * Throws Malformed when `afterAddress` is none.
 */
export function banPage(agent: Pick<Agent, 'bans'>, options: ListOptions): ListPage<BanView> {
  const length = lengthOf(options);
  const found = agent.bans(rangeOf(options), length + 1);
  const bans = found.slice(0, length).map(({ ban }) => ban);
  const page = found.slice(0, portionOf(bans, MAX_PORTION).length);
  return [options.evidence === false ? page.map(withoutEvidence) : page, found.length > page.length];
}

/** The same for JSON. */
export function banJsonPage(agent: Pick<Agent, 'bans'>, options: ListOptions): ListPage<unknown> {
  const [bans, more] = banPage(agent, options);
  return [bans.map(banToJson), more];
}

/** The allowances that follow `afterAddress`, ordered by address. Throws Malformed when that is none. */
export function allowancePage(agent: Pick<Agent, 'allowances'>, options: AllowanceListOptions): ListPage<Allowance> {
  const after = options.afterAddress === undefined ? undefined : afterOf(options.afterAddress);
  const following = agent
    .allowances()
    .filter(({ address }) => after === undefined || compareAddresses(address, after) > 0)
    .sort((one, other) => compareAddresses(one.address, other.address));
  const page = following.slice(0, lengthOf(options));
  return [page, following.length > page.length];
}

function lengthOf({ limit = MAX_PORTION }: AllowanceListOptions): number {
  return Math.min(Math.max(limit, 1), MAX_PORTION);
}

function afterOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Malformed(`AfterAddress is no address: ${JSON.stringify(text)}`);
  return address;
}

function rangeOf({ jail, afterJail, afterAddress, evidence = true }: ListOptions): BanRange {
  const ofJail = { bare: !evidence, ...(jail === undefined ? {} : { jail }) };
  if (afterJail === undefined || afterAddress === undefined) return ofJail;
  return { ...ofJail, after: { jail: afterJail, address: afterOf(afterAddress) } };
}

/** That of the bans which a prefix stands for is left out too. */
function withoutEvidence(view: BanView): BanView {
  const { ban, state } = view;
  if (ban.evidence.length === 0 && ban.members === undefined) return view;
  const members = ban.members?.map((member) => ({ ...member, evidence: [] }));
  return { ban: { ...ban, evidence: [], ...(members === undefined ? {} : { members }) }, state };
}
