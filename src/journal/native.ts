/**
 * The binding to f2b-journal.so (src/journal/native): the only file that knows ffi-napi.
 * Main thread only, one call a batch; failures arrive as F2bError with the errno's name.
 */
import { constants, endianness } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import ffi from 'ffi-napi';
import { F2bError } from '../errors.js';
import type { NameOwner } from '../ports/firewall-lock.js';
import type { ProgramEnding, Programs } from '../ports/programs.js';
import { encodeEntries, type SentEntry } from './sent-entries.js';

const { errno } = constants;

/** The smallest buffer that holds any entry: MIN_BUFFER of f2b-journal.h. */
export const DRAIN_BUFFER_SIZE = 1 << 20;

/** What `drain` is asked for; the values are those of `enum drain_flags`. */
export const drainFlags = { backwards: 1, cursors: 2 } as const;

/** The values are those of `enum open_flags`. */
const openFlags = { users: 1, toFollow: 2, machine: 4 } as const;

/** What `process` found changed; the values are those of `enum changes`. */
export const changes = {
  /** The library was told of something. */
  told: 1,
  /** Files came or went. */
  files: 2,
  /** The journal lies in other folders than when it was opened: what is written there is not seen. */
  place: 4,
} as const;

/** An open journal: a pointer, as ffi-napi hands numbers of 64 bits over. */
export type Handle = number | string;

export interface OpenArguments {
  readonly directory?: string;
  readonly namespace?: string;
  /** The directory is the one of a machine's journal, as journald writes it. */
  readonly ofMachine?: boolean;
  /** Of the directory, the files that systemd-journal-remote keeps of this host alone. */
  readonly host?: string;
  /** The journals of users too, and not only that of the system. Of any other directory all files are read anyway. */
  readonly users: boolean;
  /** It will be followed, also when it moves to other folders. */
  readonly toFollow?: boolean;
  /** Names of the fields that records are to carry. */
  readonly fields: readonly string[];
}

/** The C functions with their numbers checked. Every method but `close` throws JOURNAL_FAILED. */
export interface JournalLibrary extends Programs {
  open(from: OpenArguments): Handle;
  close(journal: Handle): void;
  /** Adds a term `FIELD=value`; an empty one starts the next alternative. */
  match(journal: Handle, term: string): void;
  /** Adds a term that must hold beside whichever alternative; to be called after all of them. */
  restrict(journal: Handle, term: string): void;
  /** All values `field` has in the journal's files. */
  unique(journal: Handle, field: string): string[];
  seekHead(journal: Handle): void;
  seekTail(journal: Handle): void;
  /** µs since the epoch. */
  seekRealtime(journal: Handle, usec: number): void;
  /** True when the entry of the cursor exists; reading goes on after it. */
  seekCursor(journal: Handle, cursor: string): boolean;
  /** The entry the journal stands on is delivered by the next `drain`. */
  again(journal: Handle): void;
  /**
   * Makes the forward drains up to the present end several times faster, if the journal allows it. To be called when
   * an entry was delivered and many are to come. False when it does not.
   */
  hasten(journal: Handle): boolean;
  /** True when there is an entry for the next forward `drain`. */
  peek(journal: Handle): boolean;
  /** Fills the buffer with records (decode.ts); returns the bytes used, 0 at the end. */
  drain(journal: Handle, limit: number, flags: number, buffer: Buffer): number;
  /** The same on a thread of Node's pool; the journal must be left alone until it is done. */
  drainAside(journal: Handle, limit: number, flags: number, buffer: Buffer): Promise<number>;
  /** Starts wake-ups; returns the descriptor of a pipe that turns readable, which the caller closes. */
  watch(journal: Handle): number;
  /** Entries are expected soon: for some seconds wake-ups come before journald tells. */
  expect(journal: Handle): void;
  /**
   * Takes in what changed and asks for the next wake-up; returns `changes`. With `look` it finds out by itself whether
   * the place did.
   */
  process(journal: Handle, look?: boolean): number;
  /** The errno that says why changes wake nobody; 0 when they do. */
  unwatched(journal: Handle): number;
  /** From now on wake-ups come by time; `reason` is the errno that says why. */
  lookByTime(journal: Handle, reason: number): void;
  /**
   * Sends structured entries to journald, in order. Returns how many it took: fewer than all when it took longer than
   * `timeout` ms for them, or when one failed; that one throws when it is the first. Without `timeout` it is waited for.
   */
  send(entries: readonly SentEntry[], timeout?: number): number;
  /** The same without ever waiting, of lines `FIELD=value`; false when journald takes none. */
  sendAtOnce(lines: readonly string[]): boolean;
  /** Becomes a user for good, with the group (by default the user's own) and one more if it exists. */
  become(uid: number, gid?: number, also?: string): void;
  /** The first byte of an open file from `from` on that is in no hole, see lseek(2); the end of the file if there is none. */
  nextData(fd: number, from: number): number;
  /** The pages of journal files that were read no longer count as this process's; they come back as they are read. */
  letPagesGo(): void;
  /**
   * The kernel has back what was freed, and what was read of journals, of the program's code and of libraries no longer
   * counts as this process's: it comes back as it is used.
   */
  giveBack(): void;
  /** sd_notify(3). */
  notify(state: string): void;
  /** µs within which WATCHDOG=1 is due; undefined when no watchdog is set. */
  watchdog(): number | undefined;
  /**
   * Takes a name that one process of the network namespace can have; the descriptor keeps it until the caller closes it.
   * Undefined when another has it and does not say who he is, or nobody can.
   */
  lockName(name: string): NameOwner | undefined;
  /** Lets go who asked whose the name is. */
  answerLock(fd: number): void;
}

