/** All logs that File= names: those that there are, and those to come. What cannot be read is told once, and tried again. */
import { MICROS_PER_SECOND } from '../core/time.js';
import { asF2bError } from '../errors.js';
import { expand } from './expand.js';
import { FollowedLog, type Following } from './followed-log.js';
import { basename } from './paths.js';
import type { Place } from './place.js';
import { rotation } from './rotated-name.js';

/**
 * So long new logs are taken up before those that are followed have their turn again, µs. To find the place in a new one
 * takes looks at the journal, and whoever may write in a folder can make thousands of files.
 */
const TAKING_UP = MICROS_PER_SECOND;

export interface FollowerOptions extends Following {
  /** Absolute paths with globs. */
  readonly patterns: readonly string[];
  /** Has these folders watched from now on; false when they were watched already. */
  watch(folders: readonly string[]): boolean;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #logs = new Map<string, FollowedLog>();
  /** What was told of a path or folder, until it is right again. */
  readonly #told = new Map<string, string>();
  #paths: readonly string[] = [];

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** How many paths are followed. */
  get count(): number {
    return this.#logs.size;
  }

  /** True when a change of the file of that name may concern a log. */
  isOfInterest(name: string): boolean {
    return this.#paths.some((path) => {
      const base = basename(path);
      return base === name || rotation(base, name) !== undefined;
    });
  }

  /** Sends what is there. `isAnew`: names may have come or gone. Rejects when the program is to end. */
  async look(isAnew: boolean): Promise<void> {
    if (isAnew) this.#expand();
    await this.#lookAtAll(isAnew);
    const { now } = this.#options;
    let lookedAt = now();
    for (const path of this.#paths) {
      if (this.#logs.has(path)) continue;
      const log = this.#follow(path);
      await this.#trying(path, () => log.look(isAnew));
      // The clock may be set back meanwhile.
      if (Math.abs(now() - lookedAt) < TAKING_UP) continue;
      await this.#lookAtAll(false);
      lookedAt = now();
    }
  }

  /** At those that are followed. */
  async #lookAtAll(isAnew: boolean): Promise<void> {
    const named = new Set(this.#paths);
    for (const [path, log] of this.#logs) {
      await this.#trying(path, () => log.look(isAnew));
      if (!named.has(path) && log.isOver) this.#logs.delete(path);
    }
  }

  /** A folder that came while the folders were looked through is looked through again. */
  #expand(): void {
    for (;;) {
      const { paths, folders } = expand(this.#options.patterns, (folder) => this.#names(folder));
      this.#paths = paths;
      if (!this.#options.watch(folders)) return;
    }
  }

  #names(folder: string): readonly string[] | undefined {
    try {
      const names = this.#options.files.names(folder);
      this.#told.delete(folder);
      return names;
    } catch (error) {
      this.#tellOnce(folder, error);
      return [];
    }
  }

  #follow(path: string): FollowedLog {
    const isOthers = (inode: string) => [...this.#logs].some(([other, log]) => other !== path && log.follows(inode));
    const log = new FollowedLog(path, this.#options, isOthers);
    this.#logs.set(path, log);
    return log;
  }

  async #trying(path: string, look: () => Promise<void>): Promise<void> {
    try {
      await look();
      this.#told.delete(path);
    } catch (error) {
      this.#tellOnce(path, error);
    }
  }

  /** Throws what is no fault of a file. */
  #tellOnce(path: string, error: unknown): void {
    const { code, message, hint } = asF2bError(error);
    if (code !== 'FILE_UNREADABLE') throw error;
    if (this.#told.get(path) === message) return;
    this.#told.set(path, message);
    this.#options.warn(`${message}\nhint: ${hint}`);
  }

  /** The places in all files that are open. */
  places(): readonly Omit<Place, 'at'>[] {
    return [...this.#logs.values()].flatMap((log) => log.places());
  }

  close(): void {
    for (const log of this.#logs.values()) log.close();
    this.#logs.clear();
  }
}
