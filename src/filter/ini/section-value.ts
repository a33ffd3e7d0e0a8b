/** `<SECTION/NAME>` in a file of fail2ban's, as its get_ex looks it up. */
import type { IniDocument } from './document.js';
import { type InterpolationReport, interpolate } from './interpolate.js';

/** The value as a tag in [Definition] names it; undefined when there is none. `name`: in lower case. */
export function sectionValue(
  section: string,
  name: string,
  document: IniDocument,
  report: InterpolationReport,
): string | undefined {
  switch (section.toLowerCase()) {
    case 'known':
      return knownValue(name, document, report);
    case 'default':
      return interpolate(document, 'DEFAULT', name, new Map(), report);
    default:
      return document.sections.has(section) ? interpolate(document, section, name, new Map(), report) : undefined;
  }
}

/** What an earlier layer with a [Definition] says; when there is one but it has no such option, [DEFAULT] does. */
function knownValue(name: string, document: IniDocument, report: InterpolationReport): string | undefined {
  const earlier = document.known.get('Definition');
  const option = earlier && (earlier.get(name) ?? document.defaults.get(name));
  const values = new Map(option && [[name, option.value]]);
  return interpolate(document, 'Definition', name, values, report);
}