function load(path: string) {
  try {
    return ffi.Library(path, {
      f2b_open: ['int', ['string', 'string', 'string', 'uint32', 'string', 'byte*']],
      f2b_close: ['void', ['uint64']],
      f2b_match: ['int', ['uint64', 'byte*', 'uint32']],
      f2b_restrict: ['int', ['uint64', 'string']],
      f2b_unique: ['int', ['uint64', 'string', 'byte*', 'uint32']],
      f2b_seek_head: ['int', ['uint64']],
      f2b_seek_tail: ['int', ['uint64']],
      f2b_seek_realtime: ['int', ['uint64', 'uint64']],
      f2b_seek_cursor: ['int', ['uint64', 'string']],
      f2b_again: ['void', ['uint64']],
      f2b_hasten: ['int', ['uint64']],
      f2b_peek: ['int', ['uint64']],
      f2b_drain: ['int', ['uint64', 'uint32', 'uint32', 'byte*', 'uint32']],
      f2b_watch: ['int', ['uint64', 'byte*']],
      f2b_expect: ['void', ['uint64']],
      f2b_process: ['int', ['uint64', 'uint32']],
      f2b_unwatched: ['int', ['uint64']],
      f2b_look_by_time: ['int', ['uint64', 'int']],
      f2b_send: ['int', ['byte*', 'uint32', 'uint32']],
      f2b_send_at_once: ['int', ['string']],
      f2b_notify: ['int', ['string']],
      f2b_become: ['int', ['uint32', 'uint32', 'string']],
      f2b_watchdog: ['int', ['byte*']],
      f2b_lock_name: ['int', ['string', 'byte*', 'byte*', 'byte*']],
      f2b_answer_lock: ['void', ['int']],
      f2b_next_data: ['int64', ['int', 'int64']],
      f2b_let_pages_go: ['void', []],
      f2b_give_back: ['void', []],
      f2b_spawn: ['int', ['byte*', 'uint32', 'byte*', 'uint32', 'string', 'uint32', 'byte*']],
      f2b_reap: ['int', ['int', 'byte*', 'byte*']],
    });
  } catch (cause) {
    throw new F2bError('JOURNAL_LIBRARY', path, { cause });
  }
}

