/** What systemd says of a unit. */
export interface UnitState {
  /** What was asked for. */
  readonly name: string;
  /** What it is called. */
  readonly id: string;
  /** `loaded`, `not-found`, `masked` and so on: LoadState of org.freedesktop.systemd1(5). */
  readonly load: string;
  /** The journal namespace that it logs into; empty for the machine's own journal. */
  readonly namespace: string;
  readonly isActive: boolean;
  /** When it was started last, µs since the epoch; undefined when it never was. */
  readonly activeSince: number | undefined;
}
