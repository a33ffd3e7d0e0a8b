/** What tells that there is nobody to ask. */
import type { F2bError } from '../errors.js';

/** True when there is no agent to ask. */
export function isAgentAway({ code }: F2bError): boolean {
  return code === 'AGENT_NOT_RUNNING' || code === 'BUS_UNAVAILABLE';
}
