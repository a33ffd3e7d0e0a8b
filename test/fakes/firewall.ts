/** A Firewall in memory that can go away and come back, empty or not, as firewalld does. */
import { isDeepStrictEqual } from 'node:util';
import type { Ban } from '../../src/core/ban.js';
import { F2bError } from '../../src/errors.js';
import { DryRun } from '../../src/firewall/dry-run.js';
import type {
  Firewall,
  FirewallChange,
  FirewallStatus,
  FoundBan,
  JailEffect,
  Reconciliation,
  ZoneSource,
} from '../../src/ports/firewall.js';

export class FakeFirewall implements Firewall {
  readonly #listeners = new Set<(change: FirewallChange) => void>();
  /** What is wanted, whatever became of the firewall. */
  readonly #wanted = new DryRun();
  /** Resolves when it is known how the firewall is. */
  opening: Promise<void> = Promise.resolve();
  /** What is asked of the firewall is done once this resolves. */
  pause: Promise<void> = Promise.resolve();
  #sources: readonly ZoneSource[] = [];
  #kernel = new DryRun();
  #bans: Ban[] = [];
  #problem: F2bError | undefined;

  #closed = new Promise<never>(() => {});
  #endCalls = (_error: F2bError) => {};
  #isCutOff = false;

  /** `isReady: false`: the firewall comes later. */
  constructor(isReady = true) {
    if (!isReady) this.#problem = new F2bError('FIREWALL_UNAVAILABLE', 'firewalld does not run');
  }

  /** An agent takes it up. */
  open(): void {
    this.#isCutOff = false;
    this.#closed = new Promise((_resolve, reject) => {
      this.#endCalls = reject;
    });
    this.#closed.catch(() => {});
  }

  opened(): Promise<void> {
    return this.opening;
  }

  zoneSources(): readonly ZoneSource[] {
    return this.#sources;
  }

  /** The administrator puts addresses into zones. */
  setZoneSources(sources: readonly ZoneSource[]): void {
    this.#sources = sources;
    for (const listener of [...this.#listeners]) listener('sources');
  }

  async ban(bans: readonly Ban[]): Promise<void> {
    this.#bans.push(...bans);
    await this.#wanted.ban(bans);
    await Promise.race([this.pause, this.#closed]);
    if (this.#refusal !== undefined) throw this.#refusal;
    await this.#kernel.ban(bans);
  }

  async unban(bans: readonly Ban[]): Promise<void> {
    const gone = new Set(bans.map((ban) => `${ban.jail} ${ban.address.text}`));
    this.#bans = this.#bans.filter((ban) => !gone.has(`${ban.jail} ${ban.address.text}`));
    await this.#wanted.unban(bans);
    await Promise.race([this.pause, this.#closed]);
    if (this.#refusal !== undefined) throw this.#refusal;
    await this.#kernel.unban(bans);
  }

  async reconcile(wanted: Iterable<Ban>): Promise<Reconciliation> {
    this.#bans = [...wanted];
    await this.#wanted.reconcile(this.#bans);
    await Promise.race([this.pause, this.#closed]);
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.#kernel.reconcile(this.#bans);
  }

  async found(jails: readonly JailEffect[]): Promise<readonly FoundBan[]> {
    return this.#bans.flatMap(({ address, until, disposition, ports }) => {
      const like = jails.find((one) => one.disposition === disposition && isDeepStrictEqual(one.ports, ports));
      return like === undefined ? [] : [{ jail: like.jail, address, until }];
    });
  }

  holds(ban: Ban): boolean {
    return this.#problem === undefined && this.#wanted.holds(ban) && this.#kernel.holds(ban);
  }

  enforcedBy(ban: Ban): readonly string[] {
    return this.holds(ban) ? [`set fake-${ban.disposition}`] : [];
  }

  onChange(listener: (change: FirewallChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(): FirewallStatus {
    const status = { ...this.#kernel.status(), name: 'fake' };
    if (this.#problem === undefined) return status;
    const { message, hint } = this.#problem;
    const pending = this.#wanted.status().held;
    return { ...status, state: 'unavailable', problem: `${message}; ${hint}`, held: 0, pending };
  }

  async close(): Promise<void> {
    this.#endCalls(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
    this.#listeners.clear();
  }

  /** What is in force, sorted. */
  entries(): readonly string[] {
    return this.#kernel.entries();
  }

  /** The firewall goes away and forgets everything. */
  lose(problem = new F2bError('FIREWALL_UNAVAILABLE', 'firewalld does not run')): void {
    this.#problem = problem;
    this.#kernel = new DryRun();
    for (const listener of [...this.#listeners]) listener('lost');
  }

  /** The agent does not reach it any more. */
  cutOff(): void {
    this.#isCutOff = true;
    for (const listener of [...this.#listeners]) listener('lost');
  }

  get #refusal(): F2bError | undefined {
    return this.#isCutOff ? new F2bError('FIREWALL_UNAVAILABLE', 'there is no bus') : this.#problem;
  }

  /** It comes back and gets what is wanted. */
  async recover(): Promise<void> {
    this.#problem = undefined;
    await this.#kernel.reconcile(this.#bans);
    for (const listener of [...this.#listeners]) listener('ready');
  }

  /** A reload: everything is gone for a moment. */
  async reload(): Promise<void> {
    this.lose();
    await this.recover();
  }
}
