import { type EffectiveSetting, effectiveSettings } from '../config/effective-settings.js';
import { readSources } from '../config/load.js';
import { configPlaces } from './places.js';

/** What is in force for a jail, as the files have it now; undefined when there is no such jail. */
export function jailSettings(configDirectory: string, jail: string): readonly EffectiveSetting[] | undefined {
  return settingsRead(configDirectory)(jail);
}

/** The same for one jail after the other, with one reading of all files. */
export function settingsRead(configDirectory: string): (jail: string) => readonly EffectiveSetting[] | undefined {
  const { jails, agent } = readSources(configPlaces(configDirectory));
  return (jail) => {
    const files = jails.find(({ name }) => name === jail);
    return files && effectiveSettings(files, agent);
  };
}
