/** `f2bctl check`: the problems of the configuration. Changes nothing. */
import { type AddCommand, configDirectoryOption, EndWith } from '../../command.js';

interface CheckOptions {
  readonly configDirectory: string;
}

/** EX_CONFIG of sysexits.h, as CONFIG_INVALID has it. */
const INVALID = 78;

/** `f2bctl check [FILE…]` */
export const addCheck: AddCommand = (program, dependencies) => {
  program
    .command('check')
    .description('check the configuration as the agent would, and tell all problems')
    .argument('[file...]', 'files of jails that are not in force yet, checked as if they were')
    .addOption(configDirectoryOption())
    .action(async (files: readonly string[], { configDirectory }: CheckOptions) => {
      const { isGood, report } = await dependencies.configuration.check(configDirectory, files);
      (isGood ? dependencies.output : dependencies.errors).write(report);
      if (!isGood) throw new EndWith(INVALID);
    });
};
