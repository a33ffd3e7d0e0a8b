/** What f2b-fleetd tells f2bctl, and the questions and answers between them as they cross the socket. Pure. */
import { type Address, parseAddress } from '../core/address/address.js';
import { type JsonRecord, jsonEnd, jsonReader } from '../core/json-record.js';
import { isMemberName } from '../core/names.js';
import { F2bError } from '../errors.js';
import type {
  FleetAllowance,
  FleetBan,
  FleetClaim,
  FleetControl,
  FleetCounting,
  FleetMember,
  FleetOrder,
  FleetReporter,
  FleetStatus,
} from '../ports/fleet-control.js';
import type { Ask, Question } from '../ports/question.js';

/** The runtime directory of f2b-fleetd.service. */
export const FLEET_RUNTIME = '/run/f2b-fleet';
/** The name of the socket in the runtime directory. */
export const FLEET_CONTROL = 'control';

/** The control of f2b-fleetd as f2bctl sees it. Throws AGENT_INCOMPATIBLE for answers that are not understood. */
export function fleetClient(ask: Ask): FleetControl {
  const send = async (word: string, parameters: Readonly<Record<string, string>> = {}) =>
    ask(word, new URLSearchParams(parameters));
  return {
    status: async () => statusOf(await send('status')),
    bans: async (address) =>
      records(await send('bans', address === undefined ? {} : { address: address.text })).map(banOf),
    pause: async (isPaused) => void (await send(isPaused ? 'pause' : 'resume')),
    order: async (order) => void (await send(order.kind, wordsOf(order))),
    withdraw: async (host) => void (await send('withdraw', { host })),
  };
}

function wordsOf(order: FleetOrder): Readonly<Record<string, string>> {
  const address = order.address.text;
  switch (order.kind) {
    case 'unban':
    case 'disallow':
      return { address };
    case 'ban':
    case 'allow': {
      const { time, reason } = order;
      return { address, time: String(time), ...(reason === undefined ? {} : { reason }) };
    }
  }
}

/** Answers what a client asks. Throws USAGE for what it does not understand. */
export async function answerFleet(control: FleetControl, { word, parameters }: Question): Promise<unknown> {
  switch (word) {
    case 'status': {
      const status = await control.status();
      return { ...status, allowances: status.allowances.map((one) => ({ ...one, until: jsonEnd(one.until) })) };
    }
    case 'bans': {
      const bans = await control.bans(parameters.has('address') ? addressOf(parameters) : undefined);
      return bans.map((ban) => ({ ...ban, until: jsonEnd(ban.until), claims: ban.claims.map(plainClaim) }));
    }
    case 'pause':
    case 'resume':
      return control.pause(word === 'pause');
    case 'unban':
    case 'disallow':
      return control.order({ kind: word, address: addressOf(parameters) });
    case 'ban':
    case 'allow':
      return control.order(lastingOrder(word, parameters));
    case 'withdraw': {
      const host = parameters.get('host') ?? '';
      if (!isMemberName(host)) throw new F2bError('USAGE', `${JSON.stringify(host)} is not the name of a host`);
      return control.withdraw(host);
    }
    default:
      throw new F2bError('USAGE', `f2b-fleetd does not know ${JSON.stringify(word)}`);
  }
}

function lastingOrder(kind: 'ban' | 'allow', parameters: URLSearchParams): FleetOrder {
  const address = addressOf(parameters);
  const time = Number(parameters.get('time'));
  if (!(time > 0)) throw new F2bError('USAGE', 'no time');
  const why = parameters.get('reason');
  return { kind, address, time, ...(why === null ? {} : { reason: why }) };
}

function addressOf(parameters: URLSearchParams): Address {
  const address = parseAddress(parameters.get('address') ?? '');
  if (address === undefined) throw new F2bError('USAGE', 'no address');
  return address;
}

function plainClaim(claim: FleetClaim): object {
  return { ...claim, until: jsonEnd(claim.until) };
}

function strange(): F2bError {
  return new F2bError('AGENT_INCOMPATIBLE', undefined, {
    hint: 'f2b-fleetd still runs an older or newer version: systemctl restart f2b-fleetd',
  });
}

const { record, list, text, number, end } = jsonReader(strange);

const records = (value: unknown): readonly JsonRecord[] => list(value).map(record);

function statusOf(value: unknown): FleetStatus {
  const status = record(value);
  return {
    host: text(status['host']),
    version: text(status['version']),
    isConnected: status['isConnected'] === true,
    isPaused: status['isPaused'] === true,
    problem: text(status['problem']),
    sequence: number(status['sequence']),
    lagMessages: number(status['lagMessages']),
    lagTime: number(status['lagTime']),
    refusals: countsOf(status['refusals']),
    waiting: number(status['waiting']),
    claims: number(status['claims']),
    held: number(status['held']),
    members: records(status['members']).map(memberOf),
    reporters: records(status['reporters']).map(reporterOf),
    allowances: records(status['allowances']).map(allowanceOf),
    ...(status['counting'] === undefined ? {} : { counting: countingOf(record(status['counting'])) }),
  };
}

function countingOf(counting: JsonRecord): FleetCounting {
  return {
    ...{ of: number(counting['of']), partitions: number(counting['partitions']), held: number(counting['held']) },
    ...{ behind: number(counting['behind']), bans: number(counting['bans']), waiting: number(counting['waiting']) },
    counters: records(counting['counters']).map((one) => {
      return { host: text(one['host']), partitions: number(one['partitions']) };
    }),
    refusals: countsOf(counting['refusals']),
    problems: list(counting['problems']).map(text),
  };
}

function countsOf(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(record(value)).map(([why, count]) => [why, number(count)]));
}

function memberOf(member: JsonRecord): FleetMember {
  return {
    host: text(member['host']),
    version: text(member['version']),
    addresses: list(member['addresses']).map(text),
    seenAt: number(member['seenAt']),
    isSilent: member['isSilent'] === true,
    sequence: number(member['sequence']),
    behind: number(member['behind']),
    applied: number(member['applied']),
  };
}

function reporterOf(reporter: JsonRecord): FleetReporter {
  return {
    host: text(reporter['host']),
    claims: number(reporter['claims']),
    refused: number(reporter['refused']),
    lastRefusal: text(reporter['lastRefusal']),
  };
}

function allowanceOf({ address, until, by, reason }: JsonRecord): FleetAllowance {
  return { address: text(address), until: end(until), by: text(by), reason: text(reason) };
}

function banOf(ban: JsonRecord): FleetBan {
  return {
    address: text(ban['address']),
    isBanned: ban['isBanned'] === true,
    reason: text(ban['reason']),
    until: end(ban['until']),
    claims: records(ban['claims']).map((claim) => ({
      host: text(claim['host']),
      jail: text(claim['jail']),
      since: number(claim['since']),
      until: end(claim['until']),
      ...(claim['reason'] === undefined ? {} : { reason: text(claim['reason']) }),
    })),
  };
}
