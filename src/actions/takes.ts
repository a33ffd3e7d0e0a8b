/** What an action does anything for. What it would do nothing for is not queued, and no test of it says that it was told. */
import type { ActionConfig } from '../config/actions/action-config.js';
import type { EventRecord } from './record.js';

export type Takes = (event: EventRecord) => boolean;

/** All of it, as long as nothing is known of the action. */
export function takesOf(config: ActionConfig | undefined): Takes {
  if (config?.type === 'command') return ({ event }) => config.commands[commandFor(event)] !== undefined;
  if (config?.type === 'fail2ban') return ({ event }) => event === 'ban' || event === 'unban';
  if (config?.type === 'webhook' && config.format === 'abuseipdb') return isReportable;
  return () => true;
}

/** The key of the program that is run for an event. */
export function commandFor(event: EventRecord['event']): 'ban' | 'unban' | 'event' {
  return event === 'ban' || event === 'unban' ? event : 'event';
}

/** Addresses that a jail of this machine saw failing: not networks, nor what others or a person said, nor an example. */
export function isReportable({ event, address, origin, failures = 0, test }: EventRecord): boolean {
  if (event !== 'ban' || test === true || origin !== 'jail' || failures === 0) return false;
  return address !== undefined && !address.includes('/');
}
