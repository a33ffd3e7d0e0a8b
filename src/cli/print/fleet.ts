/** What f2b-fleetd says, for people. Other hosts chose parts of it: nothing is printed raw. */
import { printable } from '../../core/printable.js';
import type {
  FleetAllowance,
  FleetBan,
  FleetCounting,
  FleetMember,
  FleetReporter,
  FleetStatus,
} from '../../ports/fleet-control.js';
import { counted } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import { relative } from '../../text/length.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import { type Now, untilText } from './times.js';

interface Row {
  readonly host: string;
  readonly member: FleetMember | undefined;
  readonly reporter: FleetReporter | undefined;
}

function rowsOf({ members, reporters }: FleetStatus): readonly Row[] {
  const hosts = [...new Set([...members, ...reporters].map(({ host }) => host))].sort();
  return hosts.map((host) => ({
    host,
    member: members.find((one) => one.host === host),
    reporter: reporters.find((one) => one.host === host),
  }));
}

/** How many partitions each host counts, where they count together. */
function sharesOf(counting: FleetCounting | undefined): readonly Column<Row>[] {
  if (counting === undefined) return [];
  const share = (host: string) => counting.counters.find((one) => one.host === host)?.partitions;
  return [{ heading: 'COUNTS', dropped: 5, align: 'right', text: ({ host }) => String(share(host) ?? '') }];
}

function columns({ counting }: FleetStatus, { now }: Now): readonly Column<Row>[] {
  return [
    { heading: 'HOST', text: ({ host }) => host },
    { heading: 'SEEN', dropped: 4, text: ({ member }) => (member === undefined ? '' : seenText(member, now)) },
    { heading: 'BEHIND', dropped: 2, align: 'right', text: ({ member }) => String(member?.behind ?? '') },
    { heading: 'APPLIED', dropped: 3, align: 'right', text: ({ member }) => String(member?.applied ?? '') },
    ...sharesOf(counting),
    { heading: 'REPORTS', dropped: 6, align: 'right', text: ({ reporter }) => String(reporter?.claims ?? 0) },
    { heading: 'REFUSED', dropped: 7, align: 'right', text: ({ reporter }) => String(reporter?.refused ?? 0) },
    { heading: 'LAST REFUSAL', dropped: 1, text: ({ reporter }) => reporter?.lastRefusal ?? '' },
  ];
}

/** `2h ago`, and whether it should have told of itself since then. */
function seenText({ seenAt, isSilent }: FleetMember, now: number): string {
  return isSilent ? `${relative(seenAt, now)}, silent` : relative(seenAt, now);
}

export function fleetStatusLines(status: FleetStatus, style: Style, now: Now): readonly string[] {
  const { host, isConnected, isPaused, problem, waiting, claims, held, counting } = status;
  const state = isConnected ? style.green('connected') : style.yellow('not connected');
  const rows = rowsOf(status);
  return [
    `${style.bold(printable(host))} is ${state} to its fleet${isPaused ? style.yellow(', and paused') : ''}.`,
    ...(problem === '' ? [] : [style.yellow(printable(problem))]),
    `${counted(claims, 'ban')} of others, ${counted(held, 'address')} banned here for them.`,
    ...(waiting === 0 ? [] : [`${counted(waiting, 'message')} of this host not with the servers yet.`]),
    ...(counting === undefined ? [] : countingLines(counting, style)),
    ...(rows.length === 0 ? [] : ['', ...formatTable(rows, columns(status, now), style)]),
    ...spared(status.allowances, style, now),
  ];
}

function countingLines(counting: FleetCounting, style: Style): readonly string[] {
  const { of, partitions, held, behind, bans, waiting, problems } = counting;
  const late = behind === 0 ? '' : `, ${counted(behind, 'message')} behind`;
  return [
    `Counts together ${partitions} of ${counted(of, 'partition')}: ${counted(held, 'failure')} in view, ${counted(bans, 'ban')} found${late}.`,
    ...(waiting === 0 ? [] : [`${counted(waiting, 'message')} with failures of this host not with the servers yet.`]),
    ...problems.map((problem) => style.yellow(printable(problem))),
  ];
}

function spared(allowances: readonly FleetAllowance[], style: Style, { zone }: Now): readonly string[] {
  const all: readonly Column<FleetAllowance>[] = [
    { heading: 'SPARED', text: ({ address }) => address },
    { heading: 'UNTIL', dropped: 3, text: ({ until }) => instant(until, zone) },
    { heading: 'BY', dropped: 2, text: ({ by }) => by },
    { heading: 'REASON', dropped: 1, text: ({ reason }) => reason },
  ];
  return allowances.length === 0 ? [] : ['', ...formatTable(allowances, all, style)];
}

export function fleetBanLines(bans: readonly FleetBan[], style: Style, { zone }: Now): readonly string[] {
  if (bans.length === 0) return ['No bans of others.'];
  const all: readonly Column<FleetBan>[] = [
    { heading: 'ADDRESS', text: ({ address }) => address },
    { heading: 'HERE', text: ({ isBanned }) => (isBanned ? 'banned' : 'not banned') },
    { heading: 'UNTIL', dropped: 1, text: ({ until }) => instant(until, zone) },
    { heading: 'HOSTS', dropped: 2, align: 'right', text: ({ claims }) => String(hostsOf(claims)) },
    { heading: 'REASON', dropped: 3, text: ({ reason }) => reason },
  ];
  return [...formatTable(bans, all, style), '', `${counted(bans.length, 'address')}.`];
}

function hostsOf(claims: FleetBan['claims']): number {
  return new Set(claims.map(({ host }) => host)).size;
}

export function fleetWhyLines(text: string, bans: readonly FleetBan[], style: Style, now: Now): readonly string[] {
  if (bans.length === 0) return [`No other host has banned ${printable(text)}.`];
  return bans.flatMap(({ address, isBanned, reason, until, claims }) => [
    isBanned
      ? `${style.bold(printable(address))} is banned here ${untilText(until, now)}: ${printable(reason)}.`
      : `${style.bold(printable(address))} is not banned here for the fleet: ${printable(reason)}.`,
    ...claims.map(
      (claim) =>
        `  ${printable(claim.host)}: ${printable(whatOf(claim))} since ${instant(claim.since, now.zone)}, ${untilText(claim.until, now)}`,
    ),
  ]);
}

/** The jail of a host, or what was counted together. */
function whatOf({ jail, reason }: FleetBan['claims'][number]): string {
  return reason === undefined ? jail : `${jail} together, ${reason},`;
}
