/**
 * `<tag>`s in the values of one of fail2ban's action files, replaced by one another as fail2ban's substituteRecursiveTags
 * does it. Invariant: it ends whatever the values hold; tags that nothing is known of stay as they are.
 */

/** A tag in a text. */
export const TAG = /<([^ <>]+)>/g;

/** Values by the names of their tags. */
export type Tags = ReadonlyMap<string, string>;

export interface Substitution {
  /** Such as `family=inet6`: of a name that has a value of its own for it, that one is taken. */
  readonly condition?: string;
  /** Tags that are replaced later. */
  readonly ignored: ReadonlySet<string>;
  /** What else may be the value of a tag. */
  readonly otherwise?: (tag: string) => string | undefined;
}

/** `circular`: the name of a value that comes to no end. */
export type Substituted = { readonly tags: Tags } | { readonly circular: string };

/** fail2ban's MAX_TAG_REPLACE_COUNT: how often a tag is replaced in one value, and a text gone over. */
export const MOST_REPLACEMENTS = 25;
/** No value may be longer: values within values could grow without end. */
const LONGEST = 1 << 20;
/** Characters gone through for all values: each tag goes through all of its value. Action files take some million. */
const MOST_WORK = 1 << 26;

export function substituteTags(given: Tags, substitution: Substitution): Substituted {
  const work: Work = { tags: new Map(given), done: new Set(), counts: new Map(), characters: 0, substitution };
  for (let isAgain = true; isAgain; ) {
    isAgain = false;
    for (const name of work.tags.keys()) {
      if (substitution.ignored.has(name) || work.done.has(name)) continue;
      const state = substituteIn(name, work);
      if (state === 'endless') return { circular: name };
      if (state === 'open') isAgain = true;
    }
  }
  return { tags: work.tags };
}

interface Work {
  readonly tags: Map<string, string>;
  /** Names of values that hold no tag any more. */
  readonly done: Set<string>;
  /** How often each tag was replaced in each value. */
  readonly counts: Map<string, Map<string, number>>;
  readonly substitution: Substitution;
  /** Gone through so far. */
  characters: number;
}

/** `open`: it changed, and holds tags all the same. */
function substituteIn(name: string, work: Work): 'settled' | 'open' | 'endless' {
  const { tags, done, counts } = work;
  const before = tags.get(name) ?? '';
  const used = counts.get(name) ?? new Map<string, number>();
  const value = replaced(name, before, used, work);
  if (value === undefined) return 'endless';
  if (!value.includes('<')) done.add(name);
  if (value === before) return 'settled';
  tags.set(name, value);
  if (value.search(TAG) < 0) return 'settled';
  counts.set(name, used);
  return 'open';
}

/**
 * `text`: the value of that name so far; `used`: how often each tag was replaced in it. Undefined when it refers to itself,
 * or comes to no end in a sensible time.
 */
function replaced(name: string, text: string, used: Map<string, number>, work: Work): string | undefined {
  const { tags, substitution } = work;
  const { condition, ignored, otherwise } = substitution;
  const tagPattern = new RegExp(TAG.source, 'g');
  work.characters += text.length;
  let value = text;
  for (let match = tagPattern.exec(value); match !== null; match = tagPattern.exec(value)) {
    const [whole, tag = ''] = match;
    if (ignored.has(tag)) continue;
    if (tag === name || (used.get(tag) ?? 1) > MOST_REPLACEMENTS) return undefined;
    const conditional = condition === undefined ? undefined : tags.get(`${tag}?${condition}`);
    const other = conditional ?? tags.get(tag) ?? otherwise?.(tag);
    if (other === undefined) continue;
    value = value.replaceAll(whole, () => other);
    if (isTooMuch(value, work)) return undefined;
    used.set(tag, (used.get(tag) ?? 0) + 1);
    tagPattern.lastIndex = match.index;
  }
  return value;
}

function isTooMuch({ length }: string, work: Work): boolean {
  work.characters += length + 1;
  return length > LONGEST || work.characters > MOST_WORK;
}
