/** A table of f2b's own in the kernel, reached through nft(8). Invariant: a change is made as a whole or not at all. */
import { createInterface } from 'node:readline';
import { printable } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import type { Nft } from '../nft.js';
import { type Listing, nothing, parseListing } from './listing.js';
import type { Command } from './table.js';

/** What the adapter needs of the table. */
export type TableAccess = Pick<OwnTable, 'name' | 'version' | 'apply' | 'list' | 'monitor'>;

/** That of `Firewall=nftables`. */
export const TABLE = 'f2b';

export class OwnTable {
  /** Of the family `inet`. */
  readonly name: string;
  readonly #nft: Nft;

  constructor(nft: Nft, name = TABLE) {
    this.#nft = nft;
    this.name = name;
  }

  /** nft's, such as `1.1.3`. Throws NFT_MISSING, or NFT_UNSUITABLE for one that cannot read JSON. */
  async version(): Promise<string> {
    const text = await this.#nft.run(['-V']);
    const [, version] = /nftables v(\S+)/.exec(text) ?? [];
    if (version === undefined || !/^\s*json:\s*yes/m.test(text))
      throw new F2bError('NFT_UNSUITABLE', printable(text.split('\n')[0] ?? ''));
    return printable(version);
  }

  /** All commands as one transaction. Throws an F2bError. */
  async apply(commands: readonly Command[]): Promise<void> {
    const nftables = commands.map((command) => this.#named(command));
    await this.#nft.run(['-j', '-f', '-'], JSON.stringify({ nftables }));
  }

  /** The table as it is now; `nothing` when there is none. Throws an F2bError. */
  async list(): Promise<Listing> {
    let output: string;
    try {
      output = await this.#nft.run(['-j', 'list', 'table', 'inet', this.name]);
    } catch (error) {
      if (error instanceof F2bError && error.message.includes('No such file or directory')) return nothing;
      throw error;
    }
    return parseListing(output);
  }

  /**
   * Calls `onLoss` when a rule of the table is deleted, by `nft flush ruleset` for instance, and `onEnd` when the
   * monitor ended by itself. Sleeps as long as nobody changes the firewall. Returns what ends it.
   */
  monitor(onLoss: () => void, onEnd: () => void): () => void {
    let isOver = false;
    // For `monitor destroy rules`, which would do, nft 1.1.3 has a syntax error.
    const child = this.#nft.start(['-j', 'monitor', 'rules']);
    const end = () => {
      if (!isOver) onEnd();
      isOver = true;
    };
    child.once('error', end);
    child.once('close', end);
    child.stderr?.resume();
    if (child.stdout !== null) {
      createInterface(child.stdout).on('line', (line) => {
        if (!isOver && line.startsWith('{"delete"') && line.includes(`"table": "${this.name}"`)) onLoss();
      });
    }
    return () => {
      isOver = true;
      child.kill('SIGKILL');
    };
  }

  /** The command, about this table. */
  #named(command: Command): object {
    const about = Object.entries(command).map(([verb, objects]) => [verb, this.#ofTable(objects)]);
    return Object.fromEntries(about);
  }

  #ofTable(objects: object): object {
    const named = Object.entries(objects).map(([kind, object]) => {
      const names = kind === 'table' ? { name: this.name } : { table: this.name };
      return [kind, { family: 'inet', ...names, ...object }];
    });
    return Object.fromEntries(named);
  }
}
