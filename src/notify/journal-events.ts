/**
 * The Notifier that writes each event as one structured journal entry; `f2bctl log` and journalctl read them back.
 * Away from journald the sentence goes to stderr, with the level in front as sd-daemon(3) has it.
 */
import { fstatSync } from 'node:fs';
import type { AgentEvent } from '../agent/agent-event.js';
import type { Notifier } from '../ports/notifier.js';
import { describeEvent, type Field } from './describe-event.js';
import { messageIds } from './message-ids.js';

/** The identifier of the agent's entries. */
export const IDENTIFIER = 'f2bd';

/** No field is longer (characters): the sender bounds what an attacker can make it write. */
const LONGEST_VALUE = 4096;

export interface EventSinks {
  /** Writes one entry to journald; undefined when stderr is to be used. May throw. */
  readonly send: ((fields: readonly Field[]) => void) | undefined;
  readonly stderr: (text: string) => void;
}

/** All fields of the entry that tells of the event. */
function entryOf(event: AgentEvent): readonly Field[] {
  const { priority, message, fields } = describeEvent(event);
  return [
    ['MESSAGE', message],
    ['MESSAGE_ID', messageIds[event.kind]],
    ['PRIORITY', String(priority)],
    ['SYSLOG_IDENTIFIER', IDENTIFIER],
    ['F2B_EVENT', event.kind],
    ...fields.map(([name, value]): Field => [name, value.slice(0, LONGEST_VALUE)]),
  ];
}

export function journalEvents({ send, stderr }: EventSinks): Notifier {
  function print(event: AgentEvent): void {
    const { priority, message } = describeEvent(event);
    stderr(`<${priority}>${message}\n`);
  }

  return {
    notify(event) {
      if (send === undefined) return print(event);
      try {
        send(entryOf(event));
      } catch {
        print(event);
      }
    },
  };
}

/** True when stderr is connected to journald: `$JOURNAL_STREAM` names its device and inode, systemd.exec(5). */
export function isJournalStream(environment: Readonly<Record<string, string | undefined>>, fd = 2): boolean {
  const stream = environment['JOURNAL_STREAM'];
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
