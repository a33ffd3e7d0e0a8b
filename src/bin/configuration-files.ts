/** The configuration for `f2bctl`: what lies on the disk, judged by the very program that will read it. */
import { join } from 'node:path';
import { type ConfigurationCheck, checkInJson } from '../config/configuration-check.js';
import type { ConfigurationFiles, JailEntry } from '../config/files/configuration-files.js';
import { F2bError } from '../errors.js';
import {
  changedAt,
  isPublic,
  removeConfiguration,
  textOf,
  writeConfiguration,
  writeOutput,
  writeSecret,
} from '../host/files/configuration-files.js';
import { listFolder } from '../host/files/read-file.js';
import { editText, keepText } from '../host/programs/edit-text.js';
import { runApart } from '../host/programs/run-command.js';
import { configPlaces, shippedDirectory } from './places.js';

export const configurationFiles: ConfigurationFiles = {
  jails,
  async settings(configDirectory, jail) {
    const { jailSettings } = await import('./jail-settings.js');
    const settings = jailSettings(configDirectory)(jail);
    if (settings === undefined) throw new F2bError('UNKNOWN_JAIL', jail);
    return settings;
  },
  check,
  isShipped: (jail) => textOf(join(shippedDirectory, 'units', `${jail}.conf`)) !== undefined,
  read: textOf,
  changedAt,
  isPublic,
  list: listFolder,
  write: writeConfiguration,
  writeOutput,
  writeSecret,
  remove: removeConfiguration,
  edit: editText,
  keep: keepText,
};

async function jails(configDirectory: string): Promise<readonly JailEntry[]> {
  const { loadWithSources } = await import('../config/load.js');
  const { sources, parsed } = loadWithSources(configPlaces(configDirectory));
  const configured = new Map(parsed.value.jails.map((jail) => [jail.name, jail]));
  const present = sources.jails.map(({ name, texts }): JailEntry => {
    const jail = configured.get(name);
    const source = jail?.journal.source;
    return {
      name,
      state: jail?.enabled === true ? 'enabled' : 'disabled',
      description: jail?.description ?? '',
      filter: jail?.filter?.name ?? '',
      units: jail?.journal.units ?? [],
      ...(source && { source }),
      forgeableBy: jail?.forgeableBy ?? '',
      files: texts,
    };
  });
  const masked = sources.masked.map(
    (name): JailEntry => ({
      name,
      state: 'masked',
      description: '',
      filter: '',
      units: [],
      forgeableBy: '',
      files: [],
    }),
  );
  return [...present, ...masked].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A process of its own, as the agent gives up root's rights to judge with its own. Throws INTERNAL. */
async function check(directory: string, files: readonly string[]): Promise<ConfigurationCheck> {
  const program = join(import.meta.dirname, 'f2bd.js');
  const given = [program, '--check', '--json', '--config-directory', directory, '--', ...files];
  const { output, errors } = await runApart(process.execPath, given);
  const found = checkInJson(output);
  if (found === undefined) throw new F2bError('INTERNAL', `f2bd --check gave no answer\n${errors.trimEnd()}`);
  return found;
}
