/**
 * One log by its path: the file that has the name now, and those that had it before and may hold more. Invariants: the
 * lines of a file are sent in order, each once; the rest of a rotated file comes before the lines of the next one.
 */
import { asF2bError } from '../errors.js';
import type { LogFiles } from '../ports/log-files.js';
import type { SentLine } from './entries.js';
import { basename, folderOf } from './paths.js';
import { isCopy, type Place, type Places } from './place.js';
import { olderFirst, type Rotation, rotation } from './rotated-name.js';
import { TailedFile } from './tailed-file.js';
import { unread } from './unread.js';

/** What following needs from the world. */
export interface Following {
  readonly files: LogFiles;
  readonly places: Places;
  /** Of a longer line the beginning is sent, bytes. */
  readonly lineMax: number;
  /** Files that are younger are read from their beginning, though nothing is known of them. µs since the epoch. */
  readonly since: number;
  /** Resolves when journald has taken it; rejects when the program is to end. */
  send(line: SentLine): Promise<void>;
  /** Sees to it that the place is found again though no line was sent. */
  keep(place: Omit<Place, 'at'>): Promise<void>;
  /** µs since the epoch. */
  now(): number;
  warn(text: string): void;
}

/** An open file beside the present one. */
interface OldFile {
  readonly file: TailedFile;
  readonly rotation: Rotation;
  readonly id: string;
  readonly size: number;
  readonly modifiedAt: number;
}

/** The name of a rotated file, and what had it when it was looked at. */
interface RotatedName {
  readonly path: string;
  readonly as: Rotation;
  readonly inode: string | undefined;
}

/** Before all else, µs since the epoch. */
const NEVER = 0;
/** Renaming them all takes less. */
const MOST_TRIES = 50;
/** More rotated files are not looked at, the newest alone. */
const MOST_OLD = 64;
/** A program may go on writing for a while to the file that was renamed last. */
const OLD_KEPT = 1;

export class FollowedLog {
  readonly path: string;
  readonly #following: Following;
  /** True of files that another log follows, by their inodes. */
  readonly #isOthers: (inode: string) => boolean;
  #old: readonly TailedFile[] = [];
  #current: TailedFile | undefined;
  #known: Place | undefined;
  #isNew = true;
  /** Old files that are not to be read again, also those that brought no line. */
  readonly #done = new Map<string, Place>();

  constructor(path: string, following: Following, isOthers: (inode: string) => boolean) {
    this.path = path;
    this.#following = following;
    this.#isOthers = isOthers;
  }

  follows(inode: string): boolean {
    return this.#open().some((file) => file.inode === inode);
  }

