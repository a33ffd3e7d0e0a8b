/**
 * Which files of the shipped, the administrator's and the runtime layer are in force, by the rules of systemd.unit(5): the later
 * layer replaces files of the same name, drop-ins of both apply sorted by name, an empty file or a link to /dev/null
 * masks it.
 */

/** A file seen in a folder; `masks` when it is empty or a link to /dev/null. */
export interface SeenFile {
  readonly name: string;
  readonly path: string;
  readonly masks: boolean;
}

/** One folder's main files and, by main file name, the files of its `NAME.conf.d` folders. */
export interface Layer {
  /** By their names. */
  readonly files: ReadonlyMap<string, SeenFile>;
  readonly dropins: ReadonlyMap<string, readonly SeenFile[]>;
}

/** The paths in force for one main file: `main` is undefined when there is none or it is masked. */
export interface InForce {
  readonly main: string | undefined;
  readonly dropins: readonly string[];
}

/** Names sort by code unit, as strcmp(3) does for the names that occur. */
function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The paths in force for the main file `name`; `layers` from the shipped one to the strongest. */
export function inForce(name: string, layers: readonly Layer[]): InForce {
  const main = layers.map(({ files }) => files.get(name)).findLast((file) => file !== undefined);
  const dropins = new Map<string, SeenFile>();
  for (const layer of layers) for (const file of layer.dropins.get(name) ?? []) dropins.set(file.name, file);
  const paths = [...dropins.values()].filter(({ masks }) => !masks).sort((a, b) => byName(a.name, b.name));
  return { main: main === undefined || main.masks ? undefined : main.path, dropins: paths.map(({ path }) => path) };
}

/** All main file names of the layers, sorted. */
export function mainNames(layers: readonly Layer[]): readonly string[] {
  return [...new Set(layers.flatMap(({ files }) => [...files.keys()]))].sort(byName);
}

/** Names that have drop-ins but no main file in any layer. */
export function orphanedDropins(layers: readonly Layer[]): readonly SeenFile[] {
  const names = new Set(mainNames(layers));
  return layers.flatMap(({ dropins }) =>
    [...dropins].filter(([name]) => !names.has(name)).flatMap(([, files]) => files),
  );
}
