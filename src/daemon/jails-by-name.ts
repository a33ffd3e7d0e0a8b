/** Finds the jails at work by their names. Whoever counts failures asks for each of them, and there may be a thousand. */
import type { RunningJail } from './reading/running-jail.js';

/** `jails`: those at work now, another list after each reload. */
export function jailsByName(jails: () => readonly RunningJail[]): (name: string) => RunningJail | undefined {
  let listed: readonly RunningJail[] = [];
  let byName = new Map<string, RunningJail>();
  return (name) => {
    const current = jails();
    if (current !== listed) {
      byName = new Map(current.map((jail) => [jail.config.name, jail]));
      listed = current;
    }
    return byName.get(name);
  };
}
