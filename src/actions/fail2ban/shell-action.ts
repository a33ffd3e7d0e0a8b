/**
 * One of fail2ban's actions at work for one jail: which command is run when, as fail2ban's CommandAction decides it.
 * Invariant: whatever a command says, what is started and what holds bans is known for each family.
 */
import type { ActionProperties } from '../../config/actions/fail2ban/properties.js';
import type { Tags } from '../../config/actions/fail2ban/substitute-tags.js';
import { done, type Outcome, refused } from '../outcome.js';
import { type BanValues, type ShellCommand, staticTags, staticText, tagsIn, withValues } from './shell-command.js';

/** A ban as commands are told of it. */
export interface Ticket {
  /** inet4 or inet6. */
  readonly family: string;
  /** What tags stand for; those that nothing is known of are missing. */
  values(tags: ReadonlySet<string>): Promise<BanValues>;
}

/** Runs a command. `key`: by which setting. */
export type RunShell = (key: string, command: ShellCommand) => Promise<Outcome>;

export interface ShellActionParts {
  readonly properties: ActionProperties;
  /** What is known when nobody is banned, as for a start. */
  readonly nobody: (family: string) => Ticket;
  /** The names of this host, by their tags. */
  readonly hostTags: Tags;
}

type Command = 'actionstart' | 'actionstop' | 'actionflush' | 'actioncheck' | 'actionrepair' | BanCommand;
type BanCommand = 'actionban' | 'actionprolong' | 'actionunban';
type Checked = 'sane' | 'unrepaired' | 'broken';

/** Whether what is not sane is mended, and started anew. */
interface Mends {
  readonly isMended: boolean;
  readonly isStarted: boolean;
}

/** What is known of a family. */
interface Family {
  isStarted: boolean;
  hasBans: boolean;
}

/** Nothing that a command refers to is endless, as the file was checked; that it is, is told all the same. */
const ENDLESS = refused('a <tag> of it refers to itself');

export class ShellAction {
  readonly #parts: ShellActionParts;
  readonly #families: readonly string[];
  readonly #isOnDemand: boolean;
  readonly #texts = new Map<string, string | undefined>();
  /** By families; undefined when they come to no end. */
  readonly #tags = new Map<string, Tags | undefined>();
  readonly #known = new Map<string, Family>();
  /** What was run for each family: one command for both is run once. */
  readonly #ran = new Map<Command, Map<string, string>>();

  constructor(parts: ShellActionParts) {
    this.#parts = parts;
    const { properties } = parts;
    const isConditional = [...properties.keys()].some((name) => /^\w+\?family=/.test(name));
    const own = (properties.get('families') ?? '').split(/[\s,]+/).filter((family) => family !== '');
    this.#families = own.length > 0 ? own : isConditional ? ['inet4', 'inet6'] : [''];
    const onDemand = properties.get('actionstart_on_demand');
    this.#isOnDemand = onDemand === undefined ? isConditional : onDemand === 'True';
  }

  /** Whether bans of an earlier run are told. */
  get isToldOfRestored(): boolean {
    return this.#parts.properties.get('norestored') !== 'True';
  }

  /** Nothing is run yet for what starts on demand. */
  async start(run: RunShell): Promise<Outcome> {
    return this.#isOnDemand ? done : this.#start(this.#families, run);
  }

  async ban(ticket: Ticket, run: RunShell): Promise<Outcome> {
    const { family } = ticket;
    if (this.#isOnDemand && this.#known.get(family)?.isStarted !== true) {
      const started = await this.#start([family], run);
      if (started.kind !== 'done') return started;
    }
    const outcome = await this.#process('actionban', ticket, run);
    if (outcome.kind === 'done') this.#known.set(family, { isStarted: true, hasBans: true });
    return outcome;
  }

