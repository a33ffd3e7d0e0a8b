/** Finds the files of the configuration, reads and checks them. */
import type { Problem } from '../core/problem.js';
import { assignedIn, type ConfigPlaces, directoriesOf, filterFolders, readAgent } from './agent-file.js';
import type { SourceFiles } from './config-texts.js';
import { DEFAULT_CONFIG_DIRECTORY } from './directories.js';
import { createDisk, type Disk } from './files/disk.js';
import { inForce, type Layer, mainNames } from './files/layers.js';
import { join, layerOf, type Reading, readFiles, take } from './files/read-layers.js';
import { unreadFiles } from './files/unread-files.js';
import { foldersWithoutDatabases } from './geoip-directories.js';
import { inOrder } from './in-order.js';
import { orphans } from './orphans.js';
import { type ParsedConfig, parseInSteps } from './parse-config.js';
import { allSteps, eachInSteps, type Steps } from './steps.js';

/** One that is there and cannot be read is a problem of its files. */
function checkDirectory(folder: string, disk: Disk): readonly Problem[] {
  if (folder === DEFAULT_CONFIG_DIRECTORY || !disk.isMissing(folder)) return [];
  const hint = `create it, or name another with --config-directory (default ${DEFAULT_CONFIG_DIRECTORY})`;
  return [{ file: folder, line: 0, message: 'there is no such folder', hint }];
}

/** The texts of all jails, but of those that are masked. */
function* readJails({ overrides }: ConfigPlaces, units: readonly Layer[], reading: Reading): Steps<SourceFiles[]> {
  const read = yield* eachInSteps(mainNames(units), (file) => {
    const { main, dropins } = inForce(file, units);
    if (main === undefined) return [];
    const own = take(reading.disk.text(main), reading);
    if (own === undefined) return [];
    const files = readFiles(file.replace(/\.conf$/, ''), dropins, reading);
    const last = overrides?.jail === files.name ? [overrides.source] : [];
    return [{ ...files, texts: [own, ...files.texts, ...last] }];
  });
  return read.flat();
}

/**
 * Reads and checks the whole configuration. Never throws: what cannot be read is a problem like any other. With an
 * error among the problems, the value must not be put in force (see parseConfig).
 */
export function loadConfig(places: ConfigPlaces): ParsedConfig {
  return allSteps(loadConfigInSteps(places));
}

/** The files that are in force, with what is wrong with reading them. */
interface Sources {
  readonly agent: SourceFiles;
  readonly jails: readonly SourceFiles[];
  /** Names of jails that an empty file or a link to /dev/null masks. */
  readonly masked: readonly string[];
  /** The folders of jails, the lowest first. */
  readonly units: readonly Layer[];
  readonly problems: readonly Problem[];
}

function* sourcesInSteps(places: ConfigPlaces, disk: Disk): Steps<Sources> {
  const problems = [...checkDirectory(places.configDirectory, disk)];
  const reading = { disk, problems };
  const directories = directoriesOf(places);
  const units = directories.map((directory) => layerOf(join(directory, 'units'), reading));
  const agent = readAgent(directories, reading);
  const jails = yield* readJails(places, units, reading);
  const masked = mainNames(units).filter((file) => inForce(file, units).main === undefined);
  const unread = unreadFiles(
    places.configDirectory,
    (folder) => disk.names(join(places.configDirectory, folder)).value ?? [],
  );
  return {
    agent,
    jails,
    masked: masked.map((file) => file.replace(/\.conf$/, '')),
    units,
    problems: [...problems, ...unread],
  };
}

/** The texts that make up the configuration: of f2bd.conf and of each jail, and which jails are masked. */
export function readSources(places: ConfigPlaces): Omit<Sources, 'problems'> {
  return allSteps(sourcesInSteps(places, places.disk ?? createDisk(places)));
}

/** The configuration and the texts that it was read from. */
export function loadWithSources(places: ConfigPlaces): { readonly sources: Sources; readonly parsed: ParsedConfig } {
  const { disk = createDisk(places) } = places;
  const sources = allSteps(sourcesInSteps(places, disk));
  return { sources, parsed: allSteps(parsedInSteps(sources, places, disk)) };
}

/** The configuration in steps: a thousand jails take some tenths of a second. */
export function* loadConfigInSteps(places: ConfigPlaces): Steps<ParsedConfig> {
  const { disk = createDisk(places) } = places;
  return yield* parsedInSteps(yield* sourcesInSteps(places, disk), places, disk);
}

function* parsedInSteps(sources: Sources, places: ConfigPlaces, disk: Disk): Steps<ParsedConfig> {
  const parsed = yield* parseInSteps({
    jails: sources.jails,
    agent: sources.agent,
    filterFolders: filterFolders(places),
    machine: disk,
    services: disk.text(places.servicesFile ?? '/etc/services').value?.text ?? '',
  });
  const lost = orphans(sources.units, parsed.value.jails);
  const bare = foldersWithoutDatabases(assignedIn(sources.agent), disk);
  return { value: parsed.value, problems: [...sources.problems, ...lost, ...inOrder([...parsed.problems, ...bare])] };
}
