/** What the benches of a fleet share. */

/** What is to be undone in the end, the last first. */
export class Scene {
  readonly #steps: (() => unknown)[] = [];

  after(step: () => unknown): void {
    this.#steps.push(step);
  }

  async end(): Promise<void> {
    for (const step of this.#steps.reverse()) await step();
  }
}

export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
