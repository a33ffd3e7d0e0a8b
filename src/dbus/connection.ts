/**
 * One connection to a bus: socket, authentication, Hello, messages, end.
 * Invariant: `onEnd` is called exactly once, however the connection ends, and no message arrives after it.
 */
import { connect, type Socket } from 'node:net';
import { Frames } from './frames.js';
import type { Incoming } from './message.js';
import { decode } from './wire.js';

/** What a connection tells its owner. */
export interface ConnectionListener {
  /** Authenticated: messages can be sent. Hello must be the first. */
  onOpen(): void;
  onMessage(message: Incoming): void;
  /** `reason` is undefined after `close`. */
  onEnd(reason: Error | undefined): void;
}

/** The authentication lines of the server are this long at most. */
const MAX_LINE = 1024;

export class Connection {
  readonly #socket: Socket;
  readonly #listener: ConnectionListener;
  readonly #frames = new Frames();
  #line: Buffer = Buffer.alloc(0);
  #state: 'authenticating' | 'open' | 'ended' = 'authenticating';
  #failure: Error | undefined;
  #isGathering = false;

  /** Connects to the Unix socket at `path` (abstract when it begins with NUL) and authenticates as the own user. */
  constructor(path: string, listener: ConnectionListener) {
    this.#listener = listener;
    this.#socket = connect(path);
    this.#socket.once('connect', () => this.#authenticate());
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => {
      this.#failure = error;
    });
    this.#socket.once('close', () => {
      const reason =
        this.#state === 'ended' ? undefined : (this.#failure ?? new Error('the bus closed the connection'));
      this.#state = 'ended';
      this.#listener.onEnd(reason);
    });
  }

  /** Resolves when the bus has taken the message, or never will. */
  async send(message: Buffer): Promise<void> {
    if (this.#state !== 'open') return;
    this.#gather();
    await new Promise<void>((resolve) => {
      this.#socket.write(message, () => resolve());
    });
  }

  /** Sends what is queued, then closes. */
  close(): void {
    this.#state = 'ended';
    this.#socket.end(() => this.#socket.destroy());
  }

  /** What is sent before the running function ends is one write: a call of the system costs more than a signal. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      this.#socket.uncork();
    });
  }

  /** EXTERNAL: the kernel tells the bus who we are, the line only claims it (D-Bus specification, "Auth Protocol"). */
  #authenticate(): void {
    const uid = process.getuid?.() ?? 0;
    this.#socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(uid)).toString('hex')}\r\n`);
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'ended') return;
    try {
      if (this.#state === 'open') this.#deliver(chunk);
      else this.#handshake(chunk);
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #handshake(chunk: Buffer): void {
    this.#line = Buffer.concat([this.#line, chunk]);
    const end = this.#line.indexOf('\r\n');
    if (end < 0 && this.#line.length <= MAX_LINE) return;
    const line = this.#line.subarray(0, Math.max(end, 0)).toString('latin1');
    if (!line.startsWith('OK ')) throw new Error(`the bus refused the authentication: ${JSON.stringify(line)}`);
    this.#socket.write('BEGIN\r\n');
    this.#state = 'open';
    this.#listener.onOpen();
  }

  #deliver(chunk: Buffer): void {
    for (const bytes of this.#frames.push(chunk)) {
      const message = decode(bytes);
      if (message !== undefined && this.#state === 'open') this.#listener.onMessage(message);
    }
  }
}
