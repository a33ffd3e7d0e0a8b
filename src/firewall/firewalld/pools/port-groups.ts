/**
 * Which lists of ports the sets of the groups `ports0`, `ports1` … close.
 * Invariant: a list has one group at most, and a group is given to another list only when its sets are empty.
 */

import type { Purpose } from '../../claims.js';
import type { Group } from '../ipset-name.js';

export class PortGroups {
  /** A group was given to a list since the rules in force were last brought in line. */
  isChanged = false;
  /** By group; an empty list means the group is free. */
  readonly #ports: Map<Group, readonly string[]>;

  /** `ports`: what the rules in force say of each group there is. */
  constructor(ports: ReadonlyMap<Group, readonly string[]>) {
    this.#ports = new Map([...ports].map(([group, list]) => [group, [...list].sort()]));
  }

  /** The group of a purpose; undefined for ports that have none yet. */
  find(purpose: Purpose): Group | undefined {
    if (purpose.kind !== 'ports') return purpose.kind;
    return [...this.#ports].find(([, list]) => isSame(list, purpose.ports))?.[0];
  }

  /** Gives a free group to these ports; undefined when all are taken. */
  take(ports: readonly string[], isFree: (group: Group) => boolean): Group | undefined {
    const group = [...this.#ports.keys()].find(isFree);
    if (group === undefined) return undefined;
    this.#ports.set(group, [...ports].sort());
    this.isChanged = true;
    return group;
  }

  portsOf(group: Group): readonly string[] {
    return this.#ports.get(group) ?? [];
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((port, index) => port === other[index]);
}
