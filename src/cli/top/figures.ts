/** All that the screen shows, at one moment. */
import type { AgentStatus } from '../../agent/agent-status.js';
import type { BanView } from '../../agent/explanation.js';
import type { Locate } from '../geoip.js';
import type { Busiest, JailActivity, Rates } from './activity.js';
import type { RecentEvent } from './recent-event.js';

export interface Figures {
  readonly status: AgentStatus;
  readonly rates: Rates;
  /** Failures a second, oldest first. */
  readonly trend: readonly number[];
  readonly jails: readonly JailActivity[];
  readonly busiest: Busiest;
  /** Newest first. */
  readonly events: readonly RecentEvent[];
  readonly bans: readonly BanView[];
  readonly locate: Locate;
  /** What keeps the figures from being whole or new, with what to do. */
  readonly troubles: readonly string[];
}
