/**
 * A headless Chromium that is spoken to over two pipes, by the DevTools protocol. It is no part of what the tests install:
 * F2B_CHROMIUM names the program where it is not in its usual place. Invariant: each question ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const CHROMIUM = process.env['F2B_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why a page cannot be looked at here, or false. */
export const noChromium: string | false = existsSync(CHROMIUM)
  ? false
  : 'needs Chromium, which the tests do not install';

type Answer = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Answer;
  readonly result?: Answer;
  readonly error?: unknown;
}

export interface Page {
  /** A method of the DevTools protocol. */
  ask(method: string, params?: object): Promise<Answer>;
  /** The value of a JavaScript expression in the page. */
  value(expression: string): Promise<unknown>;
  /** The events of that name, so far. */
  heard(method: string): readonly Answer[];
  forget(): void;
  close(): Promise<void>;
}

/** The longest wait for one answer, ms. */
const TIMEOUT = 60_000;

function isStream(stream: unknown): stream is Readable & Writable {
  return typeof stream === 'object' && stream !== null && 'on' in stream;
}

/** An empty page in a browser of its own. */
export async function openPage(): Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-chromium-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const child = spawn(CHROMIUM, [...flags, `--user-data-dir=${folder}`, '--remote-debugging-pipe'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = new Conversation(child);
    const { targetId } = await browser.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.ask('Target.attachToTarget', { targetId, flatten: true });
    const ask = (method: string, params: object = {}) => browser.ask(method, params, String(sessionId));
    return {
      ask,
      close,
      heard: (method) => browser.events.filter((event) => event.method === method).map(({ params = {} }) => params),
      forget: () => void browser.events.splice(0),
      async value(expression) {
        const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, returnByValue: true });
        if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
        return typeof result === 'object' && result !== null && 'value' in result ? result.value : undefined;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Questions and answers, each ended by a NUL. */
class Conversation {
  readonly events: Message[] = [];
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #input: Writable;
  #last = 0;

  constructor({ stdio: [, , , input, output] }: ChildProcess) {
    if (!isStream(input) || !isStream(output)) throw new Error('no pipes');
    this.#input = input;
    input.on('error', () => undefined);
    let text = '';
    output.setEncoding('utf8').on('data', (more: string) => {
      const messages = (text + more).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message));
    });
  }

  ask(method: string, params: object, sessionId?: string): Promise<Answer> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error(`${method}: Chromium does not answer`)), TIMEOUT);
      this.#waiting.set(id, ({ result = {}, error }) => {
        clearTimeout(timeout);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      this.#input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  #hear(message: Message): void {
    if (message.id === undefined) this.events.push(message);
    else this.#waiting.get(message.id)?.(message);
  }
}
