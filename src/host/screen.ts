/**
 * A terminal that a program has to itself. Invariant: however the program ends, other than by SIGKILL or SIGSTOP, the
 * terminal is as it was before.
 */
import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import {
  cursorHide,
  cursorShow,
  cursorTo,
  enterAlternativeScreen,
  eraseEndLine,
  eraseScreen,
  exitAlternativeScreen,
  synchronizedOutput,
} from 'ansi-escapes';
import { nextTurn } from '../async/next-turn.js';

export interface Screen {
  /** In characters; it may change at any time, see `onResize`. */
  readonly size: { readonly columns: number; readonly rows: number };
  /** Shows these lines in the place of those before; each has to fit. */
  show(lines: readonly string[]): void;
  /** Hears each key: a single character, or a name such as `up`, `enter`, `ctrl-c`. */
  onKey(listener: (key: string) => void): void;
  onResize(listener: () => void): void;
  /** Gives the terminal back, for a password to be asked for, until the returned function is called. */
  lend(): () => void;
  /** Stops the program as Ctrl-Z does, until the shell has it go on; not where there is none that could. */
  suspend(): void;
  close(): void;
}

/** xterm's DECAWM: text that is wider than a terminal thinks never makes a second line. */
const WRAPPING = { off: '\u001b[?7l', on: '\u001b[?7h' } as const;
const PLAIN = '\u001b[0m';

const ENTER = enterAlternativeScreen + cursorHide + WRAPPING.off + eraseScreen;
/** What gives the screen back, as far as writing to it can. */
export const LEAVE_SCREEN = PLAIN + WRAPPING.on + cursorShow + exitAlternativeScreen;

/** What ends a program from without. Each does so still, after the terminal was given back. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** The size of a terminal that does not know its own, as on a serial line. */
const USUAL = { columns: 80, rows: 24 };

const NAMED = new Set([
  ...['up', 'down', 'left', 'right', 'pageup', 'pagedown', 'home', 'end', 'tab', 'escape', 'backspace'],
]);

/** Undefined for keys without a meaning to anybody here. */
function keyName(text: string | undefined, { name = '', ctrl, meta, shift, sequence }: Key): string | undefined {
  if (ctrl) return `ctrl-${name}`;
  if (name === 'return' || name === 'enter') return 'enter';
  if (name === 'tab' && shift) return 'shift-tab';
  if (name !== '' && NAMED.has(name)) return name;
  return meta || text === undefined || text !== sequence || /^[\u0000-\u001f\u007f-\u009f]/.test(text)
    ? undefined
    : text;
}

/** Takes over the terminal that both are. */
export function openScreen(input: ReadStream, output: WriteStream): Screen {
  return new TerminalScreen(input, output);
}

class TerminalScreen implements Screen {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #ends = ENDING.map((signal) => [signal, () => this.#endBy(signal)] as const);
  readonly #release = (): void => this.#giveBack();
  /** What is on the screen. */
  #shown: readonly string[] = [];
  #lines: readonly string[] = [];
  #isOurs = false;
  /** How many have it now. */
  #lent = 0;
  #isClosed = false;
  /** What was typed before the screen was there, was meant for others: it must not choose, and not say yes. */
  #isDeaf = true;
  #onKey = (_key: string): void => {};
  #onResize = (): void => {};

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
    process.on('exit', this.#release);
    process.on('uncaughtExceptionMonitor', this.#release);
    for (const [signal, end] of this.#ends) process.on(signal, end);
    emitKeypressEvents(input);
    input.on('keypress', this.#hear);
    input.on('end', this.#hangUp).on('error', this.#hangUp);
    output.on('resize', this.#resize);
    this.#takeOver();
  }

  get size(): Screen['size'] {
    const { columns, rows } = this.#output;
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
  }

  show(lines: readonly string[]): void {
    this.#lines = lines;
    if (!this.#isOurs) return;
    // Erased first: behind a line that fills its row the cursor still stands on the last character.
    const changed = lines.flatMap((line, row) =>
      line === this.#shown[row] ? [] : [`${cursorTo(0, row)}${eraseEndLine}${line}${PLAIN}`],
    );
    this.#shown = lines;
    if (changed.length > 0) this.#output.write(synchronizedOutput(changed.join('')));
  }

  onKey(listener: (key: string) => void): void {
    this.#onKey = listener;
  }

  onResize(listener: () => void): void {
    this.#onResize = listener;
  }

  lend(): () => void {
    this.#lent += 1;
    this.#giveBack();
    return () => {
      this.#lent -= 1;
      this.#takeOver();
    };
  }

  suspend(): void {
    this.#giveBack();
    // The whole job stops, as sudo and its like are to. The call returns after the stop, or at once where the kernel
    // ignores the signal: in a process group whose processes have no parent in another group of the session.
    process.kill(0, 'SIGTSTP');
    this.#takeOver();
  }

  close(): void {
    this.#isClosed = true;
    this.#giveBack();
    process.off('exit', this.#release);
    process.off('uncaughtExceptionMonitor', this.#release);
    for (const [signal, end] of this.#ends) process.off(signal, end);
    this.#input.off('keypress', this.#hear).off('end', this.#hangUp).off('error', this.#hangUp);
    this.#output.off('resize', this.#resize);
  }

  readonly #hear = (text: string | undefined, key: Key): void => {
    const name = keyName(text, key);
    if (name !== undefined && this.#isOurs && !this.#isDeaf) this.#onKey(name);
  };

  /** A terminal that went away says nothing more. */
  readonly #hangUp = (): void => this.#onKey('ctrl-c');

  readonly #resize = (): void => {
    if (this.#isOurs) this.#output.write(eraseScreen);
    this.#shown = [];
    this.#onResize();
  };

  #takeOver(): void {
    if (this.#isOurs || this.#isClosed || this.#lent > 0) return;
    this.#isOurs = true;
    this.#input.setRawMode(true).resume();
    this.#output.write(ENTER);
    this.#shown = [];
    this.show(this.#lines);
    void this.#passOverTyped();
  }

  /** All that was typed so far is read in the next turn. */
  async #passOverTyped(): Promise<void> {
    this.#isDeaf = true;
    await nextTurn();
    await nextTurn();
    this.#isDeaf = false;
  }

  #giveBack(): void {
    if (!this.#isOurs) return;
    this.#isOurs = false;
    this.#output.write(LEAVE_SCREEN);
    this.#input.pause().setRawMode(false);
  }

  #endBy(signal: NodeJS.Signals): void {
    this.close();
    process.kill(process.pid, signal);
  }
}
