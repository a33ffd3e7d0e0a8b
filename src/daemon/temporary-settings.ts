/**
 * What jails were given until the configuration is read again. It is kept in memory alone: a start and a reload end it.
 * Invariant: a setting that would be refused in a file changes nothing.
 */
import type { Agent } from '../agent/agent.js';
import type { Config } from '../config/config.js';
import { isStopped, joinTemporary, withTemporary } from '../config/temporary.js';
import { formatProblem, type Parsed } from '../core/problem.js';
import { F2bError } from '../errors.js';

export interface TemporarySettings {
  /** `KEY=VALUE` of a jail, in the order they were given. */
  of(jail: string): readonly string[];
  /** The jails that are stopped by them. */
  readonly stopped: readonly string[];
  /** The configuration with more of them. `keep` takes them over. Throws UNKNOWN_JAIL and SETTING_REFUSED. */
  added(config: Config, ...asked: Parameters<Agent['set']>): Added;
  /** Forgets all of them; returns the jails that had some. */
  clear(): readonly string[];
}

interface Added {
  readonly config: Config;
  /** What is odd about them, in words; empty when nothing is. */
  readonly warnings: string;
  keep(): void;
}

export function createTemporarySettings(): TemporarySettings {
  const given = new Map<string, readonly string[]>();
  const of = (jail: string) => given.get(jail) ?? [];
  return {
    of,
    get stopped() {
      return [...given.keys()].filter((name) => isStopped(of(name)));
    },
    added(config, name, settings) {
      const isOn = config.jails.some((jail) => jail.enabled && jail.name === name);
      if (!isOn && !isStopped(of(name))) throw new F2bError('UNKNOWN_JAIL', name);
      const { value: joined } = good(joinTemporary(of(name), settings));
      const { value, problems } = good(withTemporary(config, name, joined));
      return {
        config: value,
        warnings: problems.map(formatProblem).join('\n'),
        keep: () => void given.set(name, joined),
      };
    },
    clear() {
      const jails = [...given.keys()];
      given.clear();
      return jails;
    },
  };
}

/** Throws SETTING_REFUSED with all that is wrong. */
function good<T>({ value, problems }: Parsed<T>): { readonly value: T } & Pick<Parsed<T>, 'problems'> {
  if (value !== undefined) return { value, problems };
  const [first] = problems;
  const told = problems.map(({ message }) => message).join('; ');
  throw new F2bError('SETTING_REFUSED', told, first?.hint === undefined ? {} : { hint: first.hint });
}
