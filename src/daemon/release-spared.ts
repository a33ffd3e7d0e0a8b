import type { Clock } from '../ports/clock.js';
import type { AgentCore } from './agent-core.js';

/** Lifts the bans of those who are spared by now: what spares them may have changed, also while no agent ran. */
export async function releaseSpared({ apply, decider }: AgentCore, clock: Clock): Promise<void> {
  await apply.effects(apply.decide(() => decider.releaseSpared(clock.now())));
}
