/**
 * Where f2b is installed: /usr/lib/f2b with everything beside the programs, or a checkout with the programs in dist.
 */
import { basename, dirname, join } from 'node:path';
import type { ConfigPlaces } from '../config/agent-file.js';
import { DEFAULT_CONFIG_DIRECTORY, RUNTIME_DIRECTORY } from '../config/directories.js';

const programs = import.meta.dirname;

/** The folder that holds `units` and `filters`. */
export const shippedDirectory = basename(programs) === 'dist' ? dirname(programs) : programs;

/** The layers of the configuration. Settings until a reboot belong to this machine's own configuration alone. */
export function configPlaces(configDirectory: string): ConfigPlaces {
  const runtimeDirectory = configDirectory === DEFAULT_CONFIG_DIRECTORY ? RUNTIME_DIRECTORY : undefined;
  return { configDirectory, shippedDirectory, runtimeDirectory };
}

/** The C library over libsystemd. */
export const nativeLibrary = join(programs, 'f2b-journal.so');
