/**
 * Who is spared, and why: the machine's own addresses, those a person allowed or put into a zone of the firewall,
 * IgnoreIP=, and what IgnoreCommand= or a login session says. Answers from memory; `prepare` gets the answers that take
 * time before they are needed.
 */

import { createAsyncCache } from '../../async/async-cache.js';
import type { Config, JailConfig, SpareConfig } from '../../config/config.js';
import type { Address } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';
import type { SparedBy } from '../../core/effect.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { FirewallView } from '../../ports/firewall.js';
import type { ListFile } from '../../ports/list-file.js';
import type { ProblemSlot } from '../problems/problem-slot.js';
import type { Allowances } from './allowances.js';
import { createIgnoreList, type IgnoreList, type IgnoreListSources, isHeld } from './ignore-list.js';
import { createLoggedIn } from './logged-in.js';
import { createUnreadable } from './unreadable.js';
import { createZones } from './zones.js';

/** What sparing asks of the world. */
export interface SparingWorld {
  readonly clock: Clock;
  readonly ownAddresses: () => readonly Address[];
  /** The addresses of a host name. Rejects when it cannot be resolved. */
  readonly resolve: (name: string) => Promise<readonly Address[]>;
  readonly listFile: (path: string) => ListFile | undefined;
  /** Runs IgnoreCommand= with the address and the jail's name as F2B_ADDRESS and F2B_JAIL; true: exit status 0. */
  readonly ignoreCommand: (argv: readonly string[], address: string, jail: string) => Promise<boolean>;
  /** Where the live login sessions come from. Rejects when that cannot be known. */
  readonly loggedIn: () => Promise<readonly Address[]>;
}

export interface Sparing {
  /** Takes over a configuration. */
  configure(config: Config): void;
  /** Why the address, or for a prefix anything in it, is spared in the jail; undefined when nothing is. */
  spared(address: Address, jail: string): SparedBy | undefined;
  /** Gets what `spared` will need to know of the address; undefined when that is known already. */
  prepare(address: Address, jail: string): Promise<unknown> | undefined;
  /** The zone of the firewall that the address, or for a prefix anything in it, is a source of. */
  zoneOf(address: Address): string | undefined;
  /** What a host name stood for when it was last resolved. */
  addressesOf(name: string): readonly Address[];
  /** Resolves a host name; undefined when that was done lately. */
  resolve(name: string): Promise<void> | undefined;
  /** Asks nothing by itself any more. */
  stop(): void;
}

const NAME_LIFETIME = 300 * MICROS_PER_SECOND;
/** At boot there may be no name server yet: a name of IgnoreIP= that was never known is asked for again so soon. */
const NAME_RETRY = 10 * MICROS_PER_SECOND;
const COMMAND_LIFETIME = 300 * MICROS_PER_SECOND;
const OWN_LIFETIME = 60 * MICROS_PER_SECOND;
/** A lookup holds one of the four threads that the memory on disk needs too. */
const LOOKUPS = 2;
/** A storm of attackers must not become one of processes. */
const COMMANDS = 8;
/** Neither a jail's name nor an address holds it. */
const SEPARATOR = '\n';
const TIMEOUT = 5 * MICROS_PER_SECOND;

interface JailRules {
  readonly jail: JailConfig;
  readonly list: IgnoreList;
}

export interface SparingParts {
  readonly world: SparingWorld;
  readonly allowances: Pick<Allowances, 'holds'>;
  /** Whose zones count; decisions wait until it is known whether it has any. */
  readonly firewall: Pick<FirewallView, 'opened' | 'zoneSources'>;
  /** Told of the files of addresses that cannot be read, whenever they are others than before. */
  readonly unreadable: (paths: readonly string[]) => void;
  /** Open while it is not known who is logged in, and somebody would have to be spared for it. */
  readonly sessionsProblem: ProblemSlot;
}

