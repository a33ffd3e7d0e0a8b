/**
 * Failures that spread over several lines of one session, told apart by the text of F-MLFID (`host sshd[4711]: `).
 * F-NOFAIL lines are remembered and charged with a later failure; failures without an address wait for one;
 * F-MLFGAINED clears them. A line that brings its own address replaces all that earlier lines said of address and id.
 * Bounded in number, in text kept and in time; the longest untouched session goes first.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Captures } from './captures.js';

/** A session nobody touched for this long is forgotten; sshd itself allows 120 s for a login. µs. */
const IDLE_TIME = 600 * MICROS_PER_SECOND;
const MAX_SESSIONS = 65_536;
/** Lines kept alive by captures, in characters over all sessions. */
const MAX_TEXT = 1 << 26;
/** Evidence and users of one session. */
const MAX_ITEMS = 100;

const addressGroups = ['ip4', 'ip6', 'dns', 'cidr', 'fid'] as const;
const ownAddressGroups = ['ip4', 'ip6', 'dns'] as const;
/** Flags of one line; they are not carried over to the next. */
const flagGroups = ['nofail', 'mlfgained', 'mlfforget'] as const;

/** What is known of a session so far. */
export interface Session {
  readonly captures: Captures;
  readonly users: Set<string>;
  /** The last line was no failure in itself. */
  harmless: boolean;
  /** A failure waits for an address. */
  pending: boolean;
  /** Cursors of the lines to charge. */
  evidence: string[];
  /** Cursors of harmless lines, charged with the next failure. */
  harmlessEvidence: string[];
  touchedAt: number;
  text: number;
}

/** A line's captures merged with its session. */
export interface Merged {
  readonly session: Session;
  readonly kind: 'failure' | 'harmless' | 'gained';
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  /** The latest time seen; lines may be out of order. */
  #now = 0;
  #text = 0;

  get size(): number {
    return this.#sessions.size;
  }

  /** Merges a line into its session. `evidence` are the cursors it stands for, `length` the text its captures keep. */
  merge(id: string, captures: Captures, evidence: readonly string[], at: number, length: number): Merged {
    const gained = isSet(captures, 'mlfgained');
    const forget = isSet(captures, 'mlfforget');
    const harmless = gained || isSet(captures, 'nofail');
    this.#now = Math.max(this.#now, at);
    const known = this.#take(id);
    const session = known ?? newSession();
    if (known !== undefined && gained) known.pending = false;
    if (known !== undefined && !known.harmless && !known.pending) known.evidence = [];
    const user = captures.get('user');
    const countsUser = known !== undefined || !forget;
    if (countsUser && typeof user === 'string' && user !== '' && session.users.size < MAX_ITEMS)
      session.users.add(user);
    overlay(session.captures, captures);
    // Attempts with several accounts, and failures that wait for an address, are failures whatever this line says.
    const failed = !harmless || session.pending || (countsUser && session.users.size > 1);
    session.pending = false;
    session.harmless = !failed;
    charge(session, evidence, failed, forget);
    if (!forget) this.#keep(id, session, length);
    if (failed) return { session, kind: 'failure' };
    return { session, kind: gained ? 'gained' : 'harmless' };
  }

  /** Takes the session out of the map; undefined when there is none or it has been idle for too long. */
  #take(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    this.#drop(id, session);
    return this.#now - session.touchedAt > IDLE_TIME ? undefined : session;
  }

  /** Puts the session last in line for being forgotten, and forgets what is too old or too much. */
  #keep(id: string, session: Session, length: number): void {
    session.touchedAt = this.#now;
    session.text += length;
    this.#text += session.text;
    this.#sessions.set(id, session);
    for (const [oldId, old] of this.#sessions) {
      const isTooMuch = this.#sessions.size > MAX_SESSIONS || this.#text > MAX_TEXT;
      if (!isTooMuch && this.#now - old.touchedAt <= IDLE_TIME) return;
      this.#drop(oldId, old);
    }
  }

  #drop(id: string, session: Session): void {
    this.#sessions.delete(id);
    this.#text -= session.text;
  }
}

function newSession(): Session {
  return {
    captures: new Map(),
    users: new Set(),
    harmless: false,
    pending: false,
    evidence: [],
    harmlessEvidence: [],
    touchedAt: 0,
    text: 0,
  };
}

function isSet(captures: Captures, name: string): boolean {
  const value = captures.get(name);
  return value !== undefined && value !== '';
}

function overlay(known: Captures, line: Captures): void {
  if (ownAddressGroups.some((name) => line.has(name))) for (const name of addressGroups) known.delete(name);
  for (const [name, value] of line) known.set(name, value);
  for (const name of flagGroups) known.delete(name);
}

function charge(session: Session, evidence: readonly string[], failed: boolean, forget: boolean): void {
  if (failed) {
    session.evidence = [...session.harmlessEvidence, ...session.evidence, ...evidence].slice(-MAX_ITEMS);
    session.harmlessEvidence = [];
  } else if (!forget) {
    session.harmlessEvidence = [...session.harmlessEvidence, ...evidence].slice(-MAX_ITEMS);
  }
}
