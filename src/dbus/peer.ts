/** Who is behind a bus connection, and what polkit lets them do. */

import { Quota } from '../async/quota.js';
import { type Bus, busCall } from './bus.js';
import { errors, type Value } from './message.js';
import { variant } from './wire.js';

/** The numeric user of a connection, as the kernel told the bus; undefined when it is gone. */
export async function userOf(bus: Pick<Bus, 'call'>, sender: string): Promise<number | undefined> {
  const answer = await bus.call(busCall('GetConnectionUnixUser', 's', [sender]));
  const uid = answer.ok ? answer.body[0] : undefined;
  return typeof uid === 'number' ? uid : undefined;
}

/** A person may be asked for a password; polkit waits for them. µs */
const AUTHORIZATION_TIMEOUT = 300_000_000;
const ALLOW_USER_INTERACTION = 1;

/** Questions to polkit about one user at a time: their connections may end long before polkit, or a person, answers. */
const MAX_ASKED = 32;

/**
 * `challenge`: it could be granted after authentication, which the caller did not allow to ask for.
 * `unavailable`: there is no polkit to ask, or it does not know the action. `busy`: too much is asked about the user.
 */
export type Refusal = 'denied' | 'challenge' | 'unavailable' | 'busy';

/** `user`: the number of who may. */
export type Authorization = { readonly kind: 'granted'; readonly user: number } | { readonly kind: Refusal };

/** polkit's word on who may do what. Nothing of it is kept: every call is asked about anew. */
export class Authority {
  readonly #bus: Pick<Bus, 'call'>;
  readonly #asked = new Quota<number>(MAX_ASKED);

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  /**
   * Asks polkit whether `sender` may do `action`. root and our own user may do everything and need no polkit; without
   * polkit nobody else may do anything.
   */
  async authorize(sender: string, action: string, interactive: boolean): Promise<Authorization> {
    const user = await userOf(this.#bus, sender);
    if (user === undefined) return { kind: 'denied' };
    if (user === 0 || user === process.getuid?.()) return { kind: 'granted', user };
    const kind = (await this.#asked.within(user, () => this.#ask(sender, action, interactive))) ?? 'busy';
    return kind === 'granted' ? { kind, user } : { kind };
  }

  async #ask(sender: string, action: string, interactive: boolean): Promise<Authorization['kind']> {
    const subject: Value = ['system-bus-name', { name: variant('s', sender) }];
    const answer = await this.#bus.call(
      {
        destination: 'org.freedesktop.PolicyKit1',
        path: '/org/freedesktop/PolicyKit1/Authority',
        interface: 'org.freedesktop.PolicyKit1.Authority',
        member: 'CheckAuthorization',
        signature: '(sa{sv})sa{ss}us',
        body: [subject, action, {}, interactive ? ALLOW_USER_INTERACTION : 0, ''],
      },
      AUTHORIZATION_TIMEOUT,
    );
    if (!answer.ok) return 'unavailable';
    const [result] = answer.body;
    if (!Array.isArray(result)) return 'denied';
    const [authorized, challenge] = result;
    if (authorized === true) return 'granted';
    return challenge === true ? 'challenge' : 'denied';
  }
}

/** True for the errors that mean: nobody offers this service now, it may come later. */
export function isAbsent(error: string): boolean {
  const absent: readonly string[] = [errors.SERVICE_UNKNOWN, errors.NAME_HAS_NO_OWNER, errors.DISCONNECTED];
  return absent.includes(error);
}
