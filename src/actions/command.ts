/**
 * Type=command: programs that are run for events. Invariant: no shell reads anything, and what an event holds reaches them
 * in the environment alone.
 */
import type { CommandAction } from '../config/actions/action-config.js';
import type { BoundedAnswer, RunProgram } from '../host/programs/run-bounded.js';
import type { Deliverer } from './deliver.js';
import { done, failed, type Outcome, refused } from './outcome.js';
import { type EventRecord, textsOf } from './record.js';
import { commandFor } from './takes.js';

/** EX_TEMPFAIL of sysexits.h: it says itself that it may work later. */
const TEMPORARY = 75;
/** Causes by which many bans end at once. */
const LIFTED: readonly (string | undefined)[] = ['manual', 'jail-removed'];
/** How long Stop= may take, ms. */
const STOPPING = 10_000;

/** All that a program gets beside the values of an event. */
export const basicEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};

/** `F2B_ADDRESS` and the like: each value by its name. */
export function environmentOf(event: EventRecord): Readonly<Record<string, string>> {
  const values = Object.entries(textsOf(event)).map(([name, value]) => [`F2B_${name.toUpperCase()}`, value] as const);
  return { ...basicEnvironment, ...Object.fromEntries(values) };
}

type Key = keyof CommandAction['commands'];

export interface CommandParts {
  readonly runProgram: RunProgram;
  /** How many bans of a jail are in force; undefined while the agent does not know yet; rejects while it is away. */
  readonly bannedIn: (jail: string) => Promise<number | undefined>;
}

/** `Flush=`: once, in place of `Unban=` for each address, when nobody is left of a jail whose bans were lifted. */
export function commandDeliverer({ name, commands }: CommandAction, { runProgram, bannedIn }: CommandParts): Deliverer {
  /** Jails that were flushed, and had no ban since. */
  const flushed = new Set<string>();
  let isStarted = commands.start === undefined;
  const own = { ...basicEnvironment, F2B_ACTION: name };

  const run = async (key: Key, event: EventRecord | undefined, signal: AbortSignal): Promise<Outcome> => {
    const argv = commands[key];
    if (argv === undefined) return done;
    const environment = event === undefined ? own : { ...environmentOf(event), F2B_ACTION: name };
    return outcomeOf(`${key[0]?.toUpperCase()}${key.slice(1)}=`, await runProgram({ argv, environment, signal }));
  };
  /** Whatever it said, it may be otherwise later. */
  const runFirst = async (key: Key, signal: AbortSignal): Promise<Outcome> => {
    const outcome = await run(key, undefined, signal);
    return outcome.kind === 'refused' ? failed(outcome.reason) : outcome;
  };
  const prepare = async (signal: AbortSignal): Promise<Outcome> => {
    if (!isStarted) {
      const started = await runFirst('start', signal);
      if (started.kind !== 'done') return started;
      isStarted = true;
    }
    const checked = await runFirst('check', signal);
    if (checked.kind === 'done') return done;
    const repaired = await runFirst(commands.repair === undefined ? 'start' : 'repair', signal);
    return repaired.kind === 'done' ? runFirst('check', signal) : repaired;
  };
  /** Which program is run; undefined when what it would do is done. */
  const programFor = async (event: EventRecord): Promise<Key | undefined> => {
    const key = commandFor(event.event);
    const { jail } = event;
    if (key !== 'unban' || commands.flush === undefined || jail === undefined || event.test === true) return key;
    if (flushed.has(jail)) return undefined;
    if (!LIFTED.includes(event.cause)) return key;
    // Who cannot be asked is no reason to leave anybody banned.
    const left = await bannedIn(jail).catch(() => undefined);
    return left === 0 ? 'flush' : key;
  };
  return {
    async deliver([event], signal) {
      if (event === undefined) return done;
      const { jail = '' } = event;
      const key = await programFor(event);
      if (key === undefined || commands[key] === undefined) return done;
      if (key === 'ban') flushed.delete(jail);
      const prepared = await prepare(signal);
      const outcome = prepared.kind === 'done' ? await run(key, event, signal) : prepared;
      if (key === 'flush' && outcome.kind === 'done') flushed.add(jail);
      return outcome;
    },
    async stop() {
      if (isStarted) await run('stop', undefined, AbortSignal.timeout(STOPPING));
    },
  };
}

/** What to do, where the name of the errno does not say it. */
const hints: Readonly<Record<string, string>> = {
  ENOEXEC: ': no program of this machine, and no script that begins with #!',
};

/** `key`: by which setting it was run. */
export function outcomeOf(key: string, answer: BoundedAnswer): Outcome {
  switch (answer.kind) {
    case 'unstartable':
      return failed(`${key} cannot be run (${answer.reason}${hints[answer.reason] ?? ''})`);
    case 'killed':
      return failed(`${key} was ended by ${answer.by}${said(answer.output)}`);
    case 'ended': {
      const reason = `${key} ended with status ${answer.status}${said(answer.output)}`;
      if (answer.status === 0) return done;
      return answer.status === TEMPORARY ? failed(reason) : refused(reason);
    }
  }
}

/** The last line that it wrote. */
function said(output: string): string {
  const last = output.trim().split('\n').at(-1) ?? '';
  return last === '' ? '' : `: ${last}`;
}
