/** The steps of a test on a booted system. One that fails prints what the system logged. */
import type { TestContext } from 'node:test';
import type { Container } from '../support/container.js';
import { tellingLogs } from '../support/telling-logs.js';

/** Runs one step as `t.test` does. */
export type Step = (name: string, body: (t: TestContext) => Promise<void>) => Promise<void>;

export function stepsOf(t: TestContext, container: () => Container): Step {
  return (name, body) => t.test(name, (step) => tellingLogs(container, () => body(step)));
}
