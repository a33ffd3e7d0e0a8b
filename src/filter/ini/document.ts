/**
 * The layers of a filter merged into one document: later layers override earlier ones option by option, and what they
 * override stays known as `known/NAME`. Conditional sections `[Init?family=inet6]` become options `NAME?family=inet6`.
 */
import type { IniFile, IniOption, IniSection } from './parse.js';

/** What `%(…)s` and `<…>` look up. Section names are case-sensitive, option names in lower case. */
export interface IniDocument {
  readonly defaults: IniSection;
  readonly sections: ReadonlyMap<string, IniSection>;
  /** For each section that several layers have: the values that a later one overrode. */
  readonly known: ReadonlyMap<string, IniSection>;
}

export function mergeLayers(layers: readonly IniFile[]): IniDocument {
  const defaults = new Map<string, IniOption>();
  const sections = new Map<string, Map<string, IniOption>>();
  const known = new Map<string, Map<string, IniOption>>();
  for (const layer of layers) {
    for (const [name, option] of layer.defaults) defaults.set(name, option);
    for (const [title, section] of layer.sections) {
      const conditional = /^(\w+)(\?.+)$/.exec(title);
      const name = conditional?.[1] ?? title;
      mergeSection(name, conditional?.[2] ?? '', section, sections, known);
    }
  }
  return { defaults, sections, known };
}

function mergeSection(
  name: string,
  condition: string,
  section: IniSection,
  sections: Map<string, Map<string, IniOption>>,
  known: Map<string, Map<string, IniOption>>,
): void {
  const merged = sections.get(name);
  const own = [...section].map(([key, option]) => [key + condition, option] as const);
  if (merged === undefined) {
    sections.set(name, new Map(own));
    return;
  }
  const overridden = known.get(name) ?? new Map<string, IniOption>();
  for (const [key, option] of own) {
    const previous = merged.get(key);
    if (previous !== undefined) overridden.set(key, previous);
    merged.set(key, option);
  }
  known.set(name, overridden);
}
