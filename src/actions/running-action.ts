/** One action at work: what it wants to be told, and what brings it there. */

import type { Explanation } from '../agent/explanation.js';
import type { ActionConfig } from '../config/actions/action-config.js';
import type { Tags } from '../config/actions/fail2ban/substitute-tags.js';
import type { LoadedAction, Naming } from '../config/actions/load-actions.js';
import type { Address } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import type { Entry } from '../core/entry.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { asF2bError } from '../errors.js';
import type { ToldEvent } from '../events/told-event.js';
import { pointedNames } from '../host/pointed-names.js';
import type { RunProgram } from '../host/programs/run-bounded.js';
import { reverseName } from '../host/resolve-name.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Clock } from '../ports/clock.js';
import { type CommandParts, commandDeliverer } from './command.js';
import type { ReadCredential } from './credentials.js';
import type { Deliverer } from './deliver.js';
import { Denylist } from './denylist/denylist.js';
import { Fail2banDeliverer } from './fail2ban/fail2ban.js';
import { shellRunner } from './fail2ban/run-shell.js';
import type { Locator } from './mail/about.js';
import { mailDeliverer } from './mail/mail.js';
import { rdapClient } from './mail/whois/ask-rdap.js';
import type { Outcome } from './outcome.js';
import { ActionQueue } from './queue.js';
import { type Wants, wantsOf } from './selection.js';
import { type Takes, takesOf } from './takes.js';
import { oneByOne } from './webhook/forms.js';
import { webhookDeliverer } from './webhook/webhook.js';

/** What actions need from the world. */
export interface ActionWorld {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly version: string;
  readonly host: string;
  readonly credential: ReadCredential;
  /** A journal entry, by its cursor; undefined when it is gone. */
  readonly entryOf: (cursor: string) => Pick<Entry, 'at' | 'line'> | undefined;
  /** Opens the databases of countries and network owners, as they are now. */
  readonly locator: Locator;
  /** The bans in force, as the agent says; rejects while it is away. Their evidence is most of what there is to send. */
  readonly bans: (options: { readonly evidence: boolean }) => Promise<readonly Ban[]>;
  /** How many bans of a jail are in force; undefined while the agent does not know yet; rejects while it is away. */
  readonly bannedIn: CommandParts['bannedIn'];
  /** All that the agent knows of an address; rejects while it is away. */
  readonly explain: (address: Address) => Promise<Explanation>;
  /** Runs a command of an action. */
  readonly runProgram: RunProgram;
  /** Runs a program of the system's: what it leaves behind is its own business. */
  readonly runAlone: RunProgram;
  /** Tells the journal of an action that fails, or, with `isGood`, does again. */
  readonly tell: (text: string, isGood: boolean) => void;
  /** Told of what no action can go on after. */
  readonly broken: (cause: unknown) => void;
}

/** What actions have in common beside it. */
export interface SharedParts {
  /** The names of this host, as fail2ban's actions have them. */
  readonly hostTags: () => Promise<Tags>;
}

export interface RunningAction {
  readonly name: string;
  readonly type: ActionConfig['type'] | undefined;
  readonly wants: Wants;
  readonly takes: Takes;
  /** The most events that wait. */
  readonly limit: number;
  /** Why it delivers nothing: its file, or a credential. */
  readonly wrong: string | undefined;
  readonly queue: ActionQueue | undefined;
  readonly denylist: Denylist | undefined;
}

/** For one whose file is wrong, so that nothing is lost until it is mended. */
const unread = { on: ['ban', 'unban'], jails: [], limit: 10_000 } as const;

