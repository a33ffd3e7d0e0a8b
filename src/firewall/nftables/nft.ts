/**
 * Runs nft(8), one process for each transaction or listing, and one that watches.
 * Invariant: a run ends, with all of the transaction or nothing of it, or with an F2bError that says what to do.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { printable } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import { type Listing, nothing, parseListing } from './listing.js';
import { type Command, TABLE } from './table.js';
import { unnamedFile } from './unnamed-file.js';

/** A hundred thousand elements take 3 s. */
const TIMEOUT_MILLISECONDS = 60_000;

/** Four times what a million elements need. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/** As much of an error as a person wants to read. */
const MOST_ERROR = 300;

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export class Nft {
  readonly #command: readonly [program: string, ...args: string[]];

  /** `command`: how to run nft, for instance inside a network namespace. */
  constructor(command: readonly [program: string, ...args: string[]] = ['nft']) {
    this.#command = command;
  }

  /** Such as `1.1.3`. Throws NFT_MISSING, or NFT_UNSUITABLE for one that cannot read JSON. */
  async version(): Promise<string> {
    const { out, err } = await this.#run(['-V']);
    const [, version] = /nftables v(\S+)/.exec(out) ?? [];
    if (version === undefined) throw failure(err);
    if (/^\s*json:\s*no/m.test(out)) throw new F2bError('NFT_UNSUITABLE', `version ${printable(version)}`);
    return printable(version);
  }

  /** All commands as one transaction. Throws an F2bError, and then nothing has changed. */
  async apply(commands: readonly Command[]): Promise<void> {
    const input = fileOf(JSON.stringify({ nftables: commands }));
    try {
      const { status, err } = await this.#run(['-j', '-f', '-'], input);
      if (status !== 0) throw failure(err);
    } finally {
      closeSync(input);
    }
  }

  /** The table as it is now; `nothing` when there is none. Throws an F2bError. */
  async list(): Promise<Listing> {
    const { status, out, err } = await this.#run(['-j', 'list', 'table', 'inet', TABLE]);
    if (status !== 0 && err.includes('No such file or directory')) return nothing;
    const listing = status === 0 ? parseListing(out) : undefined;
    if (listing === undefined) throw failure(err);
    return listing;
  }

  /**
   * Calls `onLoss` when a rule of the table is deleted, by `nft flush ruleset` for instance, and `onEnd` when the
   * watching ended by itself. Sleeps as long as nobody changes the firewall. Returns what ends it.
   */
  watch(onLoss: () => void, onEnd: () => void): () => void {
    let isOver = false;
    const child = this.#spawn(['-j', 'monitor', 'destroy', 'rules']);
    const end = () => {
      if (!isOver) onEnd();
      isOver = true;
    };
    child.once('error', end);
    child.once('close', end);
    child.stderr?.resume();
    if (child.stdout !== null) {
      createInterface(child.stdout).on('line', (line) => {
        if (!isOver && line.includes(`"table": "${TABLE}"`)) onLoss();
      });
    }
    return () => {
      isOver = true;
      child.kill('SIGKILL');
    };
  }

  #spawn(args: readonly string[], input: number | 'ignore' = 'ignore'): ChildProcess {
    const [program, ...before] = this.#command;
    const stdio: StdioOptions = [input, 'pipe', 'pipe'];
    return spawn(program, [...before, ...args], { env: { ...process.env, LC_ALL: 'C' }, stdio });
  }

  /** Throws NFT_MISSING when nft cannot be started, NFT_FAILED when it does not end. */
  #run(args: readonly string[], input?: number): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = this.#spawn(args, input);
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let size = 0;
      const stop = (text: string) => {
        child.kill('SIGKILL');
        reject(new F2bError('NFT_FAILED', text));
      };
      const timer = setTimeout(() => stop('it did not answer in time'), TIMEOUT_MILLISECONDS);
      const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_OUTPUT) stop('it wrote too much');
        else chunks.push(chunk);
      };
      child.stdout?.on('data', collect(out));
      child.stderr?.on('data', collect(err));
      child.once('error', (cause: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        reject(new F2bError(cause.code === 'ENOENT' ? 'NFT_MISSING' : 'NFT_FAILED', cause.message, { cause }));
      });
      child.once('close', (status) => {
        clearTimeout(timer);
        resolve({ status, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() });
      });
    });
  }
}

function fileOf(text: string): number {
  try {
    return unnamedFile(text);
  } catch (cause) {
    throw new F2bError('NFT_FAILED', 'no file can be made for its input', { cause, hint: 'check the disk: df /tmp' });
  }
}

function failure(text: string): F2bError {
  const [first = ''] = text.split('\n').filter((line) => line.trim() !== '');
  const detail = first === '' ? 'it gave no reason' : printable(first.trim()).slice(0, MOST_ERROR);
  return new F2bError(/Operation not permitted/.test(text) ? 'NFT_DENIED' : 'NFT_FAILED', detail);
}
