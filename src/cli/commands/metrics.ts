/** `f2bctl metrics`: what Prometheus would read. */
import { isAgentAway } from '../../control/agent-away.js';
import { F2bError } from '../../errors.js';
import { exposition } from '../../metrics/exposition.js';
import type { FleetControl, FleetStatus } from '../../ports/fleet-control.js';
import { type AddCommand, withAgentIfThere } from '../command.js';

/** `f2bctl metrics`. An agent that is away is a value too, told with status 0: `f2b_up 0`. */
export const addMetrics: AddCommand = (program, dependencies) => {
  program
    .command('metrics')
    .description("print the agent's numbers in Prometheus' text format, and f2b-fleetd's where it runs")
    .action(async () => {
      const status = await withAgentIfThere(dependencies, isAgentAway, (client) => client.status());
      dependencies.output.write(exposition(status, await fleetIfThere(dependencies.fleet())));
    });
};

/** Undefined where f2b-fleetd does not run, or may not be asked: most hosts have none. */
async function fleetIfThere(fleet: FleetControl): Promise<FleetStatus | undefined> {
  try {
    return await fleet.status();
  } catch (error) {
    if (error instanceof F2bError && (error.code === 'FLEET_NOT_RUNNING' || error.code === 'ACCESS_DENIED'))
      return undefined;
    throw error;
  }
}
