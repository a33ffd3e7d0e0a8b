/** What a key does: another view, and something to be done. Pure. */
import type { Address } from '../../core/address/address.js';
import { isSingle } from '../../core/address/address.js';
import { HELP } from './help.js';
import type { Listing } from './listing.js';
import { LISTS, type ListName, type Mode, type View } from './view.js';

/** What is left to be done after a key. */
export type Action =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'unban'; readonly address: Address }
  | { readonly kind: 'why'; readonly address: Address };

export interface Pressed {
  readonly view: View;
  readonly action?: Action;
}

/** What the keys work on: the list that is shown, and how many rows of it, or lines of a text, fit. */
export interface Shown {
  readonly listing: Listing;
  readonly page: number;
}

/** Characters of a filter. */
const LONGEST_FILTER = 100;

const BROWSING: Mode = { kind: 'browsing' };

/** Keys are single characters, or names: `up`, `enter`, `ctrl-c`. */
export function pressed(view: View, key: string, shown: Shown): Pressed {
  if (key === 'ctrl-c') return { view, action: { kind: 'quit' } };
  if (key === 'ctrl-z') return { view, action: { kind: 'suspend' } };
  const { mode } = view;
  switch (mode.kind) {
    case 'typing':
      return { view: typed(view, mode.text, key) };
    case 'asking': {
      const asked = { ...view, mode: BROWSING };
      return key === 'y' || key === 'Y'
        ? { view: asked, action: { kind: 'unban', address: mode.address } }
        : { view: { ...asked, notice: 'Nothing was lifted.' } };
    }
    case 'reading':
      return { view: read(view, mode, key, shown.page) };
    case 'browsing':
      return browsed({ ...view, notice: '' }, key, shown);
  }
}

function typed(view: View, text: string, key: string): View {
  if (key === 'enter') return { ...view, filter: text, chosen: { index: 0 }, mode: BROWSING };
  if (key === 'escape') return { ...view, mode: BROWSING };
  const characters = Array.from(text);
  if (key === 'backspace') return { ...view, mode: { kind: 'typing', text: characters.slice(0, -1).join('') } };
  const isCharacter = Array.from(key).length === 1 && characters.length < LONGEST_FILTER;
  return isCharacter ? { ...view, mode: { kind: 'typing', text: text + key } } : view;
}

function read(view: View, mode: Extract<Mode, { kind: 'reading' }>, key: string, page: number): View {
  if (['q', 'escape', 'enter', 'left'].includes(key)) return { ...view, mode: BROWSING };
  const last = Math.max(0, mode.lines.length - page);
  return { ...view, mode: { ...mode, top: moved(mode.top, key, page, last) } };
}

/** From one place to another between 0 and `last`. */
function moved(place: number, key: string, page: number, last: number): number {
  const steps: Readonly<Record<string, number>> = {
    ...{ up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, ' ': page },
    ...{ home: -Infinity, g: -Infinity, end: Infinity, G: Infinity },
  };
  return Math.max(0, Math.min(last, place + (steps[key] ?? 0)));
}

function browsed(view: View, key: string, { listing, page }: Shown): Pressed {
  const index = chosenIndex(view, listing);
  switch (key) {
    case 'q':
      return { view, action: { kind: 'quit' } };
    case '?':
    case 'h':
      return { view: { ...view, mode: { kind: 'reading', title: 'Keys', lines: HELP, top: 0 } } };
    case '/':
      return { view: { ...view, mode: { kind: 'typing', text: view.filter } } };
    case 'escape':
      return { view: { ...view, filter: '' } };
    case 's':
      return { view: { ...view, order: view.order + 1 } };
    case 'r':
      return { view: { ...view, isReversed: !view.isReversed } };
    case 'tab':
    case 'right':
      return { view: listed(view, LISTS[(LISTS.indexOf(view.list) + 1) % LISTS.length]) };
    case 'shift-tab':
    case 'left':
      return { view: listed(view, LISTS.at(LISTS.indexOf(view.list) - 1)) };
    case 'u':
      return asking(view, listing.addressAt(index));
    case 'w':
    case 'enter':
      return opened(view, listing, index);
  }
  const list = /^[1-6]$/.test(key) ? LISTS[Number(key) - 1] : undefined;
  if (list !== undefined) return { view: listed(view, list) };
  const place = moved(index, key, page, Math.max(0, listing.length - 1));
  return { view: { ...view, chosen: chosenAt(place, listing) } };
}

function listed(view: View, list: ListName = view.list): View {
  return { ...view, list, order: 0, isReversed: false, chosen: { index: 0 } };
}

function asking(view: View, address: Address | undefined): Pressed {
  if (address === undefined) return { view: { ...view, notice: 'Choose a ban, an address or a network first.' } };
  return { view: { ...view, mode: { kind: 'asking', address } } };
}

/** The story of an address; of a network, a jail or a user name, the bans or events that belong to it. */
function opened(view: View, listing: Listing, index: number): Pressed {
  const [address, name] = [listing.addressAt(index), listing.keyAt(index)];
  if (address !== undefined && (isSingle(address) || view.list !== 'networks')) {
    return { view, action: { kind: 'why', address } };
  }
  if (name === undefined || view.list === 'events') return { view };
  return { view: { ...listed(view, view.list === 'users' ? 'events' : 'bans'), filter: name } };
}

/** Where the chosen row is now; when it is gone, what came into its place. -1: none was chosen. */
export function chosenIndex({ chosen }: View, listing: Listing): number {
  const found = chosen.key === undefined ? -1 : listing.indexOf(chosen.key);
  return found >= 0 ? found : Math.min(chosen.index, Math.max(0, listing.length - 1));
}

function chosenAt(index: number, listing: Listing): View['chosen'] {
  const key = listing.keyAt(index);
  return key === undefined ? { index } : { key, index };
}
