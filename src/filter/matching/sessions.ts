/**
 * Failures that spread over several lines of one session, told apart by the text of F-MLFID (`host sshd[4711]: `).
 * F-NOFAIL lines are remembered and charged with a later failure; failures without an address wait for one;
 * F-MLFGAINED clears them; an F-ONCE line is no failure once its session has had one. A line with another address than
 * its session's begins the session anew: PIDs are used again, and nobody is charged with what others did.
 * Sessions are bounded in number, in text kept and in time; one that was not touched for long goes first.
 */
import { MICROS_PER_SECOND } from '../../core/time.js';
import { type Capture, type Captures, captureText, fillIn, type OwnCaptures, place } from './captures.js';
import { type Evidence, joinEvidence } from './evidence.js';
import { nameDifferently } from './identity.js';
import { isSameName } from './same-name.js';
import { copyOf, SharedLists } from './shared-lists.js';

/** A session nobody touched for this long is forgotten; sshd itself allows 120 s for a login. µs. */
const IDLE_TIME = 600 * MICROS_PER_SECOND;
const MAX_SESSIONS = 65_536;
/** Lines kept alive by captures, in characters over all sessions. */
const MAX_TEXT = 1 << 26;
/** Ways to end that one session remembers. */
const MAX_ENDS = 10;
/** Users of one session. */
const MAX_USERS = 100;

const { nofail, mlfgained, mlfforget, once, tried, answer, content, mlfid } = place;
/** What is of one line alone: its flags, and texts that would keep all of it in memory. */
const ownPlaces = [nofail, mlfgained, mlfforget, once, tried, answer, content, mlfid];

const none: readonly string[] = [];

/** What is known of a session so far. The lists are replaced, never changed. */
export interface Session {
  captures: Captures;
  users: readonly string[];
  /** What the last line means. */
  meaning: Meaning;
  /** A failure of it was told. */
  hasFailed: boolean;
  /** Texts of its F-ONCE lines, the last failure's and those since. */
  ends: readonly string[];
  /** Text of F-ONCE in the last line. */
  lastEnd: string | undefined;
  /** A failure waits for an address. */
  isPending: boolean;
  /** Cursors of the lines to charge. */
  evidence: Evidence;
  /** Cursors of harmless lines, charged with the next failure. */
  harmlessEvidence: Evidence;
  touchedAt: number;
  /** The `touchedAt` with which it stands in line for being forgotten. */
  queuedAt: number;
  /** Characters of the lines it holds captures of. */
  text: number;
}

/** What a line means for its session, and so what is to be made of it. */
export type Meaning = 'failure' | 'harmless' | 'gained';

/** What one line brings to its session. */
export interface SessionLine {
  /** They become the session's. */
  readonly captures: OwnCaptures;
  /** Cursors of the lines it stands for. */
  readonly evidence: Evidence;
  readonly at: number;
  /** Length of the text that its captures keep alive. */
  readonly length: number;
}

export class Sessions {
  /** Those queued longest come first. */
  readonly #sessions = new Map<string, Session>();
  /** Goes through the sessions; what is before it has been forgotten or queued anew. */
  #queue = this.#sessions.entries();
  /** What came out of the queue last, next to be forgotten. */
  #front: [string, Session] | undefined;
  /** The latest time seen; lines may be out of order. */
  #now = 0;
  #text = 0;
  readonly #lists = new SharedLists();

  get size(): number {
    return this.#sessions.size;
  }

  /** Merges a line into its session, whose `meaning` is then the line's. */
  merge(id: string, line: SessionLine): Session {
    this.#now = Math.max(this.#now, line.at);
    const known = this.#find(id, line.captures);
    const isForgotten = isSet(line.captures[place.mlfforget]);
    const session = known ?? newSession();
    session.meaning = mergeLine(session, line, known !== undefined || !isForgotten, this.#lists);
    if (!isForgotten) this.#keep(known === undefined ? copyOf(id) : id, session, line.length, known === undefined);
    else if (known !== undefined) this.#drop(id, known);
    return session;
  }

  /** Undefined when there is none; one that has been idle for too long, or was somebody else's, is dropped. */
  #find(id: string, captures: Captures): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    if (!this.#isIdle(session.touchedAt) && !nameDifferently(session.captures, captures)) return session;
    this.#drop(id, session);
    return undefined;
  }

