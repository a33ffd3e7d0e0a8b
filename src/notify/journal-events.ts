/**
 * The Notifier that writes each event as one structured journal entry; `f2bctl log` and journalctl read them back.
 * Away from journald the sentence goes to stderr, with the level in front as sd-daemon(3) has it. A journald that reads
 * nothing is waited for once and for a moment; from then on events wait, in order, and go at the pace at which it reads.
 */
import { fstatSync } from 'node:fs';
import type { AgentEvent } from '../agent/agent-event.js';
import { append } from '../core/append.js';
import type { BulkNotifier } from '../ports/notifier.js';
import { counted } from '../text/counted.js';
import { type Description, describeEvent, type Field } from './describe-event.js';
import { messageIds } from './message-ids.js';

/** The identifier of the agent's entries. */
export const IDENTIFIER = 'f2bd';

/** No field is longer (characters): the sender bounds what an attacker can make it write. */
const LONGEST_VALUE = 4096;

/** How long a journald that does not keep up is waited for, ms. */
const TIMEOUT = 200;

/** No more events wait; the oldest are dropped, and counted. Ten thousand bans at once make as many: ban and enforced. */
const MOST_WAITING = 20_000;

/** The most entries that are put together before they are sent. */
const AT_ONCE = 64;

/** Of what waits, no more than about so many are sent before other work gets its turn. */
const MOST_IN_TURN = 1_000;

/** So many events go between two notices of dropped ones, or a journald that takes little would get nothing else. */
const BETWEEN_NOTICES = 1_000;

/** Where journald fails, so many of those that wait are printed; the others are counted. */
const MOST_PRINTED = 100;

/** After so long what waits is tried again, ms: soon, and ever later while journald reads nothing. */
const RETRY = { first: 10, last: 1_000 };

export interface EventSinks {
  /**
   * Writes entries to journald in order, and tells how many it took: fewer when it took longer than `timeout` ms, or one
   * failed. Throws when that is the first. Undefined when stderr is to be used.
   */
  readonly send: ((entries: readonly (readonly Field[])[], timeout: number) => number) | undefined;
  readonly stderr: (text: string) => void;
  /** Calls it after `pause` ms. */
  readonly later: (run: () => void, pause: number) => void;
}

/** Sends, or prints, what it is told. */
export interface EventWriter extends BulkNotifier {
  /** Sends what waits, for the last time; what journald does not take is counted on stderr. */
  close(): void;
}

/** An event that cannot be described is told of as such: it keeps back no other. */
function described(event: AgentEvent): Description {
  try {
    return describeEvent(event);
  } catch {
    return {
      priority: 3,
      message: `${event.kind}: this event cannot be described, a bug in f2b: report it`,
      fields: [],
    };
  }
}

/** All fields of the entry that tells of the event. */
function entryOf(event: AgentEvent): readonly Field[] {
  const { priority, message, fields } = described(event);
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
  const message = `${counted(count, 'event')} before this ${count === 1 ? 'is' : 'are'} missing: journald read too little for too long`;
  return [
    ['MESSAGE', message],
    ['PRIORITY', '4'],
    ['SYSLOG_IDENTIFIER', IDENTIFIER],
  ];
}

/** With the level in front. */
function sentenceOf(event: AgentEvent): string {
  const { priority, message } = described(event);
  return `<${priority}>${message}\n`;
}

/** Some of them by their sentences, the others, and those that were dropped, by their number. */
function printSome(events: readonly AgentEvent[], dropped: number, stderr: EventSinks['stderr']): void {
  for (const event of events.slice(0, MOST_PRINTED)) stderr(sentenceOf(event));
  const more = Math.max(0, events.length - MOST_PRINTED) + dropped;
  if (more > 0) stderr(`<4>${more} more events could not be written to journald\n`);
}

/** How many events were dropped and not told of yet, and when that is next. */
function createDropped() {
  let count = 0;
  let sentSince = BETWEEN_NOTICES;
  return {
    get count() {
      return count;
    },
    add(events: number) {
      count += events;
    },
    sent(events: number) {
      sentSince += events;
    },
    /** `waiting`: the events that would go instead. */
    isToldNext: (waiting: number) => count > 0 && (sentSince >= BETWEEN_NOTICES || waiting === 0),
    /** Returns how many. */
    told() {
      const all = count;
      count = 0;
      sentSince = 0;
      return all;
    },
  };
}

export function journalEvents({ send, stderr, later }: EventSinks): EventWriter {
  const waiting: AgentEvent[] = [];
  const dropped = createDropped();
  let isBehind = false;
  let isDue = false;

  function nextEntries(count: number): (readonly Field[])[] {
    const entries = waiting.slice(0, count).map(entryOf);
    return dropped.isToldNext(waiting.length) ? [entryOfDropped(dropped.count), ...entries] : entries;
  }

  function taken(count: number): void {
    if (count === 0) return;
    const hasNotice = dropped.isToldNext(waiting.length);
    if (hasNotice) dropped.told();
    const events = hasNotice ? count - 1 : count;
    waiting.splice(0, events);
    dropped.sent(events);
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
      printSome(waiting.splice(0), dropped.told(), stderr);
    }
    isBehind = waiting.length > 0 || dropped.count > 0;
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
      for (const event of events) stderr(sentenceOf(event));
      return;
    }
    append(waiting, events);
    tryToSend(send);
    dropped.add(waiting.splice(0, Math.max(0, waiting.length - MOST_WAITING)).length);
    tryLater(send, RETRY.first);
  }

  function close(): void {
    // It is waited for once more.
    isBehind = false;
    if (send !== undefined) tryToSend(send);
    printSome(waiting.splice(0), dropped.told(), stderr);
  }

  return { notify: (event) => notifyAll([event]), notifyAll, close };
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
