import type { AddCommand } from '../command.js';
import { jsonLine } from '../print/json.js';

interface ExportOptions {
  readonly stateDirectory: string;
}

/** `f2bctl state export [--state-directory DIR]` */
export const addState: AddCommand = (program, dependencies) => {
  const state = program.command('state').description('look after what the agent remembers');
  state
    .command('export')
    .description('write the state, one JSON object a line; needs no agent')
    .option('--state-directory <dir>', 'where the state is kept', '/var/lib/f2b')
    .option('-o, --output <format>', 'json, as always')
    .action(async ({ stateDirectory }: ExportOptions) => {
      for await (const record of dependencies.exportState(stateDirectory)) {
        dependencies.output.write(`${jsonLine(record)}\n`);
      }
    });
};
