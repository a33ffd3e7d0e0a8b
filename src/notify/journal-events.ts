/**
 * The Notifier that writes each event as one structured journal entry; `f2bctl log` and journalctl read them back.
 * Away from journald the sentence goes to stderr, with the level in front as sd-daemon(3) has it. A journald that reads
 * nothing is waited for once and for a moment; from then on events wait, in order, and go at the pace at which it reads.
 */
import { fstatSync } from 'node:fs';
import type { AgentEvent } from '../agent/agent-event.js';
import { append } from '../core/append.js';
import type { BulkNotifier } from '../ports/notifier.js';
import { describeEvent, type Field } from './describe-event.js';
import { messageIds } from './message-ids.js';

/** The identifier of the agent's entries. */
export const IDENTIFIER = 'f2bd';

/** No field is longer (characters): the sender bounds what an attacker can make it write. */
const LONGEST_VALUE = 4096;

/** How long a journald that reads nothing is waited for, ms. */
const TIMEOUT = 200;

/** No more events wait; the oldest are dropped, and counted. Ten thousand bans at once are as many. */
const MOST_WAITING = 20_000;

/** The most entries that are put together before they are sent. */
const AT_ONCE = 64;

/** Of what waits, no more than about so many are sent before other work gets its turn. */
const MOST_IN_TURN = 1_000;

/** After so long what waits is tried again, ms: soon, and ever later while journald reads nothing. */
const RETRY = { first: 10, last: 1_000 };

export interface EventSinks {
  /**
   * Writes entries to journald in order, and tells how many it took: fewer when it read nothing for `timeout` ms, or one
   * failed. Throws when that is the first. Undefined when stderr is to be used.
   */
  readonly send: ((entries: readonly (readonly Field[])[], timeout: number) => number) | undefined;
  readonly stderr: (text: string) => void;
  /** Calls it after `pause` ms. */
  readonly later: (run: () => void, pause: number) => void;
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

export function journalEvents({ send, stderr, later }: EventSinks): BulkNotifier {
  const waiting: AgentEvent[] = [];
  let dropped = 0;
  let isBehind = false;
  let isDue = false;

  function print(event: AgentEvent): void {
    const { priority, message } = describeEvent(event);
    stderr(`<${priority}>${message}\n`);
  }

  function nextEntries(count: number): (readonly Field[])[] {
    const entries = waiting.slice(0, count).map(entryOf);
    return dropped > 0 ? [entryOfDropped(dropped), ...entries] : entries;
  }

  function taken(count: number): void {
    if (count === 0) return;
    waiting.splice(0, dropped > 0 ? count - 1 : count);
    dropped = 0;
  }

  /** Sends what waits until journald takes no more; how many it took. One that is behind is tried with one entry. */
  function sendWaiting(sender: NonNullable<typeof send>): number {
    const timeout = isBehind ? 0 : TIMEOUT;
    let sum = 0;
    for (let entries = nextEntries(isBehind ? 1 : AT_ONCE); entries.length > 0; entries = nextEntries(AT_ONCE)) {
      const count = sender(entries, timeout);
      taken(count);
      sum += count;
      if (count < entries.length || (isBehind && sum >= MOST_IN_TURN)) break;
    }
    return sum;
  }

  /** What cannot be sent goes to stderr. Returns whether journald took anything. */
  function tryToSend(sender: NonNullable<typeof send>): boolean {
    let count = 0;
    try {
      count = sendWaiting(sender);
    } catch {
      dropped = 0;
      for (const event of waiting.splice(0)) print(event);
    }
    isBehind = waiting.length > 0;
    return count > 0;
  }

  function tryLater(sender: NonNullable<typeof send>, pause: number): void {
    if (!isBehind || isDue) return;
    isDue = true;
    later(() => {
      isDue = false;
      const isRead = tryToSend(sender);
      tryLater(sender, isRead ? RETRY.first : Math.min(2 * pause, RETRY.last));
    }, pause);
  }

  function notifyAll(events: readonly AgentEvent[]): void {
    if (send === undefined) {
      events.forEach(print);
      return;
    }
    append(waiting, events);
    tryToSend(send);
    dropped += waiting.splice(0, Math.max(0, waiting.length - MOST_WAITING)).length;
    tryLater(send, RETRY.first);
  }

  return { notify: (event) => notifyAll([event]), notifyAll };
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
