/**
 * Commands of fail2ban's actions as texts for sh(1). Invariant: what an attacker may have chosen never stands in the text
 * of a command: a value with any character that means something to a shell is handed over as a parameter of it, and the
 * text refers to that, as fail2ban's replaceDynamicTags does it.
 */
import { type ActionProperties, ESCAPED_TAGS } from '../../config/actions/fail2ban/properties.js';
import { MOST_REPLACEMENTS, substituteTags, TAG, type Tags } from '../../config/actions/fail2ban/substitute-tags.js';

/** A text, and its parameters $0, $1 and so on. */
export type ShellCommand = readonly [text: string, ...parameters: string[]];

/** What tags always stand for. */
export const FIXED_TAGS: Tags = new Map([
  ['br', '\n'],
  ['sp', ' '],
]);

/** What means something to a shell. */
const SPECIAL = /[\\#&;`|*?~<>^()[\]{}$'"\n\r]/;
/** A tag of what the filter found. */
const CAPTURED = /<F-([A-Z0-9_-]+)>/g;

/** What commands refer to, as it is for a family: inet4, inet6, or nothing. Undefined when it comes to no end. */
export function staticTags(properties: ActionProperties, family: string): Tags | undefined {
  const condition = conditionOf(family);
  const substituted = substituteTags(properties, {
    ignored: ESCAPED_TAGS,
    ...(condition !== undefined && { condition }),
  });
  return 'circular' in substituted ? undefined : substituted.tags;
}

function conditionOf(family: string): string | undefined {
  return family === '' ? undefined : `family=${family}`;
}

/**
 * A command as the action file has it, with all values in it that are known before anybody is banned. `tags`: as
 * `staticTags` gives them for the family. Undefined when it comes to no end.
 */
export function staticText(tag: string, tags: Tags, family: string, hostTags: Tags): string | undefined {
  const condition = conditionOf(family);
  const replacement = (whole: string, name: string): string => {
    const value = (condition === undefined ? undefined : tags.get(`${name}?${condition}`)) ?? tags.get(name);
    if (value === undefined) return FIXED_TAGS.get(name) ?? hostTags.get(name) ?? whole;
    return ESCAPED_TAGS.has(name) ? escaped(value) : value;
  };
  let text = tag;
  for (let round = 0; round <= MOST_REPLACEMENTS; round += 1) {
    const next = text.replaceAll(TAG, replacement);
    if (next === text || !next.includes('<')) return next;
    text = next;
  }
  return undefined;
}

function escaped(value: string): string {
  const special = new RegExp(SPECIAL.source, 'g');
  return value.replaceAll(special, (character) => {
    if (character === '\n') return '\\n';
    return character === '\r' ? '\\r' : `\\${character}`;
  });
}

/** The names of all tags in a text. */
export function tagsIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(TAG)].map(([, name = '']) => name));
}

/** What is known of a ban. */
export interface BanValues {
  /** By the names of tags. */
  readonly tags: Tags;
  /** What the filter found, by names in lower case. */
  readonly captured: Tags;
}

/** The command with all that is known of a ban. Nothing in a value is read as a tag. */
export function withValues(text: string, { tags, captured }: BanValues, hostTags: Tags): ShellCommand {
  const variables = new Map<string, string>();
  const placed = (tag: string, value: string): string => {
    if (!SPECIAL.test(value)) return value;
    const variable = `f2bV_${tag.replaceAll(/\W/g, '_')}`;
    variables.set(variable, value);
    return `$${variable}`;
  };
  const filled = text
    .replaceAll(TAG, (whole, name: string) => {
      const value = tags.get(name);
      if (value !== undefined) return placed(name, value);
      return FIXED_TAGS.get(name) ?? hostTags.get(name) ?? whole;
    })
    .replaceAll(CAPTURED, (_, name: string) => {
      const key = capturedName(name);
      const value = captured.get(key);
      return value === undefined ? '' : placed(`F_${key}`, value);
    });
  if (variables.size === 0) return [filled];
  const assignments = [...variables.keys()].map((variable, index) => `${variable}=$${index} `);
  return [`${assignments.join('')}\n${filled}`, ...variables.values()];
}

/** fail2ban's mapTag2Opt. */
function capturedName(tag: string): string {
  const name = tag.toLowerCase();
  if (name === 'id') return 'fid';
  return name === 'port' ? 'fport' : name;
}
