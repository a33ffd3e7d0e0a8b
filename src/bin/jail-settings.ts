import { type EffectiveSetting, effectiveSettings } from '../config/effective-settings.js';
import { readSources } from '../config/load.js';
import { configPlaces } from './places.js';

/** What is in force for each jail, with one reading of all files as they are now; undefined when there is no such jail. */
export function jailSettings(configDirectory: string): (jail: string) => readonly EffectiveSetting[] | undefined {
  const { jails, agent } = readSources(configPlaces(configDirectory));
  return (jail) => {
    const files = jails.find(({ name }) => name === jail);
    return files && effectiveSettings(files, agent);
  };
}
