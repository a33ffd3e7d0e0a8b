import { readFileSync } from 'node:fs';

/** The id of the boot that this process lives in, as journald writes it; undefined when it cannot be told. */
export function bootId(path = '/proc/sys/kernel/random/boot_id'): string | undefined {
  try {
    const id = readFileSync(path, 'utf8').trim().replaceAll('-', '');
    return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
