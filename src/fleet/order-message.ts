/** An administrator's word as it is published. Invariant: every host of the fleet understands it. */
import { F2bError } from '../errors.js';
import type { FleetOrder } from '../ports/fleet-control.js';
import { type Content, encodeContent, parseMessage } from './message.js';
import { subjectText } from './subject.js';

/** `at`: now, µs since the epoch. Throws USAGE for a time or reason that no host would understand. */
export function orderMessage(order: FleetOrder, at: number): { readonly subject: string; readonly data: Uint8Array } {
  const subject = subjectText({ kind: 'order', address: order.address });
  const data = encodeContent(contentOf(order, at));
  if (parseMessage({ subject, data }) !== undefined) return { subject, data };
  throw new F2bError('USAGE', 'no host of the fleet would understand this ban', {
    hint: 'give a shorter time or infinity, and a reason of one line of plain characters, or none',
  });
}

function contentOf(order: FleetOrder, at: number): Content {
  if (order.kind === 'unban') return { kind: 'unban', at };
  const { bantime, reason } = order;
  return { kind: 'ban', at, since: at, until: at + bantime, ...(reason === undefined ? {} : { reason }) };
}