  /** For a ban that lasts longer than was told. */
  async prolong(ticket: Ticket, run: RunShell): Promise<Outcome> {
    if ((this.#parts.properties.get('actionprolong') ?? '').trim() === '') return done;
    return this.#process('actionprolong', ticket, run);
  }

  /** `isForced`: also when no ban of the family is known here, as after a crash. */
  async unban(ticket: Ticket, run: RunShell, isForced = false): Promise<Outcome> {
    if (this.#known.get(ticket.family)?.hasBans !== true && !isForced) return done;
    return this.#process('actionunban', ticket, run);
  }

  /** Ends all bans: at once where the action can, else one by one. What fails is told last. */
  async flush(tickets: readonly Ticket[], run: RunShell): Promise<Outcome> {
    if ((this.#parts.properties.get('actionflush') ?? '') !== '') {
      const outcome = await this.#flushAtOnce(run);
      if (outcome.kind !== 'done') await this.#checkAll(run);
      return outcome;
    }
    let last: Outcome = done;
    for (const ticket of tickets) {
      const outcome = await this.unban(ticket, run);
      if (outcome.kind !== 'done') last = outcome;
    }
    return last;
  }

  async stop(run: RunShell): Promise<Outcome> {
    const families = this.#familiesThat(({ isStarted }) => isStarted);
    this.#known.clear();
    return this.#stop(families, run);
  }

  #familiesThat(is: (family: Family) => boolean): readonly string[] {
    return [...this.#known].filter(([, known]) => is(known)).map(([family]) => family);
  }

  async #flushAtOnce(run: RunShell): Promise<Outcome> {
    const families = this.#familiesThat(({ isStarted, hasBans }) => isStarted && hasBans);
    return this.#operate('actionflush', families, run, (family) => {
      const known = this.#known.get(family);
      if (known !== undefined) known.hasBans = false;
    });
  }

  #start(families: readonly string[], run: RunShell): Promise<Outcome> {
    return this.#operate('actionstart', families, run, (family) => {
      this.#note('actionstop', family, '');
      this.#known.set(family, { isStarted: true, hasBans: false });
    });
  }

  #stop(families: readonly string[], run: RunShell): Promise<Outcome> {
    return this.#operate('actionstop', families, run, (family) => this.#note('actionstart', family, ''));
  }

  /** Runs a command for families; the first failure is told. */
  async #operate(
    command: Command,
    families: readonly string[],
    run: RunShell,
    succeeded: (family: string) => void,
  ): Promise<Outcome> {
    let first: Outcome = done;
    for (const family of families) {
      const text = this.#operation(command, family);
      const outcome = text === undefined ? ENDLESS : await this.#runOnce(command, family, text, run);
      if (outcome.kind === 'done') succeeded(family);
      this.#note(command, family, outcome.kind === 'done' ? (text ?? '') : '');
      if (first.kind === 'done') first = outcome;
    }
    return first;
  }

  async #runOnce(command: Command, family: string, text: string, run: RunShell): Promise<Outcome> {
    const others = [...(this.#ran.get(command) ?? [])].filter(([other]) => other !== family);
    if (text === '' || others.some(([, ran]) => ran === text)) return done;
    return run(command, await this.#filled(text, this.#parts.nobody(family)));
  }

  /** Remembers what was run for a family, or that it, and the same for another one, does not count any more. */
  #note(command: Command, family: string, text: string): void {
    const ran = this.#ran.get(command) ?? new Map<string, string>();
    this.#ran.set(command, ran);
    const before = ran.get(family);
    if (text !== '') ran.set(family, text);
    else for (const [other, same] of ran) if (other === family || same === before) ran.delete(other);
  }

  /** The text of a command that is not about a ban. */
  #operation(command: Command, family: string): string | undefined {
    const text = this.#static(command, family);
    if (text === undefined || family === '' || !text.includes('<')) return text;
    const values = { tags: new Map([['family', family]]), captured: new Map() };
    return withValues(text, values, this.#parts.hostTags)[0];
  }

  #static(command: Command, family: string): string | undefined {
    const key = `${command} ${family}`;
    if (!this.#texts.has(key)) {
      const tags = this.#tagsFor(family);
      this.#texts.set(key, tags && staticText(`<${command}>`, tags, family, this.#parts.hostTags));
    }
    return this.#texts.get(key);
  }

  #tagsFor(family: string): Tags | undefined {
    if (!this.#tags.has(family)) this.#tags.set(family, staticTags(this.#parts.properties, family));
    return this.#tags.get(family);
  }

  async #filled(text: string, ticket: Ticket): Promise<ShellCommand> {
    return withValues(text, await ticket.values(tagsIn(text)), this.#parts.hostTags);
  }

  /** Runs a command for a ban; when it fails, once more after actioncheck and what mends it. */
  async #process(command: BanCommand, ticket: Ticket, run: RunShell): Promise<Outcome> {
    const text = this.#static(command, ticket.family);
    if (text === undefined) return ENDLESS;
    const filled = await this.#filled(text, ticket);
    const outcome = filled[0] === '' ? done : await run(command, filled);
    if (outcome.kind === 'done') return outcome;
    if (this.#parts.properties.get('actioncheck') !== '') {
      const isUnban = command === 'actionunban';
      if (isUnban && !this.#known.has(ticket.family)) return run(command, filled);
      const mends: Mends = isUnban ? this.#mendsOnUnban(!this.#isOnDemand) : { isMended: true, isStarted: true };
      if ((await this.#check(ticket.family, mends, run)) !== 'sane') return outcome;
    }
    return run(command, filled);
  }

  /** For an unban as little is mended as the action wants. */
  #mendsOnUnban(isStarted: boolean): Mends {
    return { isMended: this.#parts.properties.get('actionrepair_on_unban') === 'True', isStarted };
  }

  async #checkAll(run: RunShell): Promise<void> {
    if (this.#parts.properties.get('actioncheck') === '') return;
    for (const family of this.#familiesThat(({ isStarted }) => isStarted)) {
      if ((await this.#check(family, this.#mendsOnUnban(true), run)) !== 'broken') continue;
      this.#known.set(family, { isStarted: false, hasBans: false });
      this.#note('actionstart', family, '');
    }
  }

  /** Asks actioncheck, and when it says no, repairs, or stops and starts anew. */
  async #check(family: string, { isMended, isStarted }: Mends, run: RunShell): Promise<Checked> {
    const isSane = async (): Promise<boolean> => {
      const text = this.#operation('actioncheck', family) ?? '';
      return text === '' || (await run('actioncheck', [text])).kind === 'done';
    };
    if (await isSane()) return 'sane';
    if (!isMended) return 'unrepaired';
    const repair = this.#operation('actionrepair', family) ?? '';
    if (repair !== '') {
      const isRepaired = (await run('actionrepair', [repair])).kind === 'done';
      this.#known.set(family, { isStarted: isRepaired, hasBans: false });
      if (!isRepaired) return 'broken';
    } else {
      if (this.#known.has(family)) {
        this.#known.set(family, { isStarted: false, hasBans: false });
        await this.#stop([family], run);
      }
      if (isStarted && (await this.#start([family], run)).kind !== 'done') return 'broken';
    }
    return this.#known.get(family)?.isStarted !== true || (await isSane()) ? 'sane' : 'broken';
  }
}
