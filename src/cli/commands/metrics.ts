/** `f2bctl metrics`: what Prometheus would read. */
import { isAgentAway } from '../../control/agent-away.js';
import { type ErrorCode, F2bError } from '../../errors.js';
import { exposition } from '../../metrics/exposition.js';
import { type AddCommand, withAgentIfThere } from '../command.js';

/** `f2bctl metrics`. An agent that is away is a value too, told with status 0: `f2b_up 0`. */
export const addMetrics: AddCommand = (program, dependencies) => {
  program
    .command('metrics')
    .description("print the agent's numbers in Prometheus' text format, and those of f2b-fleetd and f2b-actiond")
    .action(async () => {
      const status = await withAgentIfThere(dependencies, isAgentAway, (client) => client.status());
      const fleet = await ifThere('FLEET_NOT_RUNNING', () => dependencies.fleet().status());
      const actions = await ifThere('ACTIOND_NOT_RUNNING', () => dependencies.actions().status());
      dependencies.output.write(exposition(status, { fleet, actions }));
    });
};

/** Undefined where the program does not run, or may not be asked: most hosts have none. */
async function ifThere<T>(away: ErrorCode, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof F2bError && (error.code === away || error.code === 'ACCESS_DENIED')) return undefined;
    throw error;
  }
}