  #open(): readonly TailedFile[] {
    return this.#current === undefined ? this.#old : [...this.#old, this.#current];
  }

  /** The places in the files that are open. */
  places(): readonly Omit<Place, 'at'>[] {
    return this.#open().map(({ id, offset }) => ({ path: this.path, id, offset }));
  }

  /**
   * Sends what is there. `isAnew`: names may have come or gone. Throws FILE_UNREADABLE; a later call goes on where it ended.
   */
  async look(isAnew: boolean): Promise<void> {
    await this.#drainAll();
    // An empty file looks as before when it was filled, copied and truncated meanwhile.
    if (isAnew && this.#current?.isEmpty) await this.#beginAnew(this.#current, this.#current.id);
    if (!this.#isMoved(isAnew)) return;
    await this.#openAnew();
    await this.#drainAll();
    this.#closeOld();
  }

  /** Another file has the name, or none: then others may have had it since the last look. */
  #isMoved(isAnew: boolean): boolean {
    if (this.#isNew) return true;
    const inode = this.#following.files.inodeOf(this.path);
    if (inode === undefined) return isAnew;
    return inode !== this.#current?.inode && !this.#isOthers(inode);
  }

  async #openAnew(): Promise<void> {
    this.#known ??= this.#following.places.ofPath(this.path);
    const next = this.#openNext();
    if (this.#current !== undefined) this.#old = [...this.#old, this.#current];
    this.#current = next;
    // At the start time tells what is new. Later, all that was not there before is.
    const known = this.#known === undefined || this.#isNew ? this.#known : { ...this.#known, at: NEVER };
    const rotated = this.#rotated();
    if (known !== undefined) {
      const { rest, isGone } = this.#openRest(known, rotated, next?.id);
      if (isGone) this.#following.warn(goneRest(this.path, known.offset));
      this.#old = [...this.#old, ...rest];
    }
    this.#passOver(rotated);
    for (const file of this.#old) await this.#drainOld(file);
    this.#isNew = false;
    if (next !== undefined) await this.#begin(next, known);
  }

  #openNext(): TailedFile | undefined {
    const { files, lineMax } = this.#following;
    const opened = files.open(this.path);
    if (opened === undefined) return undefined;
    const { inode } = opened.state();
    const again = this.#old.find((file) => file.inode === inode);
    if (again === undefined && !this.#isOthers(inode)) return new TailedFile(opened, files, lineMax);
    opened.close();
    this.#old = this.#old.filter((file) => file !== again);
    return again;
  }

  /** Finds the place to go on from. */
  async #begin(file: TailedFile, known: Place | undefined): Promise<void> {
    const { id, state } = file;
    const place = this.#following.places.ofFile(id);
    if (place !== undefined && place.offset <= state.size) return file.startAt(place.offset);
    if (place !== undefined || known !== undefined) return;
    if (state.bornAt <= this.#following.since) file.startAtEnd();
    const kept = { path: this.path, id, offset: file.offset };
    await this.#following.keep(kept);
    this.#known = { ...kept, at: this.#following.now() };
  }

  /** Of the rotated files, those that hold what came after `known` and are not open yet. Old ones first. */
  #openRest(
    known: Place,
    rotated: readonly OldFile[],
    current?: string,
  ): { readonly rest: TailedFile[]; readonly isGone: boolean } {
    const { rest, isGone } = unread(known, rotated, current, (id) => this.#placeOf(id));
    const opened = rest.filter(({ file }) => !this.#open().includes(file.file));
    for (const { file, from } of opened) file.file.startAt(from);
    return {
      rest: opened.map(({ file }) => file.file),
      isGone: isGone && !this.#open().some(({ id }) => id === known.id),
    };
  }

  /** What was not to be read now never is, but for copies: their originals may be truncated before they are read. */
  #passOver(rotated: readonly OldFile[]): void {
    this.#closeUnused(rotated);
    for (const { file, id, size } of rotated) {
      const isKept = this.#open().some((one) => one === file || isCopy(id, one.id));
      if (!isKept && this.#placeOf(id) === undefined) this.#readTo(id, size);
    }
  }

  #readTo(id: string, offset: number): void {
    this.#done.set(id, { path: this.path, id, offset, at: this.#following.now() });
  }

  #placeOf(id: string): Place | undefined {
    return this.#following.places.ofFile(id) ?? this.#done.get(id);
  }

  /**
   * All rotated files, old ones first; those that are open already as they are. While they are being renamed one could be
   * met twice and another not at all, so this is done again until they stood still.
   */
  #rotated(): readonly OldFile[] {
    for (let tries = 1; ; tries++) {
      const names = this.#rotatedNames();
      const old = names.flatMap(({ path, as }) => this.#openOld(path, as));
      if (tries === MOST_TRIES || this.#areStill(names)) return this.#newest(old);
      this.#closeUnused(old);
    }
  }

  #rotatedNames(): readonly RotatedName[] {
    const folder = folderOf(this.path);
    const { files } = this.#following;
    return (ifReadable(() => files.names(folder)) ?? []).flatMap((name) => {
      const as = rotation(basename(this.path), name);
      const path = `${folder}/${name}`;
      return as === undefined ? [] : [{ path, as, inode: ifReadable(() => files.inodeOf(path)) }];
    });
  }

  #areStill(before: readonly RotatedName[]): boolean {
    const now = this.#rotatedNames();
    const text = (names: readonly RotatedName[]) => names.map(({ path, inode }) => `${path} ${inode}`).join('\n');
    return text(now) === text(before);
  }

  #newest(old: readonly OldFile[]): readonly OldFile[] {
    const sorted = old.toSorted(olderFirst);
    this.#closeUnused(sorted.slice(0, -MOST_OLD));
    return sorted.slice(-MOST_OLD);
  }

  #closeUnused(old: readonly OldFile[]): void {
    for (const { file } of old) if (!this.#open().includes(file)) file.close();
  }

  #openOld(path: string, as: Rotation): readonly OldFile[] {
    const { files, lineMax } = this.#following;
    const opened = ifReadable(() => files.open(path));
    if (opened === undefined) return [];
    const state = opened.state();
    const known = this.#open().find(({ inode }) => inode === state.inode);
    const isOthers = this.#isOthers(state.inode);
    if (known !== undefined || isOthers) opened.close();
    if (known === undefined && isOthers) return [];
    const file = known ?? new TailedFile(opened, files, lineMax);
    return [{ file, rotation: as, id: file.id, size: state.size, modifiedAt: state.modifiedAt }];
  }

  async #drainAll(): Promise<void> {
    for (const file of this.#open()) await this.#drain(file);
  }

  async #drainOld(file: TailedFile): Promise<void> {
    await this.#drain(file);
    this.#readTo(file.id, file.offset);
  }

  async #drain(file: TailedFile): Promise<void> {
    for (;;) {
      const { id } = file;
      const taken = file.take();
      if (taken.kind === 'anew') {
        await this.#beginAnew(file, id);
        continue;
      }
      if (taken.lines.length === 0) return;
      for (const line of taken.lines) {
        await this.#following.send({ path: this.path, id, line });
        file.sent(line);
        this.#known = { path: this.path, id, offset: line.end, at: this.#following.now() };
      }
    }
  }

  /**
   * What was not read of it, as `id`, may be in a copy that was made before, and in further ones since. It begins anew
   * first: should it be truncated once more meanwhile, that is seen afterwards.
   */
  async #beginAnew(file: TailedFile, id: string): Promise<void> {
    const known = { path: this.path, id, offset: file.offset, at: NEVER };
    file.startAnew();
    const next = { ...known, id: file.id, offset: 0 };
    const rotated = this.#rotated();
    // Those that came after it have their turn later.
    const end = rotated.findIndex((one) => one.file === file);
    const { rest } = this.#openRest(known, end < 0 ? rotated : rotated.slice(0, end));
    for (const copy of rest) await this.#drainOld(copy);
    this.#closeUnused(rotated);
    this.#known = next;
  }

  /** Those that have no name any more or were put aside long ago; all of them were read to their ends. */
  #closeOld(): void {
    const kept = this.#old.slice(-OLD_KEPT).filter(({ state }) => state.isLinked);
    for (const file of this.#old) if (!kept.includes(file)) file.close();
    this.#old = kept;
  }

  /** None of its files has a name any more. */
  get isOver(): boolean {
    if (this.#open().some(({ state }) => state.isLinked)) return false;
    this.close();
    return true;
  }

  close(): void {
    for (const file of this.#open()) file.close();
    this.#old = [];
    this.#current = undefined;
  }
}

/** What may not be read is as good as gone. */
function ifReadable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (asF2bError(error).code === 'FILE_UNREADABLE') return undefined;
    throw error;
  }
}

function goneRest(path: string, offset: number): string {
  return `what came to ${path} after byte ${offset} is out of reach, as the file is gone or was compressed; in logrotate's configuration, delaycompress keeps the last one readable`;
}
