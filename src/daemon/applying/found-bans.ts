/**
 * The bans of an earlier run, taken from the firewall while the state that knows them cannot be read.
 * To be done before the first comparison, which would remove them.
 */
import { MANUAL_JAIL } from '../../core/ban.js';
import type { Decider } from '../../core/deciding/decider.js';
import type { JailSettings } from '../../core/settings.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall } from '../../ports/firewall.js';
import type { Apply } from './apply.js';

const REASON = 'the firewall held it when the state could not be read';

interface Parts {
  readonly decider: Decider;
  readonly apply: Apply;
  readonly firewall: Firewall;
  readonly clock: Clock;
}

/** Those of no jail are as if a person had made them. A firewall that cannot be asked holds nobody, or keeps whom it does. */
export async function takeFoundBans(jails: readonly JailSettings[], parts: Parts): Promise<void> {
  const { decider, apply, firewall, clock } = parts;
  const effects = jails.map(({ name, disposition, ports }) => ({ jail: name, disposition, ports }));
  const manual = { jail: MANUAL_JAIL, disposition: 'drop', ports: [] } as const;
  const found = await firewall.found([...effects, manual]).catch(() => []);
  const since = clock.now();
  const bans = found.map((ban) => ({ ...ban, since, count: 0, failures: 0, reason: REASON }));
  if (bans.length > 0) await apply.effects(apply.decide(() => decider.carryOver(bans, since)).effects);
}
