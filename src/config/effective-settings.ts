/** What of a jail's files is in force, setting by setting, as it would be written in one file. */

import type { SourceFiles } from './config-texts.js';
import { type Assignment, parseSyntax } from './files/syntax.js';
import type { KnownKey } from './keys/key.js';
import { keysOf } from './keys/keys.js';
import { temporarySource } from './temporary.js';

/** One setting; `file` and `line` are where it was last written, and are missing for a default. */
export interface EffectiveSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly file?: string;
  readonly line?: number;
}

/** In the order of the manual page. `agent`: f2bd.conf, whose [Ban] holds what is set for all jails. */
export function effectiveSettings(jail: SourceFiles, agent: SourceFiles): readonly EffectiveSetting[] {
  const defaults = assignmentsIn(agent).filter(({ section }) => section === 'Ban');
  const assignments = [...defaults, ...assignmentsIn(jail)];
  return keysOf.jail.map((key) => settingOf(key, assignments));
}

/** The same with what the agent was given until it reads its configuration again, `KEY=VALUE`, on top. */
export function toppedBy(
  settings: readonly EffectiveSetting[],
  temporary: readonly string[],
): readonly EffectiveSetting[] {
  const { path, text } = temporarySource(temporary);
  const given = parseSyntax(text, path).value.assignments;
  return settings.map((one) => {
    const known = keysOf.jail.find(({ name }) => name === one.key);
    const own = given.filter(({ key }) => key === one.key);
    if (known === undefined || own.length === 0) return one;
    const { section, key, value, file, line = 0 } = one;
    return settingOf(known, [...(file === undefined ? [] : [{ section, key, value, place: { file, line } }]), ...own]);
  });
}

function assignmentsIn({ texts }: SourceFiles): readonly Assignment[] {
  return texts.flatMap(({ path, text }) => parseSyntax(text, path).value.assignments);
}

function settingOf(key: KnownKey, assignments: readonly Assignment[]): EffectiveSetting {
  const { kind, section, name, initial } = key;
  const own = assignments.filter((one) => one.section === section && one.key === name);
  // An empty value returns to the default, and drops what a list held.
  const since = own.findLastIndex(({ value }) => value === '') + 1;
  const set = own.slice(since);
  const last = set.at(-1);
  if (last === undefined) return { section, key: name, value: initial };
  const value = kind === 'list' ? set.map((one) => one.value).join(' ') : last.value;
  return { section, key: name, value, ...last.place };
}
