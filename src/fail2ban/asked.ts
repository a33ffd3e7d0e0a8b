/** What answers are made from: the agent, and the files of its jails and filters as they are now. */
import type { EffectiveSetting } from '../config/effective-settings.js';
import type { AgentClient } from '../control/client.js';
import type { FilterTexts, FilterUse } from './filter-answer.js';

/** What the files of a jail say, setting by setting. */
export type SettingsOf = (jail: string) => readonly EffectiveSetting[];

/** Who is asked, and what is known without asking. */
export interface Asked {
  readonly client: AgentClient;
  readonly settings: SettingsOf;
  /** Undefined for a filter that cannot be read. */
  readonly filter: (use: FilterUse) => FilterTexts | undefined;
  /** Does one thing after the other: of two at once, one could undo the other. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}
