/**
 * Programs cut their messages off at a length of their own. Whoever chooses a part of one can push its true end over
 * that edge and write another end before it. This file tells which messages may have lost their end.
 */
import type { Line } from '../filter.js';

/** What journald breaks the lines of a program's standard output at: LineMax= of journald.conf(5). Bytes. */
export const LINE_MAX = 49_152;

/** For filters that do not say so, fail2ban's among them. Bytes, or a little less where a date is counted along. */
const limits: ReadonlyMap<string, number> = new Map([
  // log.c: syslog(pri, "%.500s", …)
  ['sshd', 500],
  ['sshd-session', 500],
  ['sshd-auth', 500],
  // ngx_log.h: NGX_MAX_ERROR_STR 2048, with the date
  ['nginx', 2000],
  // httpd.h: MAX_STRING_LEN 8192, with the date
  ['apache', 8000],
  ['apache2', 8000],
  ['httpd', 8000],
  // msg_syslog.c: MSG_SYSLOG_RECLEN
  ['postfix', 2000],
  // failures.c: PIPE_BUF, with what stands before the text
  ['dovecot', 4000],
]);

/** `HOST PROGRAM/PART[PID]: `, as the journal's lines begin. */
const prefix = /^(?:\S+ )?([^\s:[\]/]+)(?:\/[^\s:[\]]*)?(?:\[\d+\])?: /;
/** No prefix is longer; host names and identifiers have 255 characters at most. */
const MAX_PREFIX = 600;

/** Streams remembered whose line was broken. journald has at most 4096 (journald-stream.c). */
const MAX_BROKEN = 10_000;

/** A line's message: whole as far as is known, perhaps cut off at its end, or the rest of the line before it. */
export type Completeness = 'whole' | 'cut' | 'rest';

/** What has to be known of the filter. */
export interface LimitedFilter {
  readonly name: string;
  readonly messagelimit: number | undefined;
}

/**
 * Tells how complete the messages of one filter are. State is whose line was broken last. Pieces are not put together:
 * journald writes no entry for a rest that is empty, so what looks like the rest may be the next line.
 */
export class LineEnds {
  readonly #filter: LimitedFilter;
  readonly #broken = new Set<number>();

  constructor(filter: LimitedFilter) {
    this.#filter = filter;
  }

  /** Whether the rest of a line may still come. */
  get hasBroken(): boolean {
    return this.#broken.size > 0;
  }

  /** Of the lines that are not whole. */
  ofAll(lines: readonly Line[]): ReadonlyMap<Line, Completeness> {
    const ends = new Map<Line, Completeness>();
    for (const line of lines) {
      const end = this.of(line);
      if (end !== 'whole') ends.set(line, end);
    }
    return ends;
  }

  of(line: Line): Completeness {
    const isBroken = line.messageEnd?.isBroken === true;
    const follows = (isBroken || this.#broken.size > 0) && this.#follows(line, isBroken);
    if (follows || line.messageEnd?.isRest) return 'rest';
    return mayBeCut(line, this.#filter) ? 'cut' : 'whole';
  }

  /** Knows nothing of the lines so far. */
  reset(): void {
    this.#broken.clear();
  }

  /** Whether the line goes on with one that was broken. */
  #follows({ stream }: Line, isBroken: boolean): boolean {
    if (stream === undefined) return false;
    const isRest = this.#broken.delete(stream);
    if (isBroken) this.#broken.add(stream);
    const [oldest] = this.#broken.size > MAX_BROKEN ? this.#broken : [];
    if (oldest !== undefined) this.#broken.delete(oldest);
    return isRest;
  }
}

function mayBeCut(line: Line, { name, messagelimit }: LimitedFilter): boolean {
  const { messageEnd } = line;
  if (messageEnd?.isBroken || messageEnd?.isCut) return true;
  const length = line.terminated === undefined ? line.text.length : line.terminated.length - 1;
  const stripped = messageEnd?.stripped ?? 0;
  // A UTF-16 unit has at most three bytes.
  if (length * (line.isAscii === true ? 1 : 3) + stripped < (messagelimit ?? SHORTEST)) return false;
  const { text } = line;
  const program = prefix.exec(text.slice(0, MAX_PREFIX));
  const limit = messagelimit ?? limitOf(program?.[1] ?? name);
  return bytesFrom(text, program?.[0].length ?? 0) + stripped >= limit;
}

const SHORTEST = Math.min(...limits.values());

/** `name` is a program's or a filter's, such as nginx-http-auth. */
function limitOf(name: string): number {
  return limits.get(name) ?? limits.get(name.split('-')[0] ?? '') ?? LINE_MAX;
}

/** Length in UTF-8. What is not UTF-8 in the journal counts for more, never for less. */
function bytesFrom(text: string, start: number): number {
  let bytes = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Two units of a pair have four bytes together.
    if (unit < 0x80) bytes += 1;
    else bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return bytes;
}
