/** Warns of files in the administrator's folders that look like configuration and are not read. */
import type { Problem } from '../../core/problem.js';
import { nearest } from '../keys/nearest.js';

/** The names in a folder, which is given by its path below the folder of the configuration. */
export type NamesIn = (folder: string) => readonly string[];

/** What the root of the folder holds. */
const ROOT: readonly string[] = ['f2bd.conf', 'f2bd.conf.d', 'units', 'filters'];

/** fail2ban's names, and what is in them. */
const fail2ban: Readonly<Record<string, 'jails' | 'filters' | 'agent' | 'actions'>> = {
  'jail.conf': 'jails',
  'jail.local': 'jails',
  'jail.d': 'jails',
  'filter.d': 'filters',
  'action.d': 'actions',
  'fail2ban.conf': 'agent',
  'fail2ban.local': 'agent',
  'fail2ban.d': 'agent',
  'paths-overrides.local': 'jails',
};

const FOLDERS = 'jails lie in the folder units, filters in filters';

/** Names that others give to our files and folders, and where these lie. */
const ours: Readonly<Record<string, string>> = {
  'f2bd.local': 'move it to f2bd.conf.d/local.conf',
  'f2bd.conf.local': 'move it to f2bd.conf.d/local.conf',
  'f2bd.d': 'drop-ins of f2bd.conf lie in f2bd.conf.d',
  'conf.d': 'drop-ins of f2bd.conf lie in f2bd.conf.d',
  jails: 'jails lie in the folder units',
};

const places = {
  jails: 'what is set for one jail goes into units/NAME.conf.d/local.conf, for all jails into [Ban] of f2bd.conf',
  filters: 'put the filters into the folder filters, or name the folder with FilterPath= in [Agent] of f2bd.conf',
  agent: 'what is set for the agent goes into f2bd.conf',
  actions: 'what is done at a ban is written in actions/NAME.conf, see f2b.action(5)',
} as const;

/** Left behind by packages and editors, or meant for people. */
function isLeftOver(name: string): boolean {
  const suffix = /(?:~|\.(?:dpkg-\w+|ucf-\w+|rpm\w+|bak|old|orig|save|sw[opx]|disabled|example|sample|md|txt))$/i;
  return name.startsWith('.') || suffix.test(name) || /^readme/i.test(name);
}

/** `folder`: the folder of the configuration, for the paths of what is found. */
export function unreadFiles(folder: string, namesIn: NamesIn): readonly Problem[] {
  const units = namesIn('units');
  const found = [
    ...namesIn('.').flatMap((name) => inRoot(name)),
    ...units.flatMap((name) => inUnits(name)),
    ...namesIn('filters').flatMap((name) => inFilters(name)),
    ...[...units.map((name) => `units/${name}`), 'f2bd.conf.d']
      .filter((path) => path.endsWith('.conf.d'))
      .flatMap((path) => namesIn(path).flatMap((name) => inDropins(path, name))),
  ];
  return found.map(({ path, hint }) => ({
    file: `${folder.replace(/\/+$/, '')}/${path}`,
    line: 0,
    message: 'is not read',
    hint,
    severity: 'warning' as const,
  }));
}

interface Unread {
  readonly path: string;
  readonly hint: string;
}

function inRoot(name: string): readonly Unread[] {
  if (ROOT.includes(name) || isLeftOver(name)) return [];
  const content = fail2ban[name];
  if (content !== undefined) return [{ path: name, hint: places[content] }];
  const hint = ours[name];
  if (hint !== undefined) return [{ path: name, hint }];
  if (/\.(?:service|socket|target|slice)\.conf$/.test(name)) {
    return [{ path: name, hint: `jails lie in the folder units: move it to units/${name}` }];
  }
  if (!/\.(?:conf|local|d)$/.test(name)) return [];
  const meant = nearest(name, ROOT);
  return [{ path: name, hint: meant === undefined ? FOLDERS : `did you mean ${meant}?` }];
}

function inUnits(name: string): readonly Unread[] {
  if (/\.conf(?:\.d)?$/.test(name) || isLeftOver(name)) return [];
  const path = `units/${name}`;
  const jail = name.replace(/\.(?:local|d)$/, '');
  if (name.endsWith('.d')) return [{ path, hint: `drop-ins of a jail lie in units/${jail}.conf.d` }];
  if (name.endsWith('.local')) return [{ path, hint: `move it to units/${jail}.conf.d/local.conf` }];
  return [{ path, hint: `a jail's file ends in .conf: units/${name}.conf` }];
}

function inFilters(name: string): readonly Unread[] {
  if (/\.(?:conf|local)$/.test(name) || isLeftOver(name)) return [];
  return [{ path: `filters/${name}`, hint: `a filter's file ends in .conf: filters/${name}.conf` }];
}

function inDropins(folder: string, name: string): readonly Unread[] {
  if (name.endsWith('.conf') || isLeftOver(name)) return [];
  return [
    {
      path: `${folder}/${name}`,
      hint: `a drop-in ends in .conf: rename it to ${name.replace(/\.[^.]*$/, '')}.conf`,
    },
  ];
}
