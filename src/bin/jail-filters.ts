/** What the filters of jails consist of, as their files are now. */
import { loadFilterPath } from '../config/agent-file.js';
import type { FilterTexts, FilterUse } from '../fail2ban/filter-answer.js';
import { parseFilterSpec } from '../filter/filter-spec.js';
import { loadFilter } from '../filter/load-filter.js';
import { expandTags } from '../filter/tags/expand.js';
import { listFolder, readRegularFileIfThere } from '../host/files/read-file.js';
import { configPlaces } from './places.js';

/** Undefined for a filter that cannot be read, which the agent tells. */
export function jailFilters(configDirectory: string): (use: FilterUse) => FilterTexts | undefined {
  const library = {
    path: loadFilterPath(configPlaces(configDirectory)),
    read: readRegularFileIfThere,
    list: listFolder,
  };
  return ({ filter: name, usedns, logtype }) => {
    const spec = parseFilterSpec(name).value;
    const filter = spec && loadFilter(spec, { ...library, defaults: { usedns, logtype } }).value;
    if (filter === undefined) return undefined;
    const { failregex, ignoreregex, prefregex, maxlines, datepattern = [] } = filter;
    const python = ({ written }: { readonly written: string }) => expandTags(written, filter.usedns);
    return {
      failregex: failregex.map(python),
      ignoreregex: ignoreregex.map(python),
      prefregex: prefregex === undefined ? '' : python(prefregex),
      maxlines,
      datepattern,
    };
  };
}