/** Passes results on; a negative errno becomes an F2bError that names `task`, with `hint` if there is a better one. */
function checked(result: number, task: string, hint?: string): number {
  if (result >= 0) return result;
  if (result === -errno.ETIME) throw new F2bError('JOURNAL_FAILED', `${task}: it takes too long`);
  const [name, text] = getSystemErrorMap().get(result) ?? ['error', `errno ${-result}`];
  throw new F2bError('JOURNAL_FAILED', `${task}: ${text} (${name})`, hint === undefined ? {} : { hint });
}

/** `path`: where f2b-journal.so is. Throws JOURNAL_LIBRARY. */
export function openLibrary(path: string): JournalLibrary {
  const c = load(path);
  const number = Buffer.alloc(8);

  function unique(journal: Handle, field: string): string[] {
    for (let buffer = Buffer.alloc(64 * 1024); ; ) {
      const used = checked(c.f2b_unique(journal, field, buffer, buffer.length), `list the values of ${field}`);
      if (used <= buffer.length) return buffer.toString('utf8', 0, used).split('\n').slice(0, -1);
      buffer = Buffer.alloc(2 * used);
    }
  }

  function drainAside(journal: Handle, limit: number, flags: number, buffer: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      c.f2b_drain.async(journal, limit, flags, buffer, buffer.length, (error: unknown, used: number) => {
        try {
          if (error) throw error;
          resolve(checked(used, 'read'));
        } catch (cause) {
          reject(cause);
        }
      });
    });
  }

  return {
    unique,
    drainAside,
    open({ directory = '', namespace = '', host = '', ofMachine = false, users, toFollow = false, fields }) {
      const names = fields.map((field) => `${field}\n`).join('');
      const machine = ofMachine || host !== '' ? openFlags.machine : 0;
      const withUsers = users && host === '' ? openFlags.users : 0;
      const flags = withUsers | (toFollow ? openFlags.toFollow : 0) | machine;
      checked(
        c.f2b_open(directory, namespace, host, flags, names, number),
        `open ${directory || namespace || 'the journal of this machine'}`,
        directory === '' ? undefined : 'name a folder that holds journal files, such as /var/log/journal',
      );
      return Number(number.readBigUInt64LE());
    },
    close: (journal) => c.f2b_close(journal),
    match(journal, term) {
      const bytes = Buffer.from(term);
      checked(c.f2b_match(journal, bytes, bytes.length), `match ${term}`);
    },
    restrict: (journal, term) => void checked(c.f2b_restrict(journal, term), `match ${term}`),
    seekHead: (journal) => void checked(c.f2b_seek_head(journal), 'seek the head'),
    seekTail: (journal) => void checked(c.f2b_seek_tail(journal), 'seek the tail'),
    seekRealtime: (journal, usec) => void checked(c.f2b_seek_realtime(journal, usec), 'seek a time'),
    seekCursor: (journal, cursor) => checked(c.f2b_seek_cursor(journal, cursor), 'seek a cursor') > 0,
    again: (journal) => c.f2b_again(journal),
    hasten: (journal) => checked(c.f2b_hasten(journal), 'read in bulk') > 0,
    peek: (journal) => checked(c.f2b_peek(journal), 'look for the next entry') > 0,
    drain: (journal, limit, flags, buffer) =>
      checked(c.f2b_drain(journal, limit, flags, buffer, buffer.length), 'read'),
    ...changeFunctions(c, number),
    ...serviceFunctions(c, number),
    ...lockFunctions(c),
    ...programFunctions(c),
  };
}

type Functions = ReturnType<typeof load>;

