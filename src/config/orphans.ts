/** Drop-ins of jails that there are not, and which jails were probably meant. */
import type { Problem } from '../core/problem.js';
import type { JailConfig } from './config.js';
import { type Layer, orphanedDropins } from './files/layers.js';
import { nearest } from './keys/nearest.js';

/** More jails of a unit are not named. */
const MAX_NAMED = 8;

export function orphans(layers: readonly Layer[], jails: readonly JailConfig[]): readonly Problem[] {
  return orphanedDropins(layers).map(({ path }) => ({
    file: path,
    line: 0,
    message: 'has no effect: the jail does not exist',
    hint: hintFor((path.split('/').at(-2) ?? '').replace(/\.conf\.d$/, ''), jails),
    severity: 'warning' as const,
  }));
}

function hintFor(wanted: string, jails: readonly JailConfig[]): string {
  const [one, ...others] = meant(wanted, jails);
  if (one === undefined) return `there is no units/${wanted}.conf`;
  if (others.length === 0) return `did you mean ${one}.conf.d?`;
  const named = [one, ...others].slice(0, MAX_NAMED).join(', ');
  return `there are several jails for ${wanted}: name the folder after one of ${named}`;
}

/** Those of that unit, or with that filter; else one whose name is written nearly so. */
function meant(wanted: string, jails: readonly JailConfig[]): readonly string[] {
  const plain = plainName(wanted);
  const fitting = jails.filter(
    ({ filter, journal }) => filter?.name === plain || journal.units.some((unit) => plainName(unit) === plain),
  );
  if (fitting.length > 0) return fitting.map(({ name }) => name);
  const names = new Map(jails.map(({ name }) => [plainName(name), name]));
  const near = names.get(nearest(plain, [...names.keys()]) ?? '');
  return near === undefined ? [] : [near];
}

function plainName(name: string): string {
  return name.replace(/\.service$/, '');
}
