/** Runs nft(8). Invariant: what it is given comes from constants of this folder, never from outside. */
import { execFile } from 'node:child_process';

const TIMEOUT_MILLISECONDS = 20_000;

/** A hundred thousand entries are some 3 MB of JSON. */
const MOST_OUTPUT = 256 * 1024 * 1024;

export class Nft {
  readonly #command: readonly string[];

  /** `command`: how to run nft, for instance inside a network namespace. Needs CAP_NET_ADMIN. */
  constructor(command: readonly string[] = ['nft']) {
    this.#command = command;
  }

  /** What it wrote; rejects with an Error of one line. `input` is for `-f -`. */
  run(args: readonly string[], input = ''): Promise<string> {
    const [program = 'nft', ...before] = this.#command;
    return new Promise((resolve, reject) => {
      const options = { timeout: TIMEOUT_MILLISECONDS, maxBuffer: MOST_OUTPUT };
      const child = execFile(program, [...before, ...args], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(firstLine(stderr) ?? firstLine(error.message) ?? 'nft failed', { cause: error }));
      });
      // It ended before it read its input; its exit status tells.
      child.stdin?.on('error', () => {}).end(input);
    });
  }
}

function firstLine(text: string): string | undefined {
  const [line = ''] = text.trim().split('\n');
  return line === '' ? undefined : line;
}