/** Reads its secrets and begins to deliver. Never throws: what is wrong with one action is nothing to the others. */
export function runAction(
  { name, config }: LoadedAction,
  naming: Naming,
  lastSuccess: number | undefined,
  world: ActionWorld & SharedParts,
): RunningAction {
  const wants = wantsOf(config ?? { ...unread, name }, naming);
  const common = { name, type: config?.type, wants, takes: takesOf(config), limit: config?.limit ?? unread.limit };
  const idle = { ...common, queue: undefined, denylist: undefined };
  if (config === undefined) return { ...idle, wrong: 'its file is wrong, see f2bctl check' };
  if (config.type === 'denylist') {
    const denylist = denylistOf(config, wants, world);
    return { ...common, wrong: undefined, queue: undefined, denylist };
  }
  try {
    const deliverer = delivererOf(config, naming, world);
    const isOfPrograms = config.type === 'command' || config.type === 'fail2ban';
    const isSingle = isOfPrograms || (config.type === 'webhook' && oneByOne.includes(config.format));
    const queue = new ActionQueue({
      config: { ...config, batch: isSingle ? 1 : config.batch, timeout: attemptTime(config) },
      isPaced: !isOfPrograms,
      outbox: world.outbox,
      clock: world.clock,
      deliverer,
      lastSuccess,
      told: (reason) => tell(name, reason, world),
      broken: world.broken,
    });
    return { ...common, wrong: undefined, queue, denylist: undefined };
  } catch (cause) {
    const { message, hint } = asF2bError(cause);
    world.tell(`${name}: ${message}; ${hint}`, false);
    return { ...idle, wrong: message };
  }
}

/** How long an attempt may take, µs. Each of fail2ban's commands has a time of its own: eight come for a ban at most. */
function attemptTime({ type, timeout }: ActionConfig): number {
  return type === 'fail2ban' ? 8 * timeout : timeout;
}

function tell(name: string, reason: string | undefined, { tell: say }: ActionWorld): void {
  if (reason === undefined) say(`${name}: delivers again`, true);
  else say(`${name}: ${reason}; f2bctl actions shows what waits, and f2bctl actions test ${name} tries it`, false);
}

function delivererOf(
  config: Exclude<ActionConfig, { type: 'denylist' }>,
  naming: Naming,
  world: ActionWorld & SharedParts,
): Deliverer {
  const { credential, host, entryOf, version, clock, hostTags, runProgram } = world;
  switch (config.type) {
    case 'command':
      return commandDeliverer(config, { runProgram, bannedIn: world.bannedIn });
    case 'webhook':
      return webhookDeliverer(config, { credential, version, seconds: () => clock.now() / MICROS_PER_SECOND });
    case 'mail':
      return mailDeliverer(config, {
        ...{ credential, host, lineOf: (cursor) => entryOf(cursor)?.line, locator: world.locator },
        ...{ clock, namesOf: pointedNames, askRdap: rdapClient(version) },
        tell: (text) => world.tell(`${config.name}: ${text}`, false),
        run: world.runAlone,
      });
    case 'fail2ban':
      return new Fail2banDeliverer(config, {
        ...{ clock, naming, entryOf, explain: world.explain, nameOf: reverseName, hostTags },
        runShell: shellRunner(runProgram),
        held: async () => (await world.bans({ evidence: true })).map(banEventOf).filter(wantsOf(config, naming)),
      });
  }
}

function denylistOf(action: ActionConfig & { type: 'denylist' }, wants: Wants, world: ActionWorld): Denylist {
  const { clock, broken, outbox, runProgram } = world;
  const bans = () => world.bans({ evidence: false });
  const { name } = action;
  let isFailing = false;
  const told = async (outcome: Outcome) => {
    const at = clock.now();
    if (outcome.kind === 'done') await outbox.done(name, [], at);
    else await outbox.failed(name, [], { at, error: outcome.reason });
    if (outcome.kind === 'done' && isFailing) tell(name, undefined, world);
    if (outcome.kind !== 'done' && !isFailing) tell(name, outcome.reason, world);
    isFailing = outcome.kind !== 'done';
  };
  return new Denylist({ action, clock, bans, runProgram, told, broken, wants: (ban) => wants(banEventOf(ban)) });
}

/** A ban as the event that tells of it. */
function banEventOf(ban: Ban): ToldEvent {
  return { kind: 'ban', ban, cursor: '', at: ban.since, host: '', message: '' };
}