  #keep(id: string, session: Session, length: number, isNew: boolean): void {
    session.touchedAt = this.#now;
    session.text += length;
    this.#text += length;
    if (isNew) this.#enqueue(id, session);
    this.#forget();
  }

  #enqueue(id: string, session: Session): void {
    session.queuedAt = session.touchedAt;
    this.#sessions.set(id, session);
  }

  /** Forgets what is too old or too much. What was touched since it was queued is queued anew, once its turn comes. */
  #forget(): void {
    for (let front = this.#next(); front !== undefined; front = this.#next()) {
      const [id, session] = front;
      const isTooMuch = this.#sessions.size > MAX_SESSIONS || this.#text > MAX_TEXT;
      if (!isTooMuch && !this.#isIdle(session.queuedAt)) return;
      const isTouched = session.touchedAt > session.queuedAt && !this.#isIdle(session.touchedAt);
      this.#drop(id, session);
      if (!isTouched) continue;
      this.#text += session.text;
      this.#enqueue(id, session);
    }
  }

  #next(): [string, Session] | undefined {
    if (this.#front !== undefined) return this.#front;
    let { value, done } = this.#queue.next();
    if (done) {
      // An iterator that has come to the end stays there.
      this.#queue = this.#sessions.entries();
      ({ value, done } = this.#queue.next());
    }
    this.#front = done ? undefined : value;
    return this.#front;
  }

  #isIdle(touchedAt: number): boolean {
    return this.#now - touchedAt > IDLE_TIME;
  }

  #drop(id: string, session: Session): void {
    this.#sessions.delete(id);
    this.#text -= session.text;
    if (this.#front?.[1] === session) this.#front = undefined;
  }
}

function newSession(): Session {
  return {
    captures: [],
    users: none,
    meaning: 'harmless',
    hasFailed: false,
    ends: none,
    lastEnd: undefined,
    isPending: false,
    evidence: undefined,
    harmlessEvidence: undefined,
    touchedAt: 0,
    queuedAt: 0,
    text: 0,
  };
}

/** `lasts`: the session was known before or will be kept, so that its users are collected. */
function mergeLine(session: Session, { captures, evidence }: SessionLine, lasts: boolean, lists: SharedLists): Meaning {
  const isGained = isSet(captures[place.mlfgained]);
  const isHarmless = isGained || isSet(captures[place.nofail]);
  const isForgotten = isSet(captures[place.mlfforget]);
  if (isGained) session.isPending = false;
  // After a failure that was told its lines are spent; a new one begins.
  if (session.meaning === 'failure' && !session.isPending) {
    session.evidence = undefined;
    session.hasFailed = true;
    session.ends = session.lastEnd === undefined ? none : lists.of(session.lastEnd);
  }
  if (lasts) addUser(session, captures[place.user], lists);
  const isCounted = isCountedAlready(session, captureText(captures[place.once]), lists);
  mergeCaptures(session.captures, captures);
  session.captures = captures;
  // Attempts with several accounts, and failures that wait for an address, are failures whatever this line says.
  const isFailure = !isCounted && (!isHarmless || session.isPending || (lasts && session.users.length > 1));
  session.isPending = false;
  if (isFailure) {
    session.evidence = joinEvidence(joinEvidence(session.harmlessEvidence, session.evidence), evidence);
    session.harmlessEvidence = undefined;
  } else if (!isForgotten) {
    session.harmlessEvidence = joinEvidence(session.harmlessEvidence, evidence);
  }
  if (isFailure) return 'failure';
  return isGained ? 'gained' : 'harmless';
}

/**
 * What fails, ends in each way once: the same end again, with no failure in between, is that of another session or
 * attempt, whose beginning went unseen.
 */
function isCountedAlready(session: Session, end: string | undefined, lists: SharedLists): boolean {
  session.lastEnd = undefined;
  if (end === undefined || end === '') return false;
  const only = lists.of(end);
  session.lastEnd = only[0];
  const isAnother = session.ends.includes(end);
  if (isAnother) session.hasFailed = false;
  session.ends = isAnother || session.ends.length === 0 ? only : [...session.ends, end].slice(-MAX_ENDS);
  return session.hasFailed;
}

function isSet(capture: Capture | undefined): boolean {
  return capture !== undefined && capture !== '';
}

function addUser(session: Session, capture: Capture | undefined, lists: SharedLists): void {
  const user = captureText(capture);
  if (user === undefined || user === '') return;
  if (session.users.includes(user) || session.users.some((known) => isSameName(known, user))) return;
  if (session.users.length >= MAX_USERS) return;
  session.users = session.users.length === 0 ? lists.of(user) : [...session.users, user];
}

/** Adds to the captures of a line what is known from the lines before; what is its own does not stay. */
function mergeCaptures(known: Captures, line: OwnCaptures): void {
  fillIn(line, known);
  for (const at of ownPlaces) line[at] = undefined;
}
