/** The groups of a regex while it is read: their numbers and names, and where each may be referred to. */
import type { RegexNode } from '../syntax.js';
import { type Width, widthOf } from '../width.js';
import { RegexError } from './tokens.js';

const maxGroups = 1_000;

export class Groups {
  /** Names by number, '' for a group without one; 0 is the whole match. */
  readonly names: string[] = [''];
  /** The groups read to their end, with what they can take. */
  readonly #closed = new Map<number, Width>();
  /** Inside of a look-behind: the number of the first group opened in it. */
  #lookBehindFrom: number | undefined;
  readonly #conditions: { readonly number: number; readonly index: number }[] = [];

  /** The number of the group that begins at `index`. */
  open(name: string, index: number): number {
    const number = this.names.length;
    if (number > maxGroups) throw new RegexError(`more than ${maxGroups} groups`, index);
    if (name !== '' && this.names.includes(name)) throw new RegexError(`the name ${name} is given twice`, index);
    this.names.push(name);
    return number;
  }

  close(number: number, body: RegexNode): void {
    this.#closed.set(number, this.widthOf(body));
  }

  numberOf(name: string, index: number): number {
    const number = this.names.indexOf(name);
    if (number < 1) throw new RegexError(`there is no group ${name} before this place`, index);
    return number;
  }

  widthOf(node: RegexNode): Width {
    return widthOf(node, this.#closed);
  }

  /** To be asked of each back-reference. */
  checkReference(number: number, index: number): void {
    if (number >= this.names.length) throw new RegexError(`there is no group ${number} before this place`, index);
    this.#checkClosed(number, index);
    this.#checkLookBehind(number, index);
  }

  /** To be asked of each conditional. Outside of look-behinds the group may come later, or be the one it stands in. */
  checkCondition(number: number, index: number): void {
    if (number < 1) throw new RegexError('there is no group 0', index);
    this.#conditions.push({ number, index });
    if (this.#lookBehindFrom !== undefined) this.#checkClosed(number, index);
    this.#checkLookBehind(number, index);
  }

  /** To be asked at the end. */
  checkConditions(): void {
    for (const { number, index } of this.#conditions) {
      if (number >= this.names.length) throw new RegexError(`there is no group ${number}`, index);
    }
  }

  /** What `read` reads is the body of a look-behind. */
  inLookBehind(read: () => RegexNode): RegexNode {
    const outer = this.#lookBehindFrom;
    this.#lookBehindFrom ??= this.names.length;
    const body = read();
    this.#lookBehindFrom = outer;
    return body;
  }

  #checkClosed(number: number, index: number): void {
    if (!this.#closed.has(number)) throw new RegexError('a group cannot refer to itself', index);
  }

  #checkLookBehind(number: number, index: number): void {
    if (this.#lookBehindFrom === undefined || number < this.#lookBehindFrom) return;
    throw new RegexError('a look-behind cannot refer to a group inside of it', index);
  }
}
