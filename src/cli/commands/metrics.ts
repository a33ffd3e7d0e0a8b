/** `f2bctl metrics`: what Prometheus would read. */
import { isAgentAway } from '../../control/agent-away.js';
import { exposition } from '../../metrics/exposition.js';
import { type AddCommand, withAgentIfThere } from '../command.js';

/** `f2bctl metrics`. An agent that is away is a value too, told with status 0: `f2b_up 0`. */
export const addMetrics: AddCommand = (program, dependencies) => {
  program
    .command('metrics')
    .description("print the agent's numbers in Prometheus' text format")
    .action(async () => {
      const status = await withAgentIfThere(dependencies, isAgentAway, (client) => client.status());
      dependencies.output.write(exposition(status));
    });
};
