/**
 * The Notifier that writes each event as one structured journal entry; `f2bctl log` and journalctl read them back.
 * Away from journald the sentence goes to stderr, with the level in front as sd-daemon(3) has it. A journald that reads
 * nothing is waited for once and for a moment; from then on events wait, in order, until it reads again.
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

/** How long a journald that reads nothing is waited for, ms. */
const PATIENCE = 200;

/** No more events wait; the oldest are dropped, and counted. */
const MOST_WAITING = 1_000;

export interface EventSinks {
  /**
   * Writes one entry to journald, and waits for it for `patience` ms at most: false when that was not enough. Undefined when
   * stderr is to be used. May throw.
   */
  readonly send: ((fields: readonly Field[], patience: number) => boolean) | undefined;
  readonly stderr: (text: string) => void;
  /** Calls it after a while. */
  readonly later: (run: () => void) => void;
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

function entryOfDropped(count: number): readonly Field[] {
  const message = `${count} events are missing here: journald read nothing for too long`;
  return [
    ['MESSAGE', message],
    ['PRIORITY', '4'],
    ['SYSLOG_IDENTIFIER', IDENTIFIER],
  ];
}

export function journalEvents({ send, stderr, later }: EventSinks): Notifier {
  const waiting: AgentEvent[] = [];
  let dropped = 0;
  let isStalled = false;

  function print(event: AgentEvent): void {
    const { priority, message } = describeEvent(event);
    stderr(`<${priority}>${message}\n`);
  }

  /** False when journald reads nothing. */
  function sendAll(sender: NonNullable<typeof send>): boolean {
    const patience = isStalled ? 0 : PATIENCE;
    if (dropped > 0) {
      if (!sender(entryOfDropped(dropped), patience)) return false;
      dropped = 0;
    }
    for (let event = waiting[0]; event !== undefined; event = waiting[0]) {
      if (!sender(entryOf(event), patience)) return false;
      waiting.shift();
    }
    return true;
  }

  function tryToSend(sender: NonNullable<typeof send>): void {
    const wasStalled = isStalled;
    try {
      isStalled = !sendAll(sender);
    } catch {
      isStalled = false;
      dropped = 0;
      for (const event of waiting.splice(0)) print(event);
    }
    if (isStalled && !wasStalled) tryLater(sender);
  }

  function tryLater(sender: NonNullable<typeof send>): void {
    later(() => {
      tryToSend(sender);
      if (isStalled) tryLater(sender);
    });
  }

  return {
    notify(event) {
      if (send === undefined) return print(event);
      waiting.push(event);
      if (waiting.length > MOST_WAITING) {
        waiting.shift();
        dropped += 1;
      }
      tryToSend(send);
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
