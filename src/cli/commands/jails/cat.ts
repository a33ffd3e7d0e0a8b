/** `f2bctl cat`: the files of jails as they lie on the disk. */
import { printableLines } from '../../../core/printable.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import { type AddCommand, configDirectoryOption, type OutputOptions, outputOption, print } from '../../command.js';

interface CatOptions extends OutputOptions {
  readonly configDirectory: string;
}

/** `f2bctl cat JAIL…` */
export const addCat: AddCommand = (program, dependencies) => {
  program
    .command('cat')
    .description('show the files of jails, with their drop-ins')
    .argument('<jail...>', 'names of jails, enabled or not')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (names: readonly string[], options: CatOptions) => {
      const jails = await dependencies.configuration.jails(options.configDirectory);
      const files = names.flatMap((name) => jailEntry(name, jails).files);
      await print(dependencies, options, files, ({ dim }) =>
        files.flatMap(({ path, text }, index) => [
          ...(index === 0 ? [] : ['']),
          dim(`# ${path}`),
          ...printableLines(text).trimEnd().split('\n'),
        ]),
      );
    });
};
