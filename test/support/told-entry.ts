/** The journal entry by which the agent tells an event, with what journald adds. */
import type { AgentEvent } from '../../src/agent/agent-event.js';
import { journalEvents } from '../../src/notify/journal-events.js';

/** What journald says of an entry that f2bd.service sent. */
export const OF_AGENT = { _SYSTEMD_UNIT: 'f2bd.service', _TRANSPORT: 'journal', _HOSTNAME: 'mail' } as const;

/** Who the agent is, as journald says it of each entry. */
export const AS_AGENT = { _UID: '0', _GID: '0' } as const;

/** The fields as the agent sends them; names may repeat. */
export function sentFields(event: AgentEvent): readonly (readonly [name: string, value: string])[] {
  const sent: (readonly (readonly [string, string])[])[] = [];
  const send = (entries: typeof sent | readonly (readonly (readonly [string, string])[])[]) => {
    sent.push(...entries);
    return entries.length;
  };
  journalEvents({ send, stderr: () => {}, later: () => {} }).notify(event);
  return sent.flat();
}

/** The fields as a reader of the journal has them: several values of one name are joined. */
export function readFields(
  event: AgentEvent,
  added: Readonly<Record<string, string>> = OF_AGENT,
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of sentFields(event)) fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
  return { ...fields, ...added };
}
