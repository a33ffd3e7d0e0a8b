/** A configuration of fail2ban's on the disk, what an import makes of it beside it, and that as the agent loads it. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConfiguration } from '../../src/bin/agent/configuration.js';
import { loadActions } from '../../src/config/actions/load-actions.js';
import type { Config, JailConfig } from '../../src/config/config.js';
import { effectiveSettings } from '../../src/config/effective-settings.js';
import { createDisk } from '../../src/config/files/disk.js';
import { readSources } from '../../src/config/load.js';
import { parseTail } from '../../src/config/tail.js';
import { parseServices } from '../../src/config/values/services.js';
import { formatProblem, type Problem } from '../../src/core/problem.js';
import { readConfiguration } from '../../src/daemon/loaded-config.js';
import { type Filter, loadFilter } from '../../src/filter/load-filter.js';
import { isPublic, textOf } from '../../src/host/files/configuration-files.js';
import { listFolder, readRegularFileIfThere } from '../../src/host/files/read-file.js';
import { type Imported, importFail2ban } from '../../src/import/import.js';
import { repository } from './repository.js';
import { shippedJails } from './shipped-jails.js';

export interface LoadedImport {
  readonly imported: Imported;
  /** Of the import. */
  readonly problems: readonly Problem[];
  /** By their paths below the folder of the configuration. */
  readonly files: ReadonlyMap<string, string>;
  /** What the agent, f2b-actiond and f2b-tail say of what was written. */
  readonly told: readonly string[];
  readonly config: Config | undefined;
  /** What `f2bctl show` prints of a jail, by its keys. */
  readonly show: (jail: string) => Readonly<Record<string, string>>;
  readonly jail: (name: string) => JailConfig | undefined;
  readonly filterOf: (jail: JailConfig) => Filter | undefined;
}

let shipped: readonly JailConfig[] | undefined;

/** What of the shipped jails an import knows. */
function knownJails() {
  shipped ??= shippedJails(() => 1000);
  return shipped.map(({ name, filter, journal }) => ({ name, filter: filter?.name ?? '', units: journal.units }));
}

export interface Folders {
  /** fail2ban's. */
  readonly from: string;
  /** Where f2b's is written. */
  readonly to: string;
}

/** New folders, with these files in fail2ban's. */
export function foldersWith(configuration: Readonly<Record<string, string>>): Folders {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-import-'));
  const [from, to] = [join(folder, 'fail2ban'), join(folder, 'f2b')];
  for (const made of [from, to]) mkdirSync(made);
  for (const [path, text] of Object.entries(configuration)) write(from, path, text);
  return { from, to };
}

export function removeFolders({ from }: Folders): void {
  rmSync(dirname(from), { recursive: true });
}

export async function loadImport(folders: Folders): Promise<LoadedImport> {
  const { from, to } = folders;
  const { value: imported, problems } = importFail2ban({
    directory: from,
    only: [],
    files: { read: textOf, list: listFolder },
    isPublic,
    shipped: knownJails(),
    filterFolders: [join(repository, 'filters')],
    services: parseServices(textOf('/etc/services') ?? ''),
    written: new Set(),
  });
  assert.ok(imported, problems.map(formatProblem).join('\n'));
  const made = [imported.serverFiles, ...imported.jails.map((jail) => jail.files)].flat();
  const files = new Map(made.map(({ path, text }) => [path, text]));
  for (const [path, text] of files) write(to, path, text);
  const disk = createDisk({ passwdFile: '/nonexistent', findUser: () => 1000 });
  const places = { configDirectory: to, shippedDirectory: repository, disk };
  const sources = createConfiguration(places, () => ({ disk, read: readRegularFileIfThere, list: listFolder }));
  const { value, problems: ofAgent } = await readConfiguration(sources);
  const ofActions = loadActions(places, value?.config).problems;
  const tails = [...files].filter(([path]) => path.startsWith('tail/'));
  const ofTails = tails.flatMap(([path, text]) => parseTail({ path, text }).problems);
  // No service that is guarded is installed here.
  const told = [...ofAgent, ...ofActions, ...ofTails].filter(({ message }) => !message.startsWith('Executable=:'));
  const { jails, agent } = readSources(places);
  return {
    ...{ imported, problems, files, told: told.map(formatProblem), config: value?.config },
    show(name) {
      const source = jails.find((jail) => jail.name === name);
      assert.ok(source, `there is no jail ${name}`);
      return Object.fromEntries(effectiveSettings(source, agent).map((one) => [one.key, one.value]));
    },
    jail: (name) => value?.config.jails.find((jail) => jail.name === name),
    filterOf({ filter, usedns, journal }) {
      const defaults = { logtype: journal.isFile ? 'file' : 'journal', usedns };
      const path = value?.config.filterPath ?? [];
      return filter && loadFilter(filter, { path, read: readRegularFileIfThere, list: listFolder, defaults }).value;
    },
  };
}

function write(folder: string, path: string, text: string): void {
  const whole = join(folder, path);
  if (!existsSync(dirname(whole))) mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
}
