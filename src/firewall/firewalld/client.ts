/**
 * firewalld's D-Bus methods (firewalld.dbus(5)) with their answers as values.
 * Invariant: what firewalld says comes back as a Reply; no method rejects.
 */
import type { Bus } from '../../dbus/bus.js';
import { type Answer, errors, type Value } from '../../dbus/message.js';
import { isAbsent } from '../../dbus/peer.js';
import { unwrap, variant } from '../../dbus/wire.js';
import { F2bError } from '../../errors.js';
import type { Step } from './pools/step.js';

export const FIREWALLD = 'org.fedoraproject.FirewallD1';
export const FIREWALLD_PATH = '/org/fedoraproject/FirewallD1';
const CONFIG_PATH = `${FIREWALLD_PATH}/config`;
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** firewalld does one thing at a time: behind somebody else's reload of a large rule set, a call waits that long. µs */
const TIMEOUT = 30_000_000;
const RELOAD_TIMEOUT = 120_000_000;

/**
 * What became of a call. `code` is firewalld's own (`INVALID_ENTRY`), `text` what it said with it.
 * `gone`: nobody answers: no bus, no firewalld, or a call that took too long. `broken`: it answers, and its rules are not
 * what its configuration says.
 */
export type Reply<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  | { readonly kind: 'denied' | 'gone' | 'broken'; readonly text: string };

/** Settings of a zone or policy: a dictionary without the variants. */
export type Settings = { readonly [name: string]: Value | undefined };

function replyOf(answer: Answer): Reply<readonly Value[]> {
  if (answer.ok) return { kind: 'done', value: answer.body };
  const { error, text } = answer;
  if (isAbsent(error) || error === errors.NO_REPLY) return { kind: 'gone', text };
  if (error === `${FIREWALLD}.NotAuthorizedException` || error === errors.ACCESS_DENIED)
    return { kind: 'denied', text };
  const [, code = error, detail = text] = /^([A-Z][A-Z0-9_]*)(?:: ([\s\S]*))?$/.exec(text) ?? [];
  return { kind: 'refused', code, text: detail };
}

function map<T, U>(result: Reply<T>, change: (value: T) => U): Reply<U> {
  return result.kind === 'done' ? { kind: 'done', value: change(result.value) } : result;
}

function strings(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function settings(value: Value | undefined): Settings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrap(inner)]));
}

/** A list of texts among settings; empty when it is absent. */
export function listed(from: Settings, name: string): readonly string[] {
  return strings(from[name]);
}

const MENDING =
  'journalctl -u firewalld and firewall-cmd --check-config say why; mend that, then run: systemctl restart firewalld';

/** A failed reply as the error a person sees. */
export function firewalldError(failed: Exclude<Reply<unknown>, { kind: 'done' }>, about: string): F2bError {
  switch (failed.kind) {
    case 'denied':
      return new F2bError('FIREWALL_DENIED', failed.text);
    case 'gone':
      return new F2bError('FIREWALL_UNAVAILABLE', failed.text);
    case 'broken':
      return new F2bError('FIREWALL_FAILED', failed.text, { hint: MENDING });
    case 'refused':
      return new F2bError('FIREWALL_FAILED', `${about}: ${failed.code}: ${failed.text}`);
  }
}

/** The part of the bus that firewalld is reached through. */
export type FirewalldBus = Pick<Bus, 'call' | 'onSignal' | 'watchName'>;

export class FirewalldClient {
  readonly #bus: FirewalldBus;

  constructor(bus: FirewalldBus) {
    this.#bus = bus;
  }

  /**
   * The version, once firewalld has started: its name is on the bus before that. `broken` after a start or reload that
   * failed, of which no signal tells (fw.py: _state).
   */
  async version(): Promise<Reply<string>> {
    const found = map(await this.#call(FIREWALLD_PATH, PROPERTIES, 'GetAll', 's', [FIREWALLD]), ([all]) =>
      settings(all),
    );
    if (found.kind !== 'done') return found;
    const { state, version } = found.value;
    if (state === 'RUNNING') return { kind: 'done', value: String(version) };
    if (state === 'FAILED')
      return { kind: 'broken', text: 'firewalld could not load its configuration (state FAILED)' };
    return { kind: 'gone', text: `firewalld is in state ${String(state)}` };
  }

  /** What firewalld writes its rules with, `nftables` or `iptables`; undefined when it does not say. */
  async backend(): Promise<string | undefined> {
    const body = [`${FIREWALLD}.config`, 'FirewallBackend'];
    const answer = await this.#call(CONFIG_PATH, PROPERTIES, 'Get', 'ss', body);
    return answer.kind === 'done' ? String(unwrap(answer.value[0] ?? '')) : undefined;
  }

