/** Shows text on a terminal through the pager that journalctl(1) would take. */
import { type ChildProcess, spawn } from 'node:child_process';
import { booleanWord } from '../../core/boolean-word.js';
import { shellWords } from '../../core/shell-words.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Pager {
  /** False when it has enough for now. */
  write(piece: string | Uint8Array): boolean;
  /** Resolves when it takes more; with false when nobody reads on. */
  wantsMore(): Promise<boolean>;
  /** Resolves when the person has seen enough. */
  close(): Promise<void>;
}

export interface PagerOptions {
  /** It begins with the end of the text. */
  readonly isAtEnd?: boolean;
}

/** Of Debian's alternatives, the good one, and the one that is everywhere. */
const USUAL = [['pager'], ['less'], ['more']];
/** The only one that lets nothing be run from within. */
const SECURE = [['less']];

/** See "SYSTEMD_PAGER" and "SYSTEMD_PAGERSECURE" in journalctl(1); `cat` and nothing mean none. */
function commandsOf(environment: Environment): readonly (readonly string[])[] {
  const wanted = environment['SYSTEMD_PAGER'] ?? environment['PAGER'];
  const { words } = shellWords(wanted ?? '');
  if (wanted !== undefined && (words.length === 0 || words.join(' ') === 'cat')) return [];
  if (isSecure(environment)) return SECURE;
  return wanted === undefined ? USUAL : [words, ...USUAL];
}

/** Whether nothing may be run from within; undefined when that is not said. */
function isSecure({ SYSTEMD_PAGERSECURE = '' }: Environment): boolean | undefined {
  return booleanWord(SYSTEMD_PAGERSECURE);
}

/** journalctl's own options; no commands from within unless that is asked for, as root may be the one who reads. */
function settings(environment: Environment, { isAtEnd = false }: PagerOptions): NodeJS.ProcessEnv {
  const { LESSSECURE: _, ...others } = environment;
  return {
    ...others,
    LESS: `${environment['SYSTEMD_LESS'] ?? 'FRSXMK'}${isAtEnd ? ' +G' : ''}`,
    LESSCHARSET: environment['SYSTEMD_LESSCHARSET'] ?? 'utf-8',
    ...(isSecure(environment) === false ? {} : { LESSSECURE: '1' }),
  };
}

/** Undefined when there is none to be had, or the terminal cannot do with one. */
export async function openPager(environment: Environment, options: PagerOptions = {}): Promise<Pager | undefined> {
  if (isDumb(environment)) return undefined;
  for (const [program = '', ...given] of commandsOf(environment)) {
    const child = spawn(program, given, { stdio: ['pipe', 'inherit', 'inherit'], env: settings(environment, options) });
    if (await isStarted(child)) return pagerOf(child);
  }
  return undefined;
}

/** A terminal of which nothing is known can do nothing. */
function isDumb({ TERM = '' }: Environment): boolean {
  return TERM === '' || TERM === 'dumb';
}

function isStarted(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
}

function pagerOf(child: ChildProcess): Pager {
  let isGone = false;
  let answer = (_isMoreWanted: boolean): void => undefined;
  const leave = (): void => {
    isGone = true;
    answer(false);
  };
  child.once('exit', leave);
  child.stdin?.on('error', leave);
  child.stdin?.on('drain', () => answer(true));
  // What interrupts the pager is the pager's to deal with.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => {
    process.off('SIGINT', ignore);
  });
  return {
    write: (piece) => !isGone && child.stdin?.write(piece) !== false,
    wantsMore: () =>
      new Promise((resolve) => {
        if (isGone || child.stdin?.writableNeedDrain !== true) resolve(!isGone);
        else answer = resolve;
      }),
    close: () => {
      child.stdin?.end();
      return ended;
    },
  };
}
