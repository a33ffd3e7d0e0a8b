/**
 * Where f2b is installed: /usr/lib/f2b with everything beside the programs, or a checkout with the programs in dist.
 */
import { basename, dirname, join } from 'node:path';

const programs = import.meta.dirname;

/** The folder that holds `units` and `filters`. */
export const shippedDirectory = basename(programs) === 'dist' ? dirname(programs) : programs;

/** The C library over libsystemd. */
export const nativeLibrary = join(programs, 'f2b-journal.so');
