/** What jails are called to those who know fail2ban's names: `sshd` is ssh.service, as its filter is called so. */
import type { JailStatus } from '../agent/agent-status.js';
import { isStopped } from '../config/temporary.js';
import { MANUAL_JAIL } from '../core/ban.js';
import { PickleError } from './pickle-value.js';

/** A jail with the name that fail2ban's client sees. */
export interface NamedJail {
  readonly shown: string;
  readonly jail: JailStatus;
}

/** Those that run: in fail2ban a jail that is stopped is gone. */
export function namedJails(jails: readonly JailStatus[]): readonly NamedJail[] {
  return allNamed(jails).filter(({ jail }) => !isStopped(jail.temporary));
}

/** Of fail2ban's stock jails nearly all are called as their filters; where two have one filter, their own names are shown. */
function allNamed(jails: readonly JailStatus[]): readonly NamedJail[] {
  const users = new Map<string, number>();
  for (const { filter } of jails) users.set(filter, (users.get(filter) ?? 0) + 1);
  const taken = new Set(jails.map(({ name }) => name));
  return jails
    .filter(({ name, banned }) => name !== MANUAL_JAIL || banned > 0)
    .map((jail) => {
      const isUnit = jail.name.endsWith('.service') && users.get(jail.filter) === 1;
      return { shown: isUnit && jail.filter !== '' && !taken.has(jail.filter) ? jail.filter : jail.name, jail };
    })
    .sort((one, other) => (one.shown < other.shown ? -1 : 1));
}

/** By the name that is shown, else its own, else that without `.service`. Throws UnknownJailException as a Refusal. */
export function jailCalled(name: string, jails: readonly JailStatus[]): NamedJail {
  return oneCalled(name, namedJails(jails), jails);
}

/** The same, also of those that are stopped. */
export function jailToStart(name: string, jails: readonly JailStatus[]): NamedJail {
  return oneCalled(name, allNamed(jails), jails);
}

function oneCalled(name: string, named: readonly NamedJail[], jails: readonly JailStatus[]): NamedJail {
  const found =
    named.find(({ shown }) => shown === name) ??
    named.find(({ jail }) => jail.name === name) ??
    named.find(({ jail }) => jail.name === `${name}.service`);
  if (found !== undefined) return found;
  const manual = jails.find((jail) => jail.name === name && name === MANUAL_JAIL);
  if (manual !== undefined) return { shown: MANUAL_JAIL, jail: manual };
  throw new Refusal(new PickleError(name, 'UnknownJailException', 'fail2ban.exceptions'));
}

/** An answer that fail2ban's client shows as an error. */
export class Refusal extends Error {
  readonly error: PickleError;

  constructor(error: PickleError | string) {
    super(typeof error === 'string' ? error : error.message);
    this.error = typeof error === 'string' ? new PickleError(error) : error;
  }
}
