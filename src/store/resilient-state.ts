/**
 * A state that outlives its file: decisions go on while it cannot be opened or written, and it is written anew when it
 * is gone. Invariant: a write that resolves is durable, in the file that a next start will find.
 */
import { join } from 'node:path';
import { asF2bError, F2bError } from '../errors.js';
import type { Allowance, Loaded, Store, StoreOwner } from '../ports/store.js';
import { loadCopy } from './copy.js';
import { idOf, isAbsent } from './files.js';
import { type OpenState, openState } from './open-state.js';
import { STATE_FILE, setAside } from './state-file.js';
import { isEmpty, type Writes } from './write-queue.js';

export interface ResilientOptions {
  /** The state directory; made when it is missing. */
  readonly directory: string;
  /** A folder with room of its own, where a state is copied to that cannot be opened. */
  readonly scratch: string;
  readonly owner: StoreOwner;
}

/** What lies in the directory while nothing is open there. */
type Lying =
  /** The file that was open last, or none: memory holds all of it. */
  | { readonly kind: 'own' }
  /** Memory holds all of it, as long as it has this digest. */
  | { readonly kind: 'read'; readonly digest: string }
  /** It may hold what memory does not. */
  | { readonly kind: 'unread' };

export class ResilientState {
  readonly #directory: string;
  readonly #path: string;
  readonly #scratch: string;
  readonly #owner: StoreOwner;
  #open: OpenState | undefined;
  /** Which file was open last, or was made to be. */
  #id: string | undefined;
  /** No file was there when one was to be opened last. */
  #isNew = false;
  #lying: Lying = { kind: 'unread' };
  /** Whether memory holds what no write to come will bring again. */
  #owesAll = false;
  #isLossTold = false;
  #isLoaded = false;

  constructor({ directory, scratch, owner }: ResilientOptions) {
    this.#directory = directory;
    this.#path = join(directory, STATE_FILE);
    this.#scratch = scratch;
    this.#owner = owner;
  }

  /** Opens the file if that is possible now. Throws STORE_BUSY and STORE_FOREIGN: then nobody is to go on here. */
  async open(): Promise<void> {
    try {
      this.#open = await openState(this.#directory, this.#owner.report);
    } catch (error) {
      const { code } = asF2bError(error);
      if (code === 'STORE_BUSY' || code === 'STORE_FOREIGN') throw error;
    }
  }

  /** What is stored, as far as it can be read by any means. See Store. */
  async load(...[begin, ending]: Parameters<Store['load']>): Promise<Loaded> {
    const loaded = await this.#recall(begin, ending);
    this.#isLoaded = true;
    return loaded;
  }

  async #recall(...[begin, ending]: Parameters<Store['load']>): Promise<Loaded> {
    try {
      if (this.#open !== undefined) return await this.#open.load(begin, ending);
    } catch {
      ending?.throwIfAborted();
      await this.#close();
    }
    try {
      const { loaded, digest } = await loadCopy(this.#directory, this.#scratch, begin, ending);
      if (digest !== undefined) this.#lying = { kind: 'read', digest };
      return loaded;
    } catch {
      ending?.throwIfAborted();
      // What was handed over until then is void.
      begin();
      return { position: undefined, allowances: [], isUnread: true };
    }
  }

  /** Throws the STORE_ errors; then nothing of it is stored. */
  async write(writes: Writes): Promise<void> {
    // Who did not come to read what there is looks after nothing.
    if (!this.#isLoaded && isEmpty(writes)) return;
    if (this.#open === undefined) return this.#regain(writes);
    const failure = await errorOf(this.#open.write(writes));
    if (!this.#open.isInPlace()) {
      await this.#lose();
      await this.#regain(writes);
    } else if (failure !== undefined) throw failure;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Opens a file again, a new one if there is none. Nothing in the directory is touched while another program has it. */
  async #openAgain(): Promise<OpenState> {
    this.#isNew = false;
    try {
      return await openState(this.#directory, this.#owner.report, async () => {
        if (this.#lying.kind === 'own') await this.#setForeignAside();
        this.#isNew = isAbsent(this.#path);
      });
    } finally {
      // One that was made and could not be filled is nobody else's.
      if (this.#isNew) this.#id = idOf(this.#path);
    }
  }

  async #close(): Promise<void> {
    const state = this.#open;
    this.#open = undefined;
    await state?.close();
  }

  #tellLoss(detail: string): void {
    this.#isLossTold = true;
    this.#owner.report(new F2bError('STORE_LOST', detail));
  }

  /** What is open has no name any more, or not the right one. */
  async #lose(): Promise<void> {
    this.#id = this.#open?.id;
    await this.#close();
    this.#lying = { kind: 'own' };
    this.#owesAll = true;
    this.#tellLoss(this.#path);
  }

  /** Opens a file again and brings it up to what is remembered. */
  async #regain(writes: Writes): Promise<void> {
    const state = await this.#openAgain();
    try {
      const isUnknown = !this.#isNew && !(await this.#isKnown(state));
      const adopted = isUnknown ? await this.#adopt(state) : [];
      this.#owesAll ||= this.#isNew || isUnknown;
      this.#lying = { kind: 'own' };
      await this.#bringUp(state, writes, adopted);
      if (!state.isInPlace()) throw new F2bError('STORE_LOST', this.#path);
    } catch (error) {
      this.#id = state.id ?? this.#id;
      await state.close();
      throw error;
    }
    this.#open = state;
    this.#owesAll = false;
    if (this.#isLossTold) this.#owner.resolved('STORE_LOST');
    this.#isLossTold = false;
  }

  /** Whether memory holds all that is stored. */
  async #isKnown(state: OpenState): Promise<boolean> {
    const lying = this.#lying;
    return lying.kind === 'own' || (lying.kind === 'read' && lying.digest === (await state.digest()));
  }

  /** What memory does not hold yet becomes part of it. Returns the allowances. */
  async #adopt(state: OpenState): Promise<readonly Allowance[]> {
    const { allowances } = await state.read(this.#owner.adopt);
    this.#owner.adopted(allowances);
    return allowances;
  }

  async #bringUp(state: OpenState, writes: Writes, adopted: readonly Allowance[]): Promise<void> {
    if (!this.#owesAll) return state.write(writes);
    const all = this.#owner.remembered();
    // They are in memory when they are stored, not before.
    const { allowances = all.allowances } = writes;
    const known = new Set(allowances.map(({ address }) => address.text));
    const others = adopted.filter(({ address }) => !known.has(address.text));
    await state.writeAll({ ...all, allowances: [...allowances, ...others] });
  }

  /** Memory is the truth here: what somebody put in the place of the file is not read, and not lost either. */
  async #setForeignAside(): Promise<void> {
    if (isAbsent(this.#path) || idOf(this.#path) === this.#id) return;
    const aside = await setAside(this.#path, 'replaced').catch((cause: unknown) => {
      throw new F2bError('STORE_LOST', this.#path, { cause });
    });
    this.#tellLoss(`${this.#path}; what was in its place is kept as ${aside}`);
  }
}

function errorOf(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
