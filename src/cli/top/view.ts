/** What the person at the screen has chosen, as a value. */
import type { Address } from '../../core/address/address.js';

/** The lists to choose from, in the order of their keys. */
export const LISTS = ['bans', 'jails', 'addresses', 'networks', 'users', 'events'] as const;
export type ListName = (typeof LISTS)[number];

export type Mode =
  | { readonly kind: 'browsing' }
  /** A filter is being typed. */
  | { readonly kind: 'typing'; readonly text: string }
  /** Whether the bans of the address, or of all in the prefix, are to be lifted. */
  | { readonly kind: 'asking'; readonly address: Address }
  /** Text in the place of everything; `top` is its first line that is shown. */
  | { readonly kind: 'reading'; readonly title: string; readonly lines: readonly string[]; readonly top: number };

export interface View {
  readonly list: ListName;
  /** Which of the orders of the list. */
  readonly order: number;
  readonly isReversed: boolean;
  /** Part of a row's text, or a prefix; empty: all rows. */
  readonly filter: string;
  /** The row that was chosen, and where it was: rows come and go. -1: none. */
  readonly chosen: { readonly key?: string; readonly index: number };
  readonly mode: Mode;
  /** What came of the last thing that was asked for. */
  readonly notice: string;
}

export const firstView: View = {
  list: 'bans',
  order: 0,
  isReversed: false,
  filter: '',
  chosen: { index: 0 },
  mode: { kind: 'browsing' },
  notice: '',
};

/** Of a screen that is printed. */
export const printedView: View = { ...firstView, chosen: { index: -1 } };
