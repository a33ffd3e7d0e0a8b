/**
 * Runs nft(8). Invariants: what it is given comes from this folder, never from outside; a run ends, with its output or
 * with an F2bError that says what to do.
 */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { printable } from '../core/printable.js';
import { F2bError } from '../errors.js';
import { unnamedFile } from './unnamed-file.js';

/** A transaction of a hundred thousand elements takes 3 s, their listing 5 s. */
const TIMEOUT_MILLISECONDS = 60_000;

/** A hundred thousand elements are some 7 MB of JSON. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/** As much of an error as a person wants to read. */
const MOST_ERROR = 300;

/** In memory if that is possible: a full disk must not keep bans from being made. */
const FOLDERS = ['/dev/shm', tmpdir()];

export interface NftOptions {
  /** How to run it, for instance inside a network namespace. */
  readonly command?: readonly string[];
  /** A folder that nobody else fills, for what it is given; tried before those that everybody may fill. */
  readonly scratch?: string | undefined;
}

export class Nft {
  readonly #command: readonly string[];
  readonly #folders: readonly string[];

  /** Needs CAP_NET_ADMIN. */
  constructor({ command = ['nft'], scratch }: NftOptions = {}) {
    this.#command = command;
    this.#folders = scratch === undefined ? FOLDERS : [scratch, ...FOLDERS];
  }

  /** What it wrote. `input` is for `-f -`: one transaction. Throws an F2bError, and then nothing has changed. */
  async run(args: readonly string[], input?: string): Promise<string> {
    if (input === undefined) return this.#run(args, 'ignore');
    const file = fileOf(input, this.#folders);
    try {
      return await this.#run(args, file);
    } finally {
      closeSync(file);
    }
  }

  /** One that stays, for `monitor`. */
  start(args: readonly string[], input: number | 'ignore' = 'ignore'): ChildProcess {
    const [program = 'nft', ...before] = this.#command;
    const stdio: StdioOptions = [input, 'pipe', 'pipe'];
    return spawn(program, [...before, ...args], { env: { ...process.env, LC_ALL: 'C' }, stdio });
  }

  #run(args: readonly string[], input: number | 'ignore'): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = this.start(args, input);
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
        if (status === 0) resolve(Buffer.concat(out).toString());
        else reject(failure(Buffer.concat(err).toString()));
      });
    });
  }
}

function fileOf(text: string, folders: readonly string[]): number {
  try {
    return unnamedFile(text, folders);
  } catch (cause) {
    const hint = `see whether one of these can be written: df ${folders.join(' ')}`;
    throw new F2bError('NFT_FAILED', 'no file can be made for its input', { cause, hint });
  }
}

/** `text`: its standard error. */
function failure(text: string): F2bError {
  const [first = ''] = text.split('\n').filter((line) => line.trim() !== '');
  const detail = first === '' ? 'it gave no reason' : printable(first.trim()).slice(0, MOST_ERROR);
  return new F2bError(/Operation not permitted/.test(text) ? 'NFT_DENIED' : 'NFT_FAILED', detail);
}
