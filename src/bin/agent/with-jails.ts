/** The disk as if the given files of jails lay in the folder of the configuration, under their own names. */
import { basename } from 'node:path';
import type { Disk } from '../../config/files/disk.js';
import type { Sources } from '../../config/files/recording.js';

/** A file of a jail that somebody asks about, as it was when it was looked at. */
export interface AskedFile extends Pick<Disk, 'text' | 'isMask'> {
  readonly name: string;
}

/** To be called before rights are given up: they are read with the rights of who asks, wherever they lie. */
export function askedFiles(disk: Disk, files: readonly string[]): readonly AskedFile[] {
  return files.map((file) => {
    const [text, isMask] = [disk.text(file), disk.isMask(file)];
    return { name: basename(file), text: () => text, isMask: () => isMask };
  });
}

export function withJails(sources: Sources, configDirectory: string, files: readonly AskedFile[]): Sources {
  const units = `${configDirectory.replace(/\/+$/, '')}/units`;
  const added = new Map<string, Pick<Disk, 'text' | 'isMask'>>(files.map((file) => [`${units}/${file.name}`, file]));
  const { disk } = sources;
  return {
    ...sources,
    disk: {
      ...disk,
      names(folder) {
        const found = disk.names(folder);
        if (folder !== units) return found;
        return { ...found, value: [...new Set([...(found.value ?? []), ...files.map(({ name }) => name)])] };
      },
      text: (path) => (added.get(path) ?? disk).text(path),
      isMask: (path) => (added.get(path) ?? disk).isMask(path),
    },
  };
}