export function createSparing({ world, allowances, firewall, unreadable, sessionsProblem }: SparingParts): Sparing {
  const { clock } = world;
  const files = createUnreadable(unreadable);
  const zones = createZones(firewall);
  const sessions = createLoggedIn({ clock, ask: world.loggedIn, timeout: TIMEOUT, problem: sessionsProblem });
  const { names, commands } = createQuestions(world, (name) => rules.get(name)?.jail.spare.ignorecommands ?? []);
  let rules = new Map<string, JailRules>();
  /** The names of IgnoreIP= are being looked up for the first time. */
  let resolving: Promise<void> | undefined;
  const own = createOwn(world);

  const sparedBy = ({ jail, list }: JailRules, address: Address): SparedBy | undefined => {
    const { spareLoggedIn, ignorecommands } = jail.spare;
    if (list.holds(address)) return 'ignoreip';
    if (spareLoggedIn && sessions.holds(address)) return 'logged-in';
    if (ignorecommands.length > 0 && commands.known(commandQuestion(jail.name, address))) return 'ignorecommand';
    return undefined;
  };

  return {
    configure(config) {
      own.refresh();
      const sources = { clock, file: world.listFile, addressesOf: names.known, looked: files.looked };
      rules = rulesOf(config, sources);
      sessions.want([...rules.values()].some(({ jail }) => jail.spare.spareLoggedIn));
      const lists = [...rules.values()].map(({ list }) => list);
      files.renew(() => {
        for (const list of lists) list.refresh();
      });
      const hosts = new Set(lists.flatMap((list) => list.names));
      const resolved = Promise.all([...hosts].map((host) => names.ask(host))).then(() => {
        if (resolving === resolved) resolving = undefined;
      });
      resolving = resolved;
    },
    spared(address, name) {
      const rule = rules.get(name);
      if (rule?.jail.spare.ignoreself !== false && own.holds(address)) return 'own-address';
      if (allowances.holds(address)) return 'allowed';
      if (zones.zoneOf(address) !== undefined) return 'firewall-zone';
      return rule === undefined ? undefined : sparedBy(rule, address);
    },
    prepare(address, name) {
      const rule = rules.get(name);
      if (rule === undefined) return undefined;
      const { ignorecommands, spareLoggedIn } = rule.jail.spare;
      // Names are kept fresh on the way; once there is an answer, the one that is there already is good enough.
      for (const host of rule.list.names) void names.ask(host, NAME_RETRY);
      // Asked of every failure: mostly there is nothing to wait for.
      if (ignorecommands.length === 0 && !spareLoggedIn) return bothOf(zones.opening, resolving);
      const waiting = [
        zones.opening,
        resolving,
        ignorecommands.length === 0 ? undefined : commands.ask(commandQuestion(name, address)),
        spareLoggedIn ? sessions.prepare() : undefined,
      ].filter((answer) => answer !== undefined);
      return waiting.length === 0 ? undefined : Promise.all(waiting);
    },
    zoneOf: zones.zoneOf,
    addressesOf: names.known,
    resolve: names.ask,
    stop: sessions.stop,
  };
}

function bothOf(one: Promise<void> | undefined, other: Promise<void> | undefined): Promise<unknown> | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Promise.all([one, other]);
}

function rulesOf({ jails }: Config, sources: IgnoreListSources): Map<string, JailRules> {
  const enabled = jails.filter((jail) => jail.enabled);
  return new Map(enabled.map((jail) => [jail.name, { jail, list: createIgnoreList(jail.spare.ignoreip, sources) }]));
}

/** The machine's own addresses, looked up now and then. */
function createOwn({ clock, ownAddresses }: SparingWorld) {
  let known = { addresses: new AddressSet([]), at: Number.NEGATIVE_INFINITY };
  return {
    holds(address: Address): boolean {
      const now = clock.now();
      if (Math.abs(now - known.at) >= OWN_LIFETIME) known = { addresses: new AddressSet(ownAddresses()), at: now };
      return isHeld(known.addresses, address);
    },
    refresh() {
      known = { ...known, at: Number.NEGATIVE_INFINITY };
    },
  };
}

/** The questions whose answers take time. Nobody is spared for want of an answer. */
function createQuestions(world: SparingWorld, commandsOf: (jail: string) => SpareConfig['ignorecommands']) {
  const { clock } = world;
  const nobody: readonly Address[] = [];
  return {
    names: createAsyncCache({
      clock,
      get: world.resolve,
      fallback: nobody,
      lifetime: NAME_LIFETIME,
      timeout: TIMEOUT,
      parallel: LOOKUPS,
    }),
    commands: createAsyncCache({
      clock,
      get: async (question) => {
        const [jail = '', address = ''] = question.split(SEPARATOR);
        const said = commandsOf(jail).map((argv) => world.ignoreCommand(argv, address, jail));
        return (await Promise.all(said)).includes(true);
      },
      fallback: false,
      lifetime: COMMAND_LIFETIME,
      timeout: TIMEOUT,
      parallel: COMMANDS,
    }),
  };
}

function commandQuestion(jail: string, address: Address): string {
  return `${jail}${SEPARATOR}${address.text}`;
}
