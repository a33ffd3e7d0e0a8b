/** The agent's own settings, f2bd.conf in all its layers: some commands need them and no jail. */
import { type Assigned, list, scalar } from './assigned.js';
import type { LogFailures } from './config.js';
import type { SourceFiles, SourceText } from './config-texts.js';
import { createDisk, type Disk, type DiskOptions } from './files/disk.js';
import { inForce } from './files/layers.js';
import { join, layerOf, type Reading, readFiles } from './files/read-layers.js';
import { parseSyntax } from './files/syntax.js';
import { geoIpDirectories } from './geoip-directories.js';
import { agentKeys } from './keys/keys.js';

const AGENT_FILE = 'f2bd.conf';

export interface ConfigPlaces extends DiskOptions {
  /** The administrator's layer, DEFAULT_CONFIG_DIRECTORY unless --config-directory says otherwise. */
  readonly configDirectory: string;
  /** The shipped layer: /usr/lib/f2b, or a checkout. Its `units` and `filters` are used. */
  readonly shippedDirectory: string;
  /** The layer above both, RUNTIME_DIRECTORY where the administrator's is the default; none when undefined. */
  readonly runtimeDirectory?: string | undefined;
  /** Default /etc/services. */
  readonly servicesFile?: string;
  /** Default: this machine's. */
  readonly disk?: Disk;
  /** Settings put on top of a jail's own, as if in its last drop-in (`f2bctl simulate -p`). */
  readonly overrides?: { readonly jail: string; readonly source: SourceText };
}

/** The folders that the layers are in, the lowest first. */
export function directoriesOf(places: ConfigPlaces): readonly string[] {
  const { shippedDirectory, configDirectory, runtimeDirectory } = places;
  return [shippedDirectory, configDirectory, ...(runtimeDirectory === undefined ? [] : [runtimeDirectory])];
}

/** Of filters, the administrator's first. */
export function filterFolders({ configDirectory, shippedDirectory }: ConfigPlaces): readonly string[] {
  return [join(configDirectory, 'filters'), join(shippedDirectory, 'filters')];
}

export function readAgent(directories: readonly string[], reading: Reading): SourceFiles {
  const layers = directories.map((directory) => layerOf(directory, reading));
  const { main = [], dropins } = inForce(AGENT_FILE, layers);
  return readFiles(AGENT_FILE, [main, ...dropins].flat(), reading);
}

/** What f2bd.conf says, whatever is wrong with it. */
function agentAssigned(places: ConfigPlaces): Assigned {
  const { disk = createDisk(places) } = places;
  return assignedIn(readAgent(directoriesOf(places), { disk, problems: [] }));
}

/** The same of its texts. */
export function assignedIn({ texts }: SourceFiles): Assigned {
  return { assignments: texts.flatMap(({ path, text }) => parseSyntax(text, path).value.assignments), problems: [] };
}

/** The folders that filters are looked for in, as `loadConfig` has them. */
export function loadFilterPath(places: ConfigPlaces): readonly string[] {
  return [...filterFolders(places), ...list(agentAssigned(places), agentKeys.filterPath).map(({ value }) => value)];
}

/** What LogFailures= says, whatever else is wrong in the configuration. */
export function loadLogFailures(places: ConfigPlaces): LogFailures {
  return scalar(agentAssigned(places), agentKeys.logFailures).value;
}

/** What GeoIPDirectory= names, whatever else is wrong in the configuration. */
export function loadGeoIpDirectories(places: ConfigPlaces): readonly string[] {
  return geoIpDirectories(agentAssigned(places));
}
