/** An address that others have banned as f2bctl shows it: who did, and whether it holds here, or why not. Pure. */
import type { Address } from '../core/address/address.js';
import type { FleetBan } from '../ports/fleet-control.js';
import type { Allowance } from './deciding/change.js';
import type { FleetDecider } from './deciding/fleet-decider.js';
import type { Verdict } from './deciding/verdict.js';

/** `refusal`: why the agent does not ban it, in words. */
export function fleetBan(
  decider: FleetDecider,
  address: Address,
  verdict: Verdict,
  refusal: string | undefined,
): FleetBan {
  const claims = decider
    .claimsOn(address)
    .map(({ host, jail, since, until, reason }) => {
      return { host, jail, since, until, ...(reason === undefined ? {} : { reason }) };
    })
    .sort((one, other) => one.since - other.since);
  const last = claims.reduce((latest, { until }) => Math.max(latest, until), 0);
  const { text } = address;
  if (verdict.kind === 'none') return { address: text, isBanned: false, reason: whyNot(verdict), until: last, claims };
  const { until, reason } = verdict.report;
  return { address: text, isBanned: refusal === undefined, reason: refusal ?? reason, until, claims };
}

function whyNot(verdict: Verdict & { kind: 'none' }): string {
  switch (verdict.why) {
    case 'nobody':
      return 'their bans are over';
    case 'too-few':
      return 'fewer hosts than MinReporters= banned it within Within=';
    case 'too-young':
      return 'the bans have not stood for MinAge= yet';
    case 'lifted-here':
      return 'a person let it in here';
    case 'not-applied':
      return 'this host bans nobody for others (Apply=no)';
    case 'paused':
      return 'the fleet is paused here';
    case 'allowed':
      return spared(verdict.allowance);
    case 'member':
      return `it would shut out ${verdict.host}, a member of the fleet`;
  }
}

/** Of an address that nobody has banned and an administrator spares. */
export function sparedBan({ text }: Address, allowance: Allowance): FleetBan {
  return { address: text, isBanned: false, reason: spared(allowance), until: allowance.until, claims: [] };
}

function spared({ address, by, reason }: Allowance): string {
  return `${by} spares ${address.text} everywhere${reason === undefined ? '' : `: ${reason}`}`;
}
