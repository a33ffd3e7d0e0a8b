/** What the agent's events mean for the fleet. Pure. */
import { isOfOneLink } from '../../core/address/one-link.js';
import { type Ban, FLEET_JAIL } from '../../core/ban.js';
import type { ToldEvent } from '../../events/told-event.js';
import type { OwnMessage } from '../fleet-store.js';
import { subjectText } from './subject.js';

/**
 * What is published of an event; undefined for what is not: what came from the fleet is never told to it, a ban whose
 * time is over needs no word, and an address of one link is somebody else's on others.
 */
export function messageOfEvent(host: string, event: ToldEvent): OwnMessage | undefined {
  if (event.kind !== 'ban' && event.kind !== 'unban') return undefined;
  const { kind, ban, cursor } = event;
  const isOver = event.kind === 'unban' && event.cause === 'expired';
  return isOver || !isForOthers(ban) ? undefined : ownMessage(host, kind, ban, cursor);
}

/** True of a ban that other hosts are told of. */
export function isForOthers(ban: Ban): boolean {
  return !isOfFleet(ban) && !isOfOneLink(ban.address);
}

export function isOfFleet({ jail, origin }: Pick<Ban, 'jail' | 'origin'>): boolean {
  return jail === FLEET_JAIL || origin === 'fleet';
}

/** What is published of a ban. `id`: of what told of it. */
export function ownMessage(
  host: string,
  kind: OwnMessage['kind'],
  { jail, address, since, until }: Pick<Ban, 'jail' | 'address' | 'since' | 'until'>,
  id: string,
): OwnMessage {
  return { subject: subjectText({ kind: 'ban', host, jail, address }), kind, since, until, id };
}
