/** Which entries of the journal are shown as the agent's events. */
import { EVENT_MATCHES_ELSEWHERE, trustedMatches } from '../events/fields.js';
import type { Dependencies } from './dependencies.js';

/** `directory`: of journal files from elsewhere; by default this machine's journal is read. */
export function eventMatches(
  { agentUser }: Pick<Dependencies, 'agentUser'>,
  directory?: string,
): readonly (readonly string[])[] {
  return directory === undefined ? trustedMatches(agentUser()) : EVENT_MATCHES_ELSEWHERE;
}
