/** Administrators' words as they are published. Invariant: every host of the fleet understands them. */
import { F2bError } from '../../errors.js';
import type { FleetOrder } from '../../ports/fleet-control.js';
import type { Allowance } from '../deciding/change.js';
import { type Content, encodeContent, parseMessage } from './message.js';
import { type Subject, subjectText } from './subject.js';

export interface OrderMessage {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** `host` gives it, `at`: now, µs since the epoch. Throws USAGE for a time or reason that no host would understand. */
export function orderMessage(order: FleetOrder, host: string, at: number): OrderMessage {
  const message = messageOf(subjectOf(order), contentOf(order, host, at));
  if (parseMessage(message) !== undefined) return message;
  throw new F2bError('USAGE', `no host of the fleet would understand this ${order.kind}`, {
    hint: 'give a shorter time or infinity, and a reason of one line of plain characters, or none',
  });
}

/** What was told before, at `at` again. */
export function allowanceMessage({ address, saidUntil: until, by, reason }: Allowance, at: number): OrderMessage {
  const why = reason === undefined ? {} : { reason };
  return messageOf({ kind: 'allowance', address }, { kind: 'allow', at, until, by, ...why });
}

function messageOf(subject: Subject, content: Content): OrderMessage {
  return { subject: subjectText(subject), data: encodeContent(content) };
}

function subjectOf({ kind, address }: FleetOrder): Subject {
  return { kind: kind === 'ban' || kind === 'unban' ? 'order' : 'allowance', address };
}

function contentOf(order: FleetOrder, by: string, at: number): Content {
  switch (order.kind) {
    case 'unban':
    case 'disallow':
      return { kind: order.kind, at };
    case 'ban': {
      const { time, reason } = order;
      return { kind: 'ban', at, since: at, until: at + time, ...(reason === undefined ? {} : { reason }) };
    }
    case 'allow': {
      const { time, reason } = order;
      return { kind: 'allow', at, until: at + time, by, ...(reason === undefined ? {} : { reason }) };
    }
  }
}
