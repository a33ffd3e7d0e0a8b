/**
 * What the kernel has of f2b's table, from the JSON of `nft list table` (libnftables-json(5)).
 * Invariant: what is not as f2b makes it, of whatever form, shows in the shape or is left out; nothing here throws.
 */
import { parsedJson } from '../../core/parsed-json.js';
import type { SetName } from './set-name.js';
import { parseSetName } from './set-name.js';
import { type ChainShape, shapeText } from './table.js';

export interface ListedElement {
  readonly element: string;
  /** Seconds until it ends by itself; undefined for never. */
  readonly seconds: number | undefined;
}

export interface Listing {
  /** In the form of `expectedShape`. */
  readonly shape: string;
  /** The sets that can be f2b's; the others show in the shape. */
  readonly sets: readonly { readonly name: SetName; readonly elements: readonly ListedElement[] }[];
}

/** There is no table. */
export const nothing: Listing = { shape: '', sets: [] };

/** A listing that cannot be read shows as a table of unknown shape. */
const unknown: Listing = { shape: 'unknown', sets: [] };

export function parseListing(json: string): Listing {
  const objects = field(parsedJson(json), 'nftables');
  if (!Array.isArray(objects)) return unknown;
  const chains = new Map<string, ChainShape & { comments: string[] }>();
  const types = new Map<string, string>();
  const sets: Listing['sets'][number][] = [];
  for (const object of objects) {
    const [[kind, value] = ['', undefined]] = Object.entries(Object(object));
    const name = text(field(value, 'name'));
    if (kind === 'chain') chains.set(name, { hook: hookOf(value), comments: [] });
    // Rules come after the chains.
    if (kind === 'rule') chains.get(text(field(value, 'chain')))?.comments.push(text(field(value, 'comment')));
    if (kind === 'set' || kind === 'map') {
      types.set(name, [text(field(value, 'type')), ...words(field(value, 'flags'))].join(' '));
      const parsedName = parseSetName(name);
      if (parsedName !== undefined) sets.push({ name: parsedName, elements: elementsOf(field(value, 'elem')) });
    }
    // Ours has no flags. nft 1.0.6 does not know the name of the one that switches a table off, and writes any text.
    if (kind === 'table' && field(value, 'flags') !== undefined) types.set(name, 'flags');
  }
  return { shape: shapeText({ chains, sets: types }), sets };
}

/** What the newer of two listings says, with elements that only the older one has: see Held.hasMoreThan. */
export function merged(older: Listing, newer: Listing): Listing {
  const sets = newer.sets.map(({ name, elements }) => {
    const before = older.sets.find((set) => set.name.text === name.text)?.elements ?? [];
    const present = new Set(elements.map(({ element }) => element));
    return { name, elements: [...elements, ...before.filter(({ element }) => !present.has(element))] };
  });
  return { shape: newer.shape, sets };
}

function hookOf(chain: unknown): string {
  const parts = ['type', 'hook', 'prio', 'policy'].map((key) => field(chain, key));
  return parts.filter((part) => part !== undefined).join(' ');
}

function elementsOf(list: unknown): ListedElement[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    if (typeof item === 'string') return [{ element: item, seconds: undefined }];
    const wrapped = field(item, 'elem');
    const element = field(wrapped, 'val');
    const expires = field(wrapped, 'expires');
    return typeof element === 'string' ? [{ element, seconds: typeof expires === 'number' ? expires : undefined }] : [];
  });
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** nft writes one flag as a text and several as a list. */
function words(value: unknown): string[] {
  return [value].flat().filter((word) => typeof word === 'string');
}
