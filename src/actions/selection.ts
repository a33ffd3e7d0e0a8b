/** Which events an action is told of. */
import type { ActionCommon } from '../config/actions/action-config.js';
import type { Naming } from '../config/actions/load-actions.js';
import { MANUAL_JAIL } from '../core/ban.js';
import { globPattern } from '../core/glob.js';
import type { ToldEvent } from '../events/told-event.js';

/** Says of an event whether the action is to be told. */
export type Wants = (event: ToldEvent) => boolean;

/** The jail that an event is about; undefined when it is about none. */
function jailOf(event: ToldEvent): string | undefined {
  if ('ban' in event) return event.ban.jail;
  return 'jail' in event ? event.jail : undefined;
}

/** The jails that name the action, as far as its Jails= takes them. */
export function jailsNaming(action: Pick<ActionCommon, 'name' | 'jails'>, naming: Naming): readonly string[] {
  const takes = takesJail(action);
  return naming.jails
    .filter(({ enabled, actions }) => enabled && actions.includes(action.name))
    .map(({ name }) => name)
    .filter(takes);
}

/** Whether Jails= takes a jail. */
function takesJail({ jails }: Pick<ActionCommon, 'jails'>): (jail: string) => boolean {
  const globs = jails.map(globPattern);
  return (jail) => globs.length === 0 || globs.some((glob) => glob.test(jail));
}

/**
 * An event of a jail is for the actions that the jail names. The bans that a person asked for, and those of a jail that is
 * gone, are for those of f2bd.conf; what is of no jail is for every action whose On= has it.
 */
export function wantsOf(action: Pick<ActionCommon, 'name' | 'on' | 'jails'>, naming: Naming): Wants {
  const kinds = new Set(action.on);
  const takes = takesJail(action);
  const isNamedBy = new Map(naming.jails.map((jail) => [jail.name, jail.actions.includes(action.name)]));
  const byDefault = naming.actions.includes(action.name);
  return (event) => {
    if (!kinds.has(event.kind)) return false;
    const jail = jailOf(event);
    if (jail === undefined) return true;
    if (!takes(jail)) return false;
    return jail === MANUAL_JAIL ? byDefault : (isNamedBy.get(jail) ?? byDefault);
  };
}
