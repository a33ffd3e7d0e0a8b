/** `f2bctl ping`: whether the agent answers. */
import { type AddCommand, withAgent } from '../command.js';

/** `f2bctl ping` */
export const addPing: AddCommand = (program, dependencies) => {
  program
    .command('ping')
    .description('ask the agent for a sign of life')
    .action(async () => {
      await withAgent(dependencies, (client) => client.status());
      dependencies.output.write('pong\n');
    });
};

/** `f2bctl version`: of f2bctl, and of the agent where it can be asked. */
export const addVersion: AddCommand = (program, dependencies) => {
  program
    .command('version')
    .description('print the versions of f2bctl and of the agent')
    .action(async () => {
      dependencies.output.write(`f2bctl ${dependencies.version}\n`);
      const { version } = await withAgent(dependencies, (client) => client.status());
      dependencies.output.write(`f2bd ${version}\n`);
    });
};
