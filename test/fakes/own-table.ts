/** The table of nftables in memory: takes the commands that nft takes, and writes the listing that nft writes. */
import { F2bError } from '../../src/errors.js';
import { type Listing, parseListing } from '../../src/firewall/nftables/listing.js';
import { TABLE, type TableAccess } from '../../src/firewall/nftables/own-table.js';
import type { Command } from '../../src/firewall/nftables/table.js';

/** How a transaction ends: as it should; refused; made, but with an answer that says otherwise. */
export type Fate = 'done' | 'refused' | 'unanswered';

interface Chain {
  readonly more: object;
  readonly comments: string[];
}

interface Model {
  readonly chains: Map<string, Chain>;
  readonly sets: Map<string, { readonly more: object; readonly elements: Map<string, unknown> }>;
}

/** What is common to all objects that commands speak of. */
interface Words {
  readonly name: string;
  readonly chain: string;
  readonly comment: string;
  readonly elem: readonly unknown[];
}

export class FakeTable implements TableAccess {
  readonly name: string;
  #model: Model | undefined;
  #onLoss = () => {};
  /** Called when a transaction took effect, before its answer comes. */
  onCommit = () => {};
  fate: () => Fate = () => 'done';
  /** So many listings to come leave out every other element, as when the kernel resizes a set meanwhile. */
  torn = 0;
  listings = 0;

  constructor(name = TABLE) {
    this.name = name;
  }

  async version(): Promise<string> {
    return '1.0.6';
  }

  async apply(commands: readonly Command[]): Promise<void> {
    await turn();
    const fate = this.fate();
    if (fate === 'refused') throw new F2bError('NFT_FAILED', 'refused');
    const rules = this.#rules();
    const before = this.#model;
    this.#model = commands.reduce(applied, copied(before));
    this.onCommit();
    if (rules > 0 && before?.chains !== this.#model?.chains) this.#onLoss();
    await turn();
    if (fate === 'unanswered') throw new F2bError('NFT_FAILED', 'it did not answer in time');
  }

  async list(): Promise<Listing> {
    await turn();
    const listing = parseListing(JSON.stringify({ nftables: objects(this.#model) }));
    this.listings += 1;
    await turn();
    if (this.torn === 0) return listing;
    this.torn -= 1;
    const sets = listing.sets.map(({ name, elements }) => ({ name, elements: elements.filter((_, nth) => nth % 2) }));
    return { ...listing, sets };
  }

  monitor(onLoss: () => void): () => void {
    this.#onLoss = onLoss;
    return () => {
      this.#onLoss = () => {};
    };
  }

  /** `nft flush ruleset` */
  flush(): void {
    this.#model = undefined;
    this.#onLoss();
  }

  /** Deletes all rules of a chain. */
  flushChain(name: string): void {
    this.#model?.chains.get(name)?.comments.splice(0);
    this.#onLoss();
  }

  /** Somebody adds the element, or deletes it when it is there. */
  edit(set: string, element: string): void {
    const elements = this.#model?.sets.get(set)?.elements;
    if (elements?.delete(element) === false) elements.set(element, element);
  }

  /** True for a set that some rule asks, which the base chain leads to. */
  isAsked(set: string): boolean {
    const home = ['dropped', 'rejected', 'closed'].find((name) =>
      this.#model?.chains.get(name)?.comments.includes(set),
    );
    return home !== undefined && this.#model?.chains.get('prerouting')?.comments.includes(home) === true;
  }

  /** All elements, each with its set. */
  all(): readonly string[] {
    return [...(this.#model?.sets ?? [])].flatMap(([name, { elements }]) =>
      [...elements.keys()].map((element) => `${name} ${element}`),
    );
  }

  /** Seconds until the element ends by itself, when it was made; undefined for never. */
  timeout(set: string, element: string): number | undefined {
    return Object(this.#model?.sets.get(set)?.elements.get(element)).elem?.timeout;
  }

  #rules(): number {
    return [...(this.#model?.chains.values() ?? [])].reduce((sum, { comments }) => sum + comments.length, 0);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Chains stay the same object as long as no command is about them. */
function copied(model: Model | undefined): Model | undefined {
  if (model === undefined) return undefined;
  const sets = [...model.sets].map(
    ([name, { more, elements }]) => [name, { more, elements: new Map(elements) }] as const,
  );
  return { chains: model.chains, sets: new Map(sets) };
}

function fail(): never {
  throw new F2bError('NFT_FAILED', 'No such file or directory');
}

/** The model after one command. Throws as nft does. */
function applied(model: Model | undefined, command: Command): Model | undefined {
  const verb = command.add === undefined ? 'delete' : 'add';
  const [[kind, about] = ['', {}]]: [string, Partial<Words>][] = Object.entries(command.add ?? command.delete ?? {});
  if (kind === 'table') return verb === 'delete' ? undefined : (model ?? { chains: new Map(), sets: new Map() });
  if (model === undefined) return fail();
  const { name = '', chain = '', comment = '', elem = [], ...more } = about;
  if (kind === 'chain') model.chains.set(name, { more, comments: [] });
  else if (kind === 'rule') (model.chains.get(chain) ?? fail()).comments.push(comment);
  else if (kind === 'set') {
    const set = model.sets.get(name) ?? { more, elements: new Map() };
    model.sets.set(name, set);
    changeElements(set.elements, 'add', elem);
  } else changeElements((model.sets.get(name) ?? fail()).elements, verb, elem);
  return model;
}

function changeElements(elements: Map<string, unknown>, verb: 'add' | 'delete', elem: readonly unknown[]): void {
  for (const item of elem) {
    const text = typeof item === 'string' ? item : String(Object(item).elem.val);
    // Before Linux 6.13, adding what is there changes nothing.
    if (verb === 'add' && !elements.has(text)) elements.set(text, item);
    else if (verb === 'delete' && !elements.delete(text)) fail();
  }
}

function objects(model: Model | undefined): readonly object[] {
  if (model === undefined) return [];
  const chains = [...model.chains].map(([name, { more }]) => ({ chain: { name, ...more } }));
  const rules = [...model.chains].flatMap(([chain, { comments }]) =>
    comments.map((comment) => ({ rule: { chain, comment } })),
  );
  const sets = [...model.sets].map(([name, { more, elements }]) => ({
    set: { name, ...more, elem: [...elements.values()].map(listed) },
  }));
  return [...chains, ...sets, ...rules];
}

function listed(item: unknown): unknown {
  const timed = Object(item).elem;
  return timed === undefined ? item : { elem: { ...timed, expires: timed.timeout } };
}
