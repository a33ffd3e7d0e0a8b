/** The agent's ports, each call of which may fail or be the last thing that the agent does. */
import type { World } from '../../src/daemon/world.js';
import { F2bError } from '../../src/errors.js';
import type { Matcher } from '../../src/filter/filter.js';
import type { Firewall } from '../../src/ports/firewall.js';
import type { LiveJournal } from '../../src/ports/journal.js';
import type { Store } from '../../src/ports/store.js';

export const ports = [
  ...['openStore', 'load', 'commit', 'closeStore'],
  ...['openFirewall', 'opened', 'ban', 'unban', 'reconcile', 'zoneSources', 'closeFirewall'],
  ...['openJournal', 'seek', 'read', 'onChange', 'closeJournal', 'match'],
  ...['notify', 'random', 'ownAddresses', 'listFile', 'resolve', 'ignoreCommand', 'loggedIn'],
] as const;

/**
 * `refused`, `broken`: it throws a registered error, or any other, and does nothing. `late`: it does what it should, and
 * throws all the same. `killed`: the agent is gone before it, or after it.
 */
export const fates = ['refused', 'broken', 'late', 'killed before', 'killed after'] as const;

/** The `call`-th call of the port comes to this. */
export interface Fault {
  readonly port: string;
  readonly call: number;
  readonly fate: (typeof fates)[number];
}

/** One life of the agent. */
export interface Life {
  readonly isDead: boolean;
  /** kill -9: nothing that it still does has an effect. */
  kill(): void;
  /** What becomes of the next call of the port; undefined when it is to be done. */
  fateOf(port: string): Fault['fate'] | undefined;
}

function error(port: string, fate: Fault['fate']): Error {
  if (fate === 'broken') return new Error(`${port} is broken`);
  if (['commit', 'load', 'openStore', 'closeStore'].includes(port)) return new F2bError('STORE_FULL', port);
  if (['openJournal', 'seek', 'read'].includes(port)) return new F2bError('JOURNAL_FAILED', port);
  return new F2bError('FIREWALL_FAILED', port);
}

function perform<T>(life: Life, port: string, work: () => T): T {
  if (life.isDead) throw new Error('killed');
  const fate = life.fateOf(port);
  if (fate === 'killed before') life.kill();
  if (fate !== undefined && fate !== 'late' && fate !== 'killed after') throw error(port, fate);
  const result = work();
  if (fate === 'killed after') life.kill();
  if (fate !== undefined) throw error(port, fate);
  return result;
}

const gone = () => new Promise<never>(() => {});

/** A call that takes its time; one of an agent that is gone never comes back. */
async function attempt<T>(life: Life, port: string, work: () => Promise<T>): Promise<T> {
  if (life.isDead) return gone();
  const fate = life.fateOf(port);
  if (fate === 'killed before') life.kill();
  if (fate === 'killed before') return gone();
  if (fate === 'refused' || fate === 'broken') throw error(port, fate);
  const result = await work();
  if (fate === 'killed after') life.kill();
  if (life.isDead) return gone();
  if (fate === 'late') throw error(port, fate);
  return result;
}

function failingStore(life: Life, store: Store): Store {
  return {
    load: (begin) => attempt(life, 'load', () => store.load(begin)),
    commit: (position, effects) => attempt(life, 'commit', () => store.commit(position, effects)),
    saveAllowances: (allowances) => attempt(life, 'saveAllowances', () => store.saveAllowances(allowances)),
    close: () => attempt(life, 'closeStore', () => store.close()),
  };
}

function failingFirewall(life: Life, firewall: Firewall): Firewall {
  return {
    opened: () => attempt(life, 'opened', () => firewall.opened()),
    ban: (bans) => attempt(life, 'ban', () => firewall.ban(bans)),
    unban: (bans) => attempt(life, 'unban', () => firewall.unban(bans)),
    reconcile: (wanted) => attempt(life, 'reconcile', () => firewall.reconcile(wanted)),
    found: (jails) => attempt(life, 'reconcile', () => firewall.found(jails)),
    holds: (ban) => firewall.holds(ban),
    enforcedBy: (ban) => firewall.enforcedBy(ban),
    zoneSources: () => perform(life, 'zoneSources', () => firewall.zoneSources()),
    onChange: (listener) => firewall.onChange(listener),
    status: () => firewall.status(),
    close: () => attempt(life, 'closeFirewall', () => firewall.close()),
  };
}

function failingJournal(life: Life, journal: LiveJournal): LiveJournal {
  return {
    seek: (start) => perform(life, 'seek', () => journal.seek(start)),
    read: (limit) => perform(life, 'read', () => journal.read(limit)),
    get isAtEnd() {
      return journal.isAtEnd;
    },
    wasSeen: (entry, position) => journal.wasSeen(entry, position),
    reopen: () => journal.reopen(),
    expectSoon: () => journal.expectSoon(),
    inspect: (isOverdue) => journal.inspect(isOverdue),
    entryAt: (cursor) => journal.entryAt(cursor),
    onChange: (wake) => perform(life, 'onChange', () => journal.onChange(() => life.isDead || wake())),
    close: () => perform(life, 'closeJournal', () => journal.close()),
  };
}

function failingMatcher(life: Life, matcher: Matcher): Matcher {
  const { name, journalmatch, tellsUser } = matcher;
  return {
    name,
    journalmatch,
    tellsUser,
    slowRegexes: [],
    match: (line) => matcher.match(line),
    mayBeFor: (line, hasHead) => matcher.mayBeFor(line, hasHead),
    mayMatch: (line) => matcher.mayMatch(line),
    get remembers() {
      return matcher.remembers;
    },
    reset: () => matcher.reset(),
    matchAll: (lines) => perform(life, 'match', () => matcher.matchAll(lines)),
    begin: (lines) => perform(life, 'match', () => matcher.begin(lines)),
  };
}

/** The world as one life of the agent meets it. */
export function failingWorld(life: Life, world: World): World {
  return {
    ...world,
    notifier: {
      notify: (event) => perform(life, 'notify', () => world.notifier.notify(event)),
      notifyAll: (events) => perform(life, 'notify', () => world.notifier.notifyAll(events)),
    },
    random: (cursor) => perform(life, 'random', () => world.random(cursor)),
    ownAddresses: () => perform(life, 'ownAddresses', world.ownAddresses),
    listFile: (path) => perform(life, 'listFile', () => world.listFile(path)),
    resolve: (name) => attempt(life, 'resolve', () => world.resolve(name)),
    ignoreCommand: (argv, address, jail) =>
      attempt(life, 'ignoreCommand', () => world.ignoreCommand(argv, address, jail)),
    loggedIn: () => attempt(life, 'loggedIn', world.loggedIn),
    createMatcher: (...given) => failingMatcher(life, world.createMatcher(...given)),
    openStore: (report) => attempt(life, 'openStore', async () => failingStore(life, await world.openStore(report))),
    openFirewall: (config) =>
      attempt(life, 'openFirewall', async () => failingFirewall(life, await world.openFirewall(config))),
    openJournal: (...where) => perform(life, 'openJournal', () => failingJournal(life, world.openJournal(...where))),
  };
}
