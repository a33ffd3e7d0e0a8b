/**
 * Makes the firewall agree with the decisions. Enforcing never holds up reading and deciding: what the firewall
 * cannot take now is taken by the reconcile that follows when it is ready again.
 */
import { createInFlight } from '../../async/in-flight.js';
import { type Ban, banKey } from '../../core/ban.js';
import type { Effect } from '../../core/effect.js';
import { asF2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall, Reconciliation } from '../../ports/firewall.js';
import type { BulkNotifier } from '../../ports/notifier.js';
import { createProblemSlot } from '../problems/problem-slot.js';
import type { Problems } from '../problems/problems.js';

export interface Enforcer {
  /**
   * Hands the bans and unbans among the effects to the firewall. Resolves when it has confirmed or refused all of these,
   * whatever else it has to do; never rejects.
   */
  enforce(effects: readonly Effect[]): Promise<void>;
  /** Makes the firewall hold exactly the bans in force. Rejects with what the firewall refused, a problem by then. */
  verify(): Promise<Reconciliation>;
  /** The same for whom the problem is enough: undefined when the firewall refused. */
  reconcile(): Promise<Reconciliation | undefined>;
  /** Resolves when nothing that was handed over, also meanwhile, waits to be confirmed or refused. */
  settled(): Promise<void>;
  /** The firewall is about to be closed: what it refuses from now on says nothing of how it is. */
  end(): void;
}

interface Parts {
  readonly firewall: Firewall;
  readonly clock: Clock;
  readonly notifier: BulkNotifier;
  readonly problems: Problems;
  /** The bans in force now, once it is known what time it is; their evidence may be left out. */
  readonly bans: () => Promise<Iterable<Ban>>;
  /** Told what the firewall confirmed, and that a comparison found something missing. */
  readonly watch: { readonly enforced: (ban: Ban) => void; readonly mended: () => void };
}

export function createEnforcer({ firewall, clock, notifier, problems, bans, watch }: Parts): Enforcer {
  const inFlight = createInFlight();
  const problem = createProblemSlot(problems);
  let isEnded = false;

  const track = <T>(work: Promise<T>): Promise<T> => {
    const tracked = work.then(
      (value) => {
        problem.over();
        return value;
      },
      (cause: unknown) => {
        const error = asF2bError(cause);
        if (!isEnded) problem.met(error);
        throw error;
      },
    );
    return inFlight.track(tracked);
  };

  const verify = async () => {
    const reconciliation = await track(bans().then((wanted) => firewall.reconcile(lasting(wanted, clock.now()))));
    if (reconciliation.added > 0) watch.mended();
    notifier.notify({ kind: 'reconciled', reconciliation });
    return reconciliation;
  };
  const confirmed = (banned: readonly Ban[]) => {
    for (const ban of banned) watch.enforced(ban);
    const now = clock.now();
    notifier.notifyAll(banned.map((ban) => ({ kind: 'enforced', ban, latency: now - ban.since })));
  };

  return {
    async enforce(effects) {
      const { banned, unbanned } = lastWord(effects, clock.now());
      const work: Promise<void>[] = [];
      if (unbanned.length > 0) work.push(track(firewall.unban(unbanned)));
      if (banned.length > 0) work.push(track(firewall.ban(banned).then(() => confirmed(banned))));
      // What is refused is a problem by then, and made good by the next comparison.
      await Promise.allSettled(work);
    },
    verify,
    reconcile: () => verify().catch(() => undefined),
    settled: inFlight.settled,
    end() {
      isEnded = true;
    },
  };
}

function* lasting(bans: Iterable<Ban>, now: number): Iterable<Ban> {
  for (const ban of bans) if (ban.until > now) yield ban;
}

/** What the effects mean for the firewall once all are done: a ban that was lifted or has ended by `now` is no ban. */
function lastWord(effects: readonly Effect[], now: number): { banned: Ban[]; unbanned: Ban[] } {
  const byKey = new Map<string, Extract<Effect, { kind: 'ban' | 'unban' }>>();
  for (const effect of effects) {
    if ((effect.kind === 'ban' && !effect.isMoved) || effect.kind === 'unban') byKey.set(banKey(effect.ban), effect);
  }
  const banned: Ban[] = [];
  const unbanned: Ban[] = [];
  for (const effect of byKey.values()) {
    if (effect.kind === 'unban') unbanned.push(effect.ban);
    else if (effect.ban.until > now) banned.push(effect.ban);
  }
  return { banned, unbanned };
}
