/**
 * Replaces `<name>` by the option of that name, inner tags first, so that `<mdre-<mode>>` picks an option by the value
 * of another. Tags that name no option stay: `<HOST>` and `<F-USER>` are meant for the regex. Replacing is bounded in
 * count, length and work; an option that leads back to itself is an error.
 */
import { MAX_VALUE_LENGTH } from '../ini/interpolate.js';

/** How often one tag may be replaced within one option, as in fail2ban. */
const MAX_REPLACEMENTS = 25;
/** Characters gone through for one option: each tag goes through all of the value. Filters take some thousand. */
const MAX_WORK = 1 << 26;
const tag = /<([^ <>]+)>/g;

/** The value of an option that a tag names, or undefined when it names none. */
export type LookUpTag = (name: string) => string | undefined;

export type Substituted = { readonly text: string } | { readonly problem: string; readonly hint: string };

/** `name` is the option that `text` is the value of. */
export function substituteTags(name: string, text: string, lookUp: LookUpTag): Substituted {
  const work: Work = { counts: new Map(), done: 0 };
  let value = text;
  for (;;) {
    const replaced = substituteOnce(name, value, lookUp, work);
    if (!('text' in replaced) || replaced.text === value) return replaced;
    value = replaced.text;
  }
}

interface Work {
  /** How often each tag was replaced. */
  readonly counts: Map<string, number>;
  /** Characters. */
  done: number;
}

/** One pass from left to right; tags that come about by a replacement further left wait for the next pass. */
function substituteOnce(name: string, text: string, lookUp: LookUpTag, work: Work): Substituted {
  const { counts } = work;
  work.done += text.length;
  let value = text;
  let at = 0;
  for (;;) {
    tag.lastIndex = at;
    const match = tag.exec(value);
    const wanted = match?.[1];
    if (match === null || wanted === undefined) return { text: value };
    if (wanted === name) return circle(name, wanted);
    const replacement = lookUp(wanted);
    if (replacement === undefined) {
      at = match.index + match[0].length;
      continue;
    }
    const count = (counts.get(wanted) ?? 0) + 1;
    if (count > MAX_REPLACEMENTS + 1) return circle(name, wanted);
    counts.set(wanted, count);
    value = value.replaceAll(match[0], () => replacement);
    work.done += value.length + 1;
    if (value.length > MAX_VALUE_LENGTH) return tooLong(name);
    if (work.done > MAX_WORK) return tooMany(name);
    at = match.index;
  }
}

function circle(name: string, wanted: string): Substituted {
  return {
    problem: `the tag <${wanted}> leads back to itself in "${name}"`,
    hint: `take <${wanted}> out of what it stands for`,
  };
}

function tooMany(name: string): Substituted {
  return { problem: `"${name}" has too many <tags>`, hint: 'write out what they stand for' };
}

function tooLong(name: string): Substituted {
  return { problem: `"${name}" grows beyond ${MAX_VALUE_LENGTH} characters`, hint: 'break up its <tags>' };
}
