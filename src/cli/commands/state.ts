/** `f2bctl state`: exports, imports, checks and shrinks the state. Needs no agent. */
import { type Command, Option } from 'commander';
import { F2bError } from '../../errors.js';
import { type FileLines, readLines } from '../../host/files/read-file.js';
import { type AddCommand, type OutputOptions, outputOption, print } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { jsonLine } from '../print/json.js';
import { countsText, reportLines, sizeText } from '../print/state.js';

interface StateOptions extends OutputOptions {
  readonly stateDirectory: string;
}

/** `f2bctl state export|import|check|vacuum [--state-directory DIR]` */
export const addState: AddCommand = (program, dependencies) => {
  const state = program.command('state').description('look after what the agent remembers').helpCommand(false);
  addExport(state, dependencies);
  addImport(state, dependencies);
  addCheck(state, dependencies);
  addVacuum(state, dependencies);
};

function sub(state: Command, name: string, description: string): Command {
  return state
    .command(name)
    .description(description)
    .option('--state-directory <dir>', 'where the state is kept', '/var/lib/f2b');
}

function addExport(state: Command, dependencies: Dependencies): void {
  sub(state, 'export', 'write the state, one JSON object a line; needs no agent')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['json']).default('json'))
    .action(async ({ stateDirectory }: StateOptions) => {
      for await (const record of dependencies.state.export(stateDirectory)) {
        dependencies.output.write(`${jsonLine(record)}\n`);
      }
    });
}

function addImport(state: Command, dependencies: Dependencies): void {
  sub(state, 'import', 'put what was exported in the place of the state; the agent must not run')
    .argument('[file]', 'what state export wrote, - for standard input', '-')
    .addOption(outputOption())
    .action(async (file: string, options: StateOptions) => {
      const lines = flat(readLines(file));
      const counts = await dependencies.state.import(options.stateDirectory, file, lines);
      await print(dependencies, options, counts, () => [`Imported ${countsText(counts)}.`]);
    });
}

function* flat(batches: Iterable<FileLines>): Generator<string> {
  for (const { lines } of batches) yield* lines;
}

function addCheck(state: Command, dependencies: Dependencies): void {
  sub(state, 'check', 'read the whole state and tell what is in it, and what is wrong with it')
    .addOption(outputOption())
    .action(async (options: StateOptions) => {
      const report = await dependencies.state.check(options.stateDirectory);
      await print(dependencies, options, report, (style, now) => reportLines(report, style, now));
      if (report.damage.length === 0) return;
      const hint =
        'start f2bd: it sets the file aside and carries over what can be read; check the disk (dmesg, smartctl)';
      throw new F2bError('STORE_DAMAGED', report.path, { hint });
    });
}

function addVacuum(state: Command, dependencies: Dependencies): void {
  sub(state, 'vacuum', 'make the file as small as it can be; the agent must not run')
    .addOption(outputOption())
    .action(async (options: StateOptions) => {
      const sizes = await dependencies.state.vacuum(options.stateDirectory);
      const { before, after } = sizes;
      await print(dependencies, options, sizes, () => [
        `The state takes ${sizeText(after)}, before ${sizeText(before)}.`,
      ]);
    });
}
