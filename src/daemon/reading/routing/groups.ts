/** What a jail that names users demands of the groups of its entries. */
import type { Entry } from '../../../core/entry.js';

/** The values of _UID and _GID that a jail accepts; none: any. */
export interface Accepted {
  readonly users: ReadonlySet<string> | undefined;
  readonly groups: ReadonlySet<string> | undefined;
}

const ROOT = '0';

/** True when the entry's group is accepted. root's group is demanded of root alone where the jail has other users too. */
export function isOfGroups({ users, groups }: Accepted, { fields }: Entry): boolean {
  const { _UID: user = '', _GID: group = '' } = fields;
  if (groups === undefined || groups.has(group)) return true;
  const isOfRootAlone = groups.size === 1 && groups.has(ROOT) && users?.has(ROOT) === true;
  return isOfRootAlone && user !== ROOT;
}
