/**
 * The configuration that an agent starts with: the one on disk, or the best there is in its place. A typo must not leave
 * a host unguarded.
 */
import type { Config, JailConfig, SpareConfig } from '../config/config.js';
import { F2bError } from '../errors.js';
import { type ConfigSources, goingOnWith, type LoadedConfig, loadConfiguration } from './loaded-config.js';

/** A configuration to fall back on. */
export interface Fallback {
  /** Which one it is, in words. */
  readonly name: string;
  readonly sources: ConfigSources;
}

export interface FirstConfiguration {
  readonly loaded: LoadedConfig;
  /** Why the one on disk is not in force. */
  readonly refusal: F2bError | undefined;
}

/** Spares whom either spares. */
function eitherOf(one: SpareConfig, other: SpareConfig): SpareConfig {
  return {
    ignoreip: [...new Set([...one.ignoreip, ...other.ignoreip])],
    ignoreself: one.ignoreself || other.ignoreself,
    ignorecommands: [...one.ignorecommands, ...other.ignorecommands],
    spareLoggedIn: one.spareLoggedIn || other.spareLoggedIn,
  };
}

/**
 * The configuration, with whom the wrong one spares too, as far as that can be read: its author may have written down
 * there who must not be shut out.
 */
export async function sparingToo(config: Config, wrong: ConfigSources): Promise<Config> {
  const { value } = await wrong.loadConfig();
  const written = new Map(value?.jails.map(({ name, spare }) => [name, spare]));
  const add = (jail: JailConfig): JailConfig => {
    const other = written.get(jail.name);
    return other === undefined ? jail : { ...jail, spare: eitherOf(jail.spare, other) };
  };
  return { ...config, jails: config.jails.map(add) };
}

/** The jails with the configuration of their names. */
function configuredBy(config: Config, { jails }: LoadedConfig): LoadedConfig {
  const byName = new Map(config.jails.map((jail) => [jail.name, jail]));
  for (const jail of jails) jail.limit(byName.get(jail.config.name) ?? jail.config);
  return { config, jails };
}

/**
 * Throws CONFIG_INVALID, for what is on disk, when no fallback is good either; the reason of `ending` once that aborts.
 */
export async function firstConfiguration(
  sources: ConfigSources,
  fallbacks: () => readonly Fallback[],
  ending: AbortSignal,
): Promise<FirstConfiguration> {
  try {
    return { loaded: await loadConfiguration(sources, { ending }), refusal: undefined };
  } catch (error) {
    if (!(error instanceof F2bError)) throw error;
    for (const { name, sources: others } of fallbacks()) {
      ending.throwIfAborted();
      const loaded = await loadConfiguration({ ...others, warn: () => {} }, { ending }).catch(() => undefined);
      if (loaded === undefined) continue;
      const sparing = await sparingToo(loaded.config, sources);
      return { loaded: configuredBy(sparing, loaded), refusal: goingOnWith(name, error) };
    }
    ending.throwIfAborted();
    throw error;
  }
}
