import { type EffectiveSetting, effectiveSettings } from '../config/effective-settings.js';
import { readSources } from '../config/load.js';
import { configPlaces } from './places.js';

/** What is in force for a jail, as the files have it now; undefined when there is no such jail. */
export function jailSettings(configDirectory: string, jail: string): readonly EffectiveSetting[] | undefined {
  const sources = readSources(configPlaces(configDirectory));
  const files = sources.jails.find(({ name }) => name === jail);
  return files && effectiveSettings(files, sources.agent);
}
