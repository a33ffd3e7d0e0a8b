/** The agent as systemd or its configuration call it, in the place of a jail. */
import { AGENT_UNIT } from '../../events/fields.js';

export function isAgent(text: string): boolean {
  return ['f2bd', AGENT_UNIT, 'f2bd.conf'].includes(text);
}
