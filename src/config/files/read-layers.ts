/** Files of one kind in the layers of the configuration, read with all that is wrong with reading them. */
import type { Parsed, Problem } from '../../core/problem.js';
import type { SourceFiles } from '../config-texts.js';
import type { Disk } from './disk.js';
import type { Layer, SeenFile } from './layers.js';

export function join(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, '')}/${name}`;
}

/** The disk, with all that is wrong with it collected. */
export interface Reading {
  readonly disk: Disk;
  readonly problems: Problem[];
}

export function take<T>({ value, problems }: Parsed<T>, reading: Reading): T | undefined {
  reading.problems.push(...problems);
  return value;
}

function namesIn(folder: string, reading: Reading): readonly string[] {
  return take(reading.disk.names(folder), reading) ?? [];
}

function seenFiles(folder: string, reading: Reading): readonly SeenFile[] {
  return namesIn(folder, reading)
    .filter((name) => name.endsWith('.conf') && !name.startsWith('.'))
    .map((name) => ({ name, path: join(folder, name), masks: reading.disk.isMask(join(folder, name)) }));
}

export function layerOf(folder: string, reading: Reading): Layer {
  const dropinFolders = namesIn(folder, reading).filter((name) => name.endsWith('.conf.d') && !name.startsWith('.'));
  return {
    files: new Map(seenFiles(folder, reading).map((file) => [file.name, file])),
    dropins: new Map(
      dropinFolders.map((name) => [name.replace(/\.d$/, ''), seenFiles(join(folder, name), reading)] as const),
    ),
  };
}

export function readFiles(name: string, paths: readonly string[], reading: Reading): SourceFiles {
  const texts = paths.map((path) => take(reading.disk.text(path), reading));
  return { name, texts: texts.filter((text) => text !== undefined) };
}
