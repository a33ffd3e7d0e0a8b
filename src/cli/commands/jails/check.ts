/** `f2bctl check`: the problems of the configuration. Changes nothing. */
import { checkRecord, refusal, validLine, warningLines } from '../../../config/configuration-check.js';
import { errorKinds, F2bError } from '../../../errors.js';
import {
  type AddCommand,
  configDirectoryOption,
  EndWith,
  isForPrograms,
  type OutputOptions,
  outputOption,
  print,
} from '../../command.js';

interface CheckOptions extends OutputOptions {
  readonly configDirectory: string;
}

/** `f2bctl check [FILE…]` */
export const addCheck: AddCommand = (program, dependencies) => {
  program
    .command('check')
    .description('check the configuration as the agent would, and tell all problems')
    .argument('[file...]', 'files of jails that are not in force yet, checked as if they were')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (files: readonly string[], options: CheckOptions) => {
      const other = files.find((file) => !file.endsWith('.conf'));
      if (other !== undefined) {
        const ofFile = "a jail's file is called NAME.conf: f2bctl check ./NAME.conf";
        const hint = other.includes('/') ? `${ofFile}; a folder: f2bctl check --config-directory=${other}` : ofFile;
        throw new F2bError('USAGE', `${JSON.stringify(other)} is no file of a jail`, { hint });
      }
      const found = await dependencies.configuration.check(options.configDirectory, files);
      if (!found.valid && !isForPrograms(options)) throw refusal(found.problems);
      await print(dependencies, options, checkRecord(found), () => [...warningLines(found), validLine(found)]);
      if (!found.valid) throw new EndWith(errorKinds.CONFIG_INVALID.exitStatus);
    });
};
