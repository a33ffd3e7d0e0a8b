/**
 * What is asked of a service before a jail can guard it, as the heads of the shipped jails say it. Invariant: the lines
 * come from these heads, so that what is tried is what people are told.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../support/container.js';
import { repository } from '../support/repository.js';

/** Lines of a jail's head, and where they go. */
export interface Recipe {
  readonly jail: string;
  /** What the sentence before the lines says of their place. */
  readonly named: string;
  /** Where that is on this system, if it is not `named` itself. */
  readonly file?: string;
  /** A file of its own, the top or the end of it, in place of a line, or behind one. */
  readonly place: 'new file' | 'top' | 'end' | { readonly instead: RegExp } | { readonly behind: RegExp };
}

/** The indented lines of the head that follow the sentence which names the place and ends with a colon. */
function linesOf({ jail, named }: Pick<Recipe, 'jail' | 'named'>): string {
  const text = readFileSync(join(repository, 'units', `${jail}.conf`), 'utf8');
  const head = text.slice(0, text.indexOf('\n[')).split('\n');
  for (const [index, line] of head.entries()) {
    if (!line.startsWith('#   ') || head[index - 1]?.startsWith('#   ')) continue;
    const before = head.slice(0, index);
    const prose = before.slice(before.findLastIndex((one) => one.startsWith('#   ')) + 1);
    const sentence = prose.map((one) => one.slice(2)).join(' ');
    if (!sentence.includes(named) || !sentence.endsWith(':')) continue;
    const after = head.slice(index);
    const end = after.findIndex((one) => !one.startsWith('#   '));
    return after
      .slice(0, end < 0 ? undefined : end)
      .map((one) => `${one.slice(4)}\n`)
      .join('');
  }
  throw new Error(`the head of ${jail} gives no lines for ${named}`);
}

/** Does with the files of the system what the head says. */
export async function follow(container: Container, recipe: Recipe): Promise<void> {
  const { named, file = named, place } = recipe;
  const lines = linesOf(recipe);
  const text = place === 'new file' ? '' : await container.ask(`cat ${file}`);
  await container.ask(`cat >${file}`, { input: withLines(text, lines, recipe) });
}

function withLines(text: string, lines: string, { place, jail }: Recipe): string {
  if (place === 'new file') return lines;
  if (place === 'top') return `${lines}${text}`;
  if (place === 'end') return `${text}\n${lines}`;
  const pattern = 'instead' in place ? place.instead : place.behind;
  if (!pattern.test(text)) throw new Error(`${pattern}, which the head of ${jail} speaks of, is not there`);
  return text.replace(pattern, (found) => ('instead' in place ? lines.trimEnd() : `${found}\n${lines.trimEnd()}`));
}
