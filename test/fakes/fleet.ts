/** A FleetControl in memory: answers what it is told to, and remembers what it was asked for. */
import { F2bError } from '../../src/errors.js';
import type { FleetBan, FleetControl, FleetCounting, FleetOrder, FleetStatus } from '../../src/ports/fleet-control.js';
import { NOON } from './values.js';

export class FakeFleet implements FleetControl {
  isRunning = true;
  isAdministrator = true;
  current: FleetStatus = {
    ...{ host: 'web1', version: '1.2.3', isConnected: true, isPaused: false, problem: '', sequence: 12, waiting: 0 },
    ...{ lagMessages: 0, lagTime: 0, refusals: { malformed: 0, rate: 3 } },
    ...{ claims: 2, held: 1, members: [], reporters: [], allowances: [] },
  };
  known: FleetBan[] = [];
  readonly asked: string[] = [];

  async status(): Promise<FleetStatus> {
    this.#require();
    return this.current;
  }

  async bans(address?: { readonly text: string }): Promise<readonly FleetBan[]> {
    this.#require();
    return this.known.filter((ban) => address === undefined || ban.address === address.text);
  }

  async pause(isPaused: boolean): Promise<void> {
    this.#require();
    this.asked.push(isPaused ? 'pause' : 'resume');
  }

  async order(order: FleetOrder): Promise<void> {
    this.#require();
    this.#administrate();
    const { kind, address, ...more } = order;
    this.asked.push([kind, address.text, ...Object.values(more)].join(' '));
  }

  async withdraw(host: string): Promise<void> {
    this.#require();
    this.#administrate();
    this.asked.push(`withdraw ${host}`);
  }

  #require(): void {
    if (!this.isRunning) throw new F2bError('FLEET_NOT_RUNNING');
  }

  #administrate(): void {
    if (!this.isAdministrator) throw new F2bError('FLEET_DENIED');
  }
}

export const aFleetBan: FleetBan = {
  ...{ address: '203.0.113.1', isBanned: true, reason: 'ssh.service on web2', until: NOON + 3_600_000_000 },
  claims: [{ host: 'web2', jail: 'ssh.service', since: NOON, until: NOON + 3_600_000_000 }],
};

export const aFleetCounting: FleetCounting = {
  ...{ of: 8, partitions: 6, held: 40, behind: 1, bans: 2, waiting: 3, problems: [] },
  counters: [{ host: 'web1', partitions: 6 }],
  refusals: { malformed: 0, late: 5 },
};
