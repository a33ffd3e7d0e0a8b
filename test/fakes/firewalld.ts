/**
 * A firewalld in memory, behind the bus interface that the adapter uses, with the habits of 1.3.3 that matter: a reload
 * forgets all run-time entries, setEntries empties a set before it fills it, overlapping entries are refused.
 */
import { overlaps, parseAddress } from '../../src/core/address/address.js';
import { type Answer, errors, type MethodCall, type Value } from '../../src/dbus/message.js';
import { unwrap, variant } from '../../src/dbus/wire.js';
import { FIREWALLD, type FirewalldBus } from '../../src/firewall/firewalld/client.js';
import type { KernelAccess, KernelLook } from '../../src/firewall/firewalld/kernel.js';
import { POLICY, PORTS_POLICY, richRules, shippedSets, zones } from '../../src/firewall/firewalld/layout.js';

/** What becomes of a call: done, done but never answered, neither, refused by the kernel, or not allowed. */
export type Fate = 'done' | 'unanswered' | 'ignored' | 'failed' | 'denied';

const DONE: Answer = { ok: true, body: [] };

function exception(text: string): Answer {
  return { ok: false, error: `${FIREWALLD}.Exception`, text };
}

function texts(value: Value | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

export class FakeFirewalld implements FirewalldBus, KernelAccess {
  /** Decides what becomes of a call to firewalld. */
  fate: (member: string) => Fate = () => 'done';
  /** Called whenever the kernel's sets changed. */
  onKernelChange: () => void = () => {};
  /** What firewalld says of itself: FAILED after a start or reload that went wrong, of which no signal tells. */
  state = 'RUNNING';
  readonly calls: string[] = [];
  readonly #permanent = new Map(shippedSets.map((set) => [set.text, [] as string[]]));
  readonly #sources = new Map<string, string[]>();
  readonly #targets = new Map<string, string>();
  readonly #rules = new Map<string, string[]>();
  readonly #sets = new Map<string, string[]>();
  readonly #kernel = new Map<string, Set<string>>();
  readonly #watchers = new Set<(owner: string | undefined) => void>();
  readonly #listeners = new Map<string, Set<(body: readonly Value[]) => void>>();
  #owner: string | undefined;
  #life = 0;

  /** Entries of the kernel's sets whose names begin with `prefix`. */
  kernel(prefix: string): ReadonlySet<string> {
    const sets = [...this.#kernel].filter(([name]) => name.startsWith(prefix));
    return new Set(sets.flatMap(([, entries]) => [...entries]));
  }

  /** What it believes to be in its sets whose names begin with `prefix`. */
  entries(prefix: string): readonly string[] {
    return [...this.#sets].filter(([name]) => name.startsWith(prefix)).flatMap(([, entries]) => entries);
  }

  readonly problem = undefined;

  async look(): Promise<KernelLook> {
    await new Promise((resolve) => setImmediate(resolve));
    const sets = new Map([...this.#kernel].map(([name, entries]) => [name, [...entries]]));
    return { sets, asked: new Set(sets.keys()), forwarders: [] };
  }

  async prepareReload(): Promise<void> {}

  start(): void {
    this.#life += 1;
    this.#owner = `:1.${this.#life}`;
    this.#load();
    for (const watcher of [...this.#watchers]) watcher(this.#owner);
  }

  /** Ends firewalld; the kernel keeps its sets, as after SIGKILL, until it starts again. */
  crash(): void {
    this.#life += 1;
    this.#owner = undefined;
    for (const watcher of [...this.#watchers]) watcher(undefined);
  }

  reload(): void {
    this.#load();
    this.#emit(FIREWALLD, 'Reloaded', []);
  }

  /** Somebody else's change: no signal of it reaches the adapter. */
  edit(set: string, change: (entries: string[]) => string[]): void {
    this.#write(set, change(this.#sets.get(set) ?? []));
  }

  /** Another program empties the kernel's set; firewalld goes on believing what it did. */
  flush(set: string): void {
    this.#kernel.set(set, new Set());
    this.onKernelChange();
  }

  removeSource(zone: string, source: string): void {
    this.#sources.set(
      zone,
      (this.#sources.get(zone) ?? []).filter((other) => other !== source),
    );
    this.#emit(`${FIREWALLD}.zone`, 'SourceRemoved', [zone, source]);
  }

  /** The administrator puts a source into a zone; `target` is what the zone does. */
  addSource(zone: string, source: string, target = 'default'): void {
    this.#targets.set(zone, target);
    this.#sources.set(zone, [...this.sources(zone), source]);
    this.#emit(`${FIREWALLD}.zone`, 'SourceAdded', [zone, source]);
  }

  sources(zone: string): readonly string[] {
    return this.#sources.get(zone) ?? [];
  }

  rules(policy: string): readonly string[] {
    return this.#rules.get(policy) ?? [];
  }

  setNames(): readonly string[] {
    return [...this.#sets.keys()];
  }

  watchName(_name: string, listener: (owner: string | undefined) => void): () => void {
    this.#watchers.add(listener);
    if (this.#owner !== undefined) listener(this.#owner);
    return () => this.#watchers.delete(listener);
  }

  onSignal(
    signal: { readonly interface: string; readonly member: string },
    listener: (body: readonly Value[]) => void,
  ) {
    const key = `${signal.interface} ${signal.member}`;
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  async call(call: MethodCall): Promise<Answer> {
    const life = this.#life;
    await new Promise((resolve) => setImmediate(resolve));
    const silence: Answer = { ok: false, error: errors.NO_REPLY, text: 'no answer' };
    if (this.#owner === undefined) return { ok: false, error: errors.SERVICE_UNKNOWN, text: 'not there' };
    if (life !== this.#life) return silence;
    this.calls.push(`${call.member} ${texts(call.body).join(' ')}`.slice(0, 80));
    switch (this.fate(call.member)) {
      case 'ignored':
        return silence;
      case 'failed':
        return exception('COMMAND_FAILED: the kernel said no');
      case 'denied':
        return { ok: false, error: `${FIREWALLD}.NotAuthorizedException`, text: 'Not Authorized' };
      case 'unanswered':
        await this.#perform(call);
        return silence;
      case 'done':
        return this.#perform(call);
    }
  }

  #load(): void {
    this.#sets.clear();
    this.#kernel.clear();
    for (const [set, entries] of this.#permanent) this.#write(set, [...entries]);
    for (const zone of zones)
      this.#sources.set(
        zone.name,
        zone.sources.map((set) => `ipset:${set.text}`),
      );
    const general = shippedSets.filter((set) => !set.group.startsWith('ports'));
    this.#rules.set(
      POLICY,
      general.flatMap((set) => richRules(set, [])),
    );
    this.#rules.set(PORTS_POLICY, []);
    this.onKernelChange();
  }

  #emit(name: string, member: string, body: readonly Value[]): void {
    for (const listener of [...(this.#listeners.get(`${name} ${member}`) ?? [])]) listener(body);
  }

  #write(set: string, entries: string[]): void {
    this.#sets.set(set, entries);
    this.#kernel.set(set, new Set(entries));
    this.onKernelChange();
  }

  async #perform({ member, path, body = [] }: MethodCall): Promise<Answer> {
    const [first, second] = body;
    const name = path.includes('/config/ipset/') ? path.slice(path.lastIndexOf('/') + 1) : String(first);
    switch (member) {
      case 'GetAll':
        return { ok: true, body: [{ state: variant('s', this.state), version: variant('s', '1.3.3') }] };
      case 'getIPSets':
        return { ok: true, body: [[...this.#sets.keys()]] };
      case 'getZoneSettings2':
        return {
          ok: true,
          body: [
            { sources: variant('as', this.sources(name)), target: variant('s', this.#targets.get(name) ?? 'default') },
          ],
        };
      case 'getActiveZones':
        return {
          ok: true,
          body: [Object.fromEntries([...this.#sources].map(([zone, sources]) => [zone, { sources }]))],
        };
      case 'addSource':
        this.#sources.set(name, [...this.sources(name), String(second)]);
        return DONE;
      case 'getPolicySettings':
        return { ok: true, body: [{ rich_rules: variant('as', this.#rules.get(name) ?? []) }] };
      case 'setPolicySettings':
        this.#rules.set(name, texts(unwrap(Object(second).rich_rules)));
        this.#emit(`${FIREWALLD}.policy`, 'PolicyUpdated', [name, {}]);
        return DONE;
      case 'addIPSet':
        this.#permanent.set(name, []);
        return { ok: true, body: ['/'] };
      case 'getIPSetByName':
        return { ok: true, body: [`/org/fedoraproject/FirewallD1/config/ipset/${name}`] };
      case 'reload':
        this.reload();
        return DONE;
      default:
        return path.includes('/config/') ? this.#permanentEntries(member, name) : this.#entries(member, name, second);
    }
  }

  #permanentEntries(member: string, set: string): Answer {
    if (member === 'setEntries') this.#permanent.set(set, []);
    return { ok: true, body: member === 'getEntries' ? [this.#permanent.get(set) ?? []] : [] };
  }

  async #entries(member: string, set: string, argument: Value | undefined): Promise<Answer> {
    const entries = this.#sets.get(set);
    if (entries === undefined) return exception(`INVALID_IPSET: ${set}`);
    const entry = String(argument);
    switch (member) {
      case 'getEntries':
        return { ok: true, body: [[...entries]] };
      case 'addEntry':
        if (entries.includes(entry)) return exception(`ALREADY_ENABLED: '${entry}' already is in '${set}'`);
        return this.#add(set, entries, entry);
      case 'removeEntry':
        if (!entries.includes(entry)) return exception(`NOT_ENABLED: '${entry}' not in '${set}'`);
        this.#write(
          set,
          entries.filter((other) => other !== entry),
        );
        return DONE;
      case 'setEntries':
        return this.#replace(set, texts(argument));
      default:
        return { ok: false, error: errors.UNKNOWN_METHOD, text: member };
    }
  }

  #add(set: string, entries: readonly string[], entry: string): Answer {
    if (entry === '0.0.0.0') return exception(`INVALID_ENTRY: invalid address '${entry}'`);
    const other = entries.find((candidate) => areOverlapping(candidate, entry));
    if (other !== undefined)
      return exception(`INVALID_ENTRY: Entry '${entry}' overlaps with existing entry '${other}'`);
    this.#write(set, [...entries, entry]);
    return DONE;
  }

  async #replace(set: string, entries: string[]): Promise<Answer> {
    if (entries.includes('0.0.0.0')) return exception("INVALID_ENTRY: invalid address '0.0.0.0'");
    for (const [index, entry] of entries.entries()) {
      const isDouble = entries.slice(0, index).some((other) => areOverlapping(other, entry));
      if (isDouble) return exception(`INVALID_ENTRY: Entry '${entry}' overlaps`);
    }
    const life = this.#life;
    this.#kernel.set(set, new Set());
    this.onKernelChange();
    await new Promise((resolve) => setImmediate(resolve));
    if (life === this.#life && this.#sets.has(set)) this.#write(set, entries);
    return DONE;
  }
}

function areOverlapping(one: string, other: string): boolean {
  if (one === other) return true;
  if (!one.includes('/') && !other.includes('/')) return false;
  const [first, second] = [parseAddress(one), parseAddress(other)];
  return first !== undefined && second !== undefined && overlaps(first, second);
}
