/**
 * The firewall that `Firewall=` names, also after a reload that names another one.
 * Invariant: the one before keeps what it holds until the other one has taken over; what was asked of it and not done
 * yet is asked of the other one.
 */
import type { Config } from '../config/config.js';
import type { Firewall, FirewallChange } from '../ports/firewall.js';

export interface FirewallSwitch extends Firewall {
  /**
   * Takes over a configuration. True when it names another firewall: that one is there now, and is to be reconciled.
   */
  configure(config: Config): Promise<boolean>;
}

/** `open` opens what the configuration names; it takes over from the one before with its first reconcile. */
export async function createFirewallSwitch(
  config: Config,
  open: (config: Config) => Promise<Firewall>,
): Promise<FirewallSwitch> {
  const listeners = new Set<(change: FirewallChange) => void>();
  const tell = (change: FirewallChange) => {
    for (const listener of [...listeners]) listener(change);
  };
  let { firewall: name } = config;
  let current = await open(config);
  current.onChange(tell);

  /** Done by the one that is in use when it is done. */
  const through = async <T>(work: (firewall: Firewall) => Promise<T>): Promise<T> => {
    for (;;) {
      const used = current;
      try {
        return await work(used);
      } catch (error) {
        if (used === current) throw error;
      }
    }
  };

  return {
    async configure(next) {
      if (next.firewall === name) return false;
      const before = current;
      current = await open(next);
      name = next.firewall;
      current.onChange(tell);
      // It is of no use any more, whatever it says.
      await before.close().catch(() => {});
      tell('lost');
      // What is wrong with it is found by the reconcile.
      await current.opened().catch(() => {});
      tell('sources');
      return true;
    },
    opened: () => current.opened(),
    ban: (bans) => through((firewall) => firewall.ban(bans)),
    unban: (bans) => through((firewall) => firewall.unban(bans)),
    async reconcile(wanted) {
      const used = current;
      try {
        return await used.reconcile(wanted);
      } catch (error) {
        if (used === current) throw error;
        // The other one is reconciled in any case.
        return { added: 0, removed: 0 };
      }
    },
    found: (jails) => current.found(jails),
    holds: (ban) => current.holds(ban),
    enforcedBy: (ban) => current.enforcedBy(ban),
    zoneSources: () => current.zoneSources(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => current.status(),
    close: () => current.close(),
  };
}