  async ipsets(): Promise<Reply<readonly string[]>> {
    return map(await this.#runtime('ipset', 'getIPSets'), ([names]) => strings(names));
  }

  /** Does one step; a `read` answers with the entries. Repetition is success. */
  async perform(step: Step): Promise<Reply<readonly string[]>> {
    switch (step.kind) {
      case 'read':
        return map(await this.#runtime('ipset', 'getEntries', 's', [step.set]), ([entries]) => strings(entries));
      case 'add':
        return this.#repeatable('ALREADY_ENABLED', 'addEntry', 'ss', [step.set, step.entry]);
      case 'remove':
        return this.#repeatable('NOT_ENABLED', 'removeEntry', 'ss', [step.set, step.entry]);
      case 'replace':
        return map(await this.#runtime('ipset', 'setEntries', 'sas', [step.set, step.entries]), () => []);
    }
  }

  /** Zones that have sources, with those. */
  async zonesWithSources(): Promise<Reply<readonly { readonly zone: string; readonly sources: readonly string[] }[]>> {
    return map(await this.#runtime('zone', 'getActiveZones'), ([found]) =>
      Object.entries(settings(found))
        .map(([zone, bound]) => ({ zone, sources: strings(settings(bound)['sources']) }))
        .filter(({ sources }) => sources.length > 0),
    );
  }

  async zone(name: string): Promise<Reply<Settings>> {
    return map(await this.#runtime('zone', 'getZoneSettings2', 's', [name]), ([found]) => settings(found));
  }

  async addSource(zone: string, source: string): Promise<Reply<unknown>> {
    return this.#runtime('zone', 'addSource', 'ss', [zone, source]);
  }

  async policy(name: string): Promise<Reply<Settings>> {
    return map(await this.#runtime('policy', 'getPolicySettings', 's', [name]), ([found]) => settings(found));
  }

  /** Replaces all rich rules of a policy at run time; those that stay are left alone. */
  async setRichRules(policy: string, rules: readonly string[]): Promise<Reply<unknown>> {
    const changes = { rich_rules: variant('as', rules) };
    return this.#runtime('policy', 'setPolicySettings', 'sa{sv}', [policy, changes]);
  }

  async addPermanentIpset(name: string, type: string, family: 4 | 6): Promise<Reply<unknown>> {
    const options = { family: family === 4 ? 'inet' : 'inet6' };
    const ipset = ['', name, 'Addresses banned by f2b', type, options, []];
    return this.#permanent('addIPSet', 's(ssssa{ss}as)', [name, ipset]);
  }

  async addPermanentZone(name: string, values: { readonly [name: string]: Value }): Promise<Reply<unknown>> {
    return this.#permanent('addZone2', 'sa{sv}', [name, values]);
  }

  async addPermanentPolicy(name: string, values: { readonly [name: string]: Value }): Promise<Reply<unknown>> {
    return this.#permanent('addPolicy', 'sa{sv}', [name, values]);
  }

  /** The entries that a set will have after the next reload. */
  async permanentEntries(ipset: string): Promise<Reply<readonly string[]>> {
    const found = await this.#permanentIpset(ipset);
    if (found.kind !== 'done') return found;
    return map(await this.#call(found.value, `${FIREWALLD}.config.ipset`, 'getEntries'), ([list]) => strings(list));
  }

  async clearPermanentEntries(ipset: string): Promise<Reply<unknown>> {
    const found = await this.#permanentIpset(ipset);
    if (found.kind !== 'done') return found;
    return this.#call(found.value, `${FIREWALLD}.config.ipset`, 'setEntries', 'as', [[]]);
  }

  /** Makes the permanent configuration the running one: run-time entries and bindings of everybody are gone. */
  async reload(): Promise<Reply<unknown>> {
    return this.#call(FIREWALLD_PATH, FIREWALLD, 'reload', '', [], RELOAD_TIMEOUT);
  }

  async #permanentIpset(ipset: string): Promise<Reply<string>> {
    return map(await this.#permanent('getIPSetByName', 's', [ipset]), ([path]) => String(path));
  }

  async #repeatable(harmless: string, member: string, signature: string, body: readonly Value[]) {
    const result = map(await this.#runtime('ipset', member, signature, body), () => []);
    return result.kind === 'refused' && result.code === harmless ? ({ kind: 'done', value: [] } as const) : result;
  }

  #runtime(topic: string, member: string, signature = '', body: readonly Value[] = []) {
    return this.#call(FIREWALLD_PATH, `${FIREWALLD}.${topic}`, member, signature, body);
  }

  #permanent(member: string, signature: string, body: readonly Value[]) {
    return this.#call(CONFIG_PATH, `${FIREWALLD}.config`, member, signature, body);
  }

  async #call(
    path: string,
    name: string,
    member: string,
    signature = '',
    body: readonly Value[] = [],
    limit = TIMEOUT,
  ) {
    const call = { destination: FIREWALLD, path, interface: name, member, signature, body };
    return replyOf(await this.#bus.call(call, limit));
  }
}