/** What has to do with following; `number` is room for a result. */
function changeFunctions(c: Functions, number: Buffer) {
  return {
    watch(journal) {
      checked(c.f2b_watch(journal, number), 'watch for new entries');
      return number.readInt32LE();
    },
    expect: (journal) => c.f2b_expect(journal),
    process: (journal, look = false) => checked(c.f2b_process(journal, look ? 1 : 0), 'follow changed files'),
    unwatched: (journal) => c.f2b_unwatched(journal),
    lookByTime: (journal, reason) => void checked(c.f2b_look_by_time(journal, reason), 'look by time'),
  } satisfies Partial<JournalLibrary>;
}

function lockFunctions(c: Functions) {
  return {
    lockName(name): NameOwner | undefined {
      const [fd, uid, pid] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.alloc(4)];
      const result = c.f2b_lock_name(name, fd, uid, pid);
      if (result < 0) return undefined;
      if (result > 0) return { kind: 'own', fd: inHostOrder(fd) };
      return { kind: 'other', uid: inHostOrder(uid), pid: inHostOrder(pid) };
    },
    answerLock: (fd) => c.f2b_answer_lock(fd),
  } satisfies Partial<JournalLibrary>;
}

function programFunctions(c: Functions): Programs {
  return {
    startProgram: ({ argv, environment, group, hasInput }) =>
      new Promise((resolve, reject) => {
        const fds = new Int32Array(2);
        const room = Buffer.from(fds.buffer);
        const [words, variables] = [strings(argv), strings(environment)];
        const [argc, count, withInput] = [argv.length, environment.length, hasInput ? 1 : 0];
        const answer = (error: unknown, pid: number) => {
          if (error) return reject(error);
          if (pid < 0) return resolve(errnoName(-pid));
          const [input = -1, output = -1] = fds;
          resolve({ pid, input: hasInput ? input : undefined, output });
        };
        c.f2b_spawn.async(words, argc, variables, count, group ?? '', withInput, room, answer);
      }),
    programEnding(pid): ProgramEnding | undefined {
      const numbers = new Int32Array(2);
      const room = Buffer.from(numbers.buffer);
      if (checked(c.f2b_reap(pid, room.subarray(0, 4), room.subarray(4)), `wait for process ${pid}`) === 0)
        return undefined;
      const [status = -1, signal = -1] = numbers;
      return signal < 0 ? { kind: 'ended', status } : { kind: 'killed', signal };
    },
  };
}

/** Those of libuv are fewer. */
function errnoName(number: number): string {
  return Object.entries(errno).find(([, value]) => value === number)?.[0] ?? `errno ${number}`;
}

/** As C has them; one cannot hold a NUL. */
function strings(texts: readonly string[]): Buffer {
  return Buffer.from(texts.map((text) => `${text.replaceAll('\0', '')}\0`).join(''));
}

function inHostOrder(number: Buffer): number {
  return endianness() === 'LE' ? number.readUInt32LE() : number.readUInt32BE();
}

/** What is told to journald and to the service manager. */
function serviceFunctions(c: Functions, number: Buffer) {
  return {
    send(entries, timeout = 0xffff_ffff) {
      const data = encodeEntries(entries);
      return checked(c.f2b_send(data, data.length, timeout), 'write an entry');
    },
    sendAtOnce: (lines) => c.f2b_send_at_once(lines.map((line) => `${line}\n`).join('')) === 0,
    become: (uid, gid = 0xffff_ffff, also = '') => void checked(c.f2b_become(uid, gid, also), `become the user ${uid}`),
    letPagesGo: () => c.f2b_let_pages_go(),
    giveBack() {
      c.f2b_let_pages_go();
      c.f2b_give_back();
    },
    nextData: (fd, from) => Number(c.f2b_next_data(fd, from)),
    notify: (state) => void checked(c.f2b_notify(state), 'notify the service manager'),
    watchdog: () =>
      checked(c.f2b_watchdog(number), 'ask for the watchdog') > 0 ? Number(number.readBigUInt64LE()) : undefined,
  } satisfies Partial<JournalLibrary>;
}
