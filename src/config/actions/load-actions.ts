/** Finds the files of the actions, reads and checks them, and compares them with what the jails name. */
import type { Problem } from '../../core/problem.js';
import { type ConfigPlaces, directoriesOf } from '../agent-file.js';
import type { Config } from '../config.js';
import { createDisk } from '../files/disk.js';
import { inForce, mainNames } from '../files/layers.js';
import { join, layerOf, type Reading, readFiles } from '../files/read-layers.js';
import { nearest } from '../keys/nearest.js';
import { parseAction } from './action.js';
import type { ActionConfig } from './action-config.js';

/** One action as the files have it. */
export interface LoadedAction {
  readonly name: string;
  /** Undefined when anything is wrong with it. */
  readonly config: ActionConfig | undefined;
}

export interface LoadedActions {
  /** False when there may be actions that are not among them, as a folder cannot be listed. */
  readonly isWhole: boolean;
  readonly actions: readonly LoadedAction[];
  readonly problems: readonly Problem[];
}

/** Which actions the jails are told by: `Action=` of each jail, and of f2bd.conf. */
export type Naming = Pick<Config, 'jails' | 'actions'>;

/** Never throws: what cannot be read is a problem like any other. `naming`: undefined when nothing is known of it. */
export function loadActions(places: ConfigPlaces, naming: Naming | undefined): LoadedActions {
  const { disk = createDisk(places), configDirectory } = places;
  const reading: Reading = { disk, problems: [] };
  const layers = directoriesOf(places).map((directory) => layerOf(join(directory, 'actions'), reading));
  const isWhole = reading.problems.length === 0;
  const actions = mainNames(layers).flatMap((file): LoadedAction[] => {
    const { main, dropins } = inForce(file, layers);
    if (main === undefined) return [];
    const name = file.replace(/\.conf$/, '');
    const parsed = parseAction(readFiles(name, [main, ...dropins], reading), disk);
    reading.problems.push(...parsed.problems);
    return [{ name, config: parsed.value }];
  });
  const named = naming === undefined ? [] : checkNames(naming, actions, join(configDirectory, 'actions'));
  return { isWhole, actions, problems: [...reading.problems, ...named] };
}

/** Names without a file are errors; files that nobody names are warned of. */
function checkNames({ jails, actions }: Naming, loaded: readonly LoadedAction[], folder: string): readonly Problem[] {
  const there = loaded.map(({ name }) => name);
  const enabled = jails.filter((jail) => jail.enabled);
  const users = new Map<string, string>();
  for (const jail of enabled) for (const name of jail.actions) users.set(name, `the jail ${jail.name}`);
  for (const name of actions) users.set(name, 'f2bd.conf');
  const absent = [...users].filter(([name]) => !there.includes(name));
  const unused = there.filter((name) => !users.has(name));
  return [
    ...absent.map(([name, user]): Problem => {
      const meant = nearest(name, there);
      const hint = meant === undefined ? 'write that file, see f2b.action(5)' : `did you mean Action=${meant}?`;
      return { file: join(folder, `${name}.conf`), line: 0, message: `is missing, and ${user} names it`, hint };
    }),
    ...unused.map((name): Problem => {
      const hint = `add Action=${name} to [Ban] of a jail, or of f2bd.conf for all`;
      const message = 'no jail names it, so it is told of no ban';
      return { file: join(folder, `${name}.conf`), line: 0, message, hint, severity: 'warning' };
    }),
  ];
}
