/**
 * f2b-actiond as a process, with real journal files in which the agent's events stand, a web server that answers as it is
 * told, and a folder for all of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ACTIONS_CONTROL, actionsClient } from '../../src/actions/control.js';
import type { EventRecord } from '../../src/actions/record.js';
import type { AgentEvent } from '../../src/agent/agent-event.js';
import { askJson } from '../../src/host/json-socket.js';
import type { ActionStatus } from '../../src/ports/actions-control.js';
import { aBan, anAddress } from '../fakes/values.js';
import { type FileEntry, writeJournal } from '../support/journal-files.js';
import { listening } from '../support/listening.js';
import { until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { AS_AGENT, OF_AGENT, sentFields } from '../support/told-entry.js';

/** µs: longer than a start takes. */
const AHEAD = 120_000_000;

/** A request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How it was answered. */
  readonly manner: Manner;
  /** By the time that passes, ms. */
  readonly at: number;
}

/** How a request is answered; `never`: not at all, `garbage`: by what is no HTTP, `cut`: the connection ends. */
export type Manner = number | 'never' | 'garbage' | 'cut';

/** A web server that notes what comes. */
export class Sink {
  readonly received: Received[] = [];
  manner: Manner = 200;
  #server: Server | undefined;

  async listen(): Promise<string> {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        const { manner } = this;
        this.received.push({ path: request.url ?? '', headers: request.headers, body, manner, at: performance.now() });
        if (manner === 'never') return;
        if (manner === 'cut') return void request.socket.destroy();
        if (manner === 'garbage') return void request.socket.end('\u0000\u001b]0;owned\u0007 no HTTP\r\n\r\n');
        response.writeHead(manner, { location: '/elsewhere', 'retry-after': '1' }).end('an answer');
      });
    });
    return `http://127.0.0.1:${await listening(this.#server)}`;
  }

  /** The events of all requests to a path, in order, as Format=json has them. */
  events(path: string): readonly EventRecord[] {
    return this.received
      .filter((one) => one.path === path)
      .flatMap(({ body }) => {
        const { events }: { readonly events: readonly EventRecord[] } = JSON.parse(body);
        return events;
      });
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }
}

export class ActionsLab {
  readonly folder = mkdtempSync(join(tmpdir(), `f2b-actions-${process.pid}-`));
  readonly sink = new Sink();
  /** All that the process wrote to stderr. */
  log = '';
  #process: ChildProcess | undefined;
  /** When the last entry was received, µs since the epoch. */
  #last = 0;

  constructor() {
    for (const name of ['etc', 'state', 'run', 'journal', 'credentials']) mkdirSync(join(this.folder, name));
  }

  get journalFile(): string {
    return join(this.folder, 'journal', 'system.journal');
  }

  /** Writes a file below the configuration's folder. */
  configure(path: string, text: string | Buffer): void {
    const file = join(this.folder, 'etc', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Writes an action, and has all jails name those that there are. */
  action(name: string, text: string): void {
    this.configure(`actions/${name}.conf`, `[Action]\n${text}\n`);
    this.configure(`f2bd.conf.d/${name}.conf`, `[Ban]\nAction=${name}\n`);
  }

  secret(name: string, value: string): void {
    writeFileSync(join(this.folder, 'credentials', name), `${value}\n`, { mode: 0o600 });
  }

  /** The agent tells events, all at once. */
  tell(...events: readonly AgentEvent[]): void {
    writeJournal(
      this.journalFile,
      events.map((event) => this.#entry(event)),
    );
  }

  #entry(event: AgentEvent): FileEntry {
    const fields: Record<string, string[]> = {};
    for (const [name, value] of [...sentFields(event), ...Object.entries({ ...OF_AGENT, ...AS_AGENT })]) {
      fields[name] = [...(fields[name] ?? []), value];
    }
    // Before the first start it is in the future: what was told before is not followed.
    const ahead = this.#process === undefined && this.log === '' ? AHEAD : 0;
    this.#last = Math.max(this.#last + 1_000, Date.now() * 1_000 + ahead);
    return { receivedAt: this.#last, fields };
  }

  /** The agent bans `10.N.N.N` for each of the numbers. */
  ban(...numbers: readonly number[]): void {
    this.tell(...numbers.map((n) => ({ kind: 'ban' as const, ban: aBan({ address: addressOf(n) }) })));
  }

  /** Starts the process; resolves when it answers. */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    this.launch(environment);
    await this.answers();
  }

  /** Starts the process. */
  launch(environment: Readonly<Record<string, string>> = {}): void {
    const places = [
      'config-directory=etc',
      'state-directory=state',
      'runtime-directory=run',
      'journal-directory=journal',
    ];
    const options = places.map((place) => `--${place.replace('=', `=${this.folder}/`)}`);
    const child = spawn(process.execPath, [join(repository, 'dist/f2b-actiond.js'), ...options], {
      env: { ...process.env, CREDENTIALS_DIRECTORY: join(this.folder, 'credentials'), ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
  }

  /** Resolves when the process that was started does. */
  async answers(): Promise<void> {
    const child = this.#process;
    await until('f2b-actiond answers', async () => {
      if (child?.exitCode !== null) throw new Error(`it ended with status ${child?.exitCode}: ${this.log}`);
      return this.status().catch(() => undefined);
    });
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Ends it; resolves with its exit status when it is gone. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    child.kill(signal);
    await once(child, 'close');
    return child.exitCode;
  }

  reload(): void {
    this.#process?.kill('SIGHUP');
  }

  get control() {
    const path = join(this.folder, 'run', ACTIONS_CONTROL);
    return actionsClient(askJson({ path, absent: 'ACTIOND_NOT_RUNNING', timeout: 60_000 }));
  }

  status(): Promise<readonly ActionStatus[]> {
    return this.control.status();
  }

  async statusOf(name: string): Promise<ActionStatus> {
    const found = (await this.status()).find((action) => action.name === name);
    if (found === undefined) throw new Error(`no action ${name}`);
    return found;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    this.sink.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** An address for each number below 16 million. */
export function addressOf(n: number) {
  return anAddress(`10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`);
}
