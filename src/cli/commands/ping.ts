/** `f2bctl ping`: whether the agent answers. */
import { type AddCommand, isForPrograms, type OutputOptions, outputOption, withAgent } from '../command.js';
import { jsonText } from '../print/json.js';

/** `f2bctl ping` */
export const addPing: AddCommand = (program, dependencies) => {
  program
    .command('ping')
    .description('ask the agent for a sign of life')
    .addOption(outputOption())
    .action(async (options: OutputOptions) => {
      await withAgent(dependencies, (client) => client.status());
      dependencies.output.write(isForPrograms(options) ? jsonText({ answer: 'pong' }, options.output) : 'pong\n');
    });
};

/** `f2bctl version`: of f2bctl, and of the agent where it can be asked. */
export const addVersion: AddCommand = (program, dependencies) => {
  program
    .command('version')
    .description('print the versions of f2bctl and of the agent')
    .addOption(outputOption())
    .action(async (options: OutputOptions) => {
      const { version: f2bctl, output } = dependencies;
      if (!isForPrograms(options)) output.write(`f2bctl ${f2bctl}\n`);
      const { version: f2bd } = await withAgent(dependencies, (client) => client.status());
      output.write(isForPrograms(options) ? jsonText({ f2bctl, f2bd }, options.output) : `f2bd ${f2bd}\n`);
    });
};
