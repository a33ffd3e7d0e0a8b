/**
 * The configuration that an agent starts with: the one on disk, or the best there is in its place. A typo must not leave
 * a host unguarded.
 */
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
      if (loaded !== undefined) return { loaded, refusal: goingOnWith(name, error) };
    }
    ending.throwIfAborted();
    throw error;
  }
}
