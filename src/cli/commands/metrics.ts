/** `f2bctl metrics`: what Prometheus would read. */
import { ifThere } from '../../async/if-there.js';
import { isAgentAway, isAway } from '../../control/agent-away.js';
import { exposition } from '../../metrics/exposition.js';
import { type AddCommand, withAgentIfThere } from '../command.js';

interface MetricsOptions {
  readonly outputFile?: string;
}

/** `f2bctl metrics`. An agent that is away is a value too, told with status 0: `f2b_up 0`. */
export const addMetrics: AddCommand = (program, dependencies) => {
  program
    .command('metrics')
    .description("print the agent's numbers in Prometheus' text format, and those of f2b-fleetd and f2b-actiond")
    .option('--output-file <file>', 'write them to this file, which is always whole, for a collector of text files')
    .action(async ({ outputFile }: MetricsOptions) => {
      const [status, fleet, actions] = await Promise.all([
        withAgentIfThere(dependencies, isAgentAway, (client) => client.status()),
        ifThere(isAway('FLEET_NOT_RUNNING'), () => dependencies.fleet().status()),
        ifThere(isAway('ACTIOND_NOT_RUNNING'), () => dependencies.actions().status()),
      ]);
      const text = exposition(status, { fleet, actions });
      if (outputFile === undefined) dependencies.output.write(text);
      else dependencies.configuration.writeOutput(outputFile, text);
    });
};
