/** What tells that there is nobody to ask. */
import type { ErrorCode, F2bError } from '../errors.js';

/** True when there is no agent to ask. */
export function isAgentAway({ code }: F2bError): boolean {
  return code === 'AGENT_NOT_RUNNING' || code === 'BUS_UNAVAILABLE';
}

/** Tells an error by which a program beside the agent does not run, or may not be asked: most hosts have none. */
export function isAway(notRunning: ErrorCode): (error: F2bError) => boolean {
  return ({ code }) => code === notRunning || code === 'ACCESS_DENIED';
}
