/** The disk as if the given files of jails lay in the folder of the configuration, under their own names. */
import { basename } from 'node:path';
import type { Sources } from '../../config/files/recording.js';

export function withJails(sources: Sources, configDirectory: string, files: readonly string[]): Sources {
  const units = `${configDirectory.replace(/\/+$/, '')}/units`;
  const added = new Map(files.map((file) => [`${units}/${basename(file)}`, file]));
  const { disk } = sources;
  return {
    ...sources,
    disk: {
      ...disk,
      names(folder) {
        const found = disk.names(folder);
        if (folder !== units) return found;
        return { ...found, value: [...new Set([...(found.value ?? []), ...files.map((file) => basename(file))])] };
      },
      text: (path) => disk.text(added.get(path) ?? path),
      isMask: (path) => disk.isMask(added.get(path) ?? path),
    },
  };
}
