/** `f2bctl revert`: gives a jail back the settings it was shipped with. */
import type { ConfigurationFiles } from '../../../config/files/configuration-files.js';
import { F2bError } from '../../../errors.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import { bringIntoForce, changeConfiguration, changesRecord, ownDirectories } from '../../change-configuration.js';
import { type AddCommand, configDirectoryOption, type OutputOptions, outputOption, print } from '../../command.js';

interface RevertOptions extends OutputOptions {
  readonly configDirectory: string;
}

/** `f2bctl revert JAIL` */
export const addRevert: AddCommand = (program, dependencies) => {
  program
    .command('revert')
    .description('remove what was changed of a jail: its drop-ins, and its copy of a shipped file')
    .argument('<jail>', 'name of a jail')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (text: string, options: RevertOptions) => {
      const { configDirectory } = options;
      const { configuration } = dependencies;
      const jail = jailEntry(text, await configuration.jails(configDirectory));
      const own = ownFiles(jail.name, configDirectory, configuration);
      if (own.length === 0) {
        const record = { jail: jail.name, ...changesRecord([], false) };
        const line = `${jail.name} has nothing of its own in ${configDirectory}.`;
        await print(dependencies, options, record, () => [line]);
        return;
      }
      const hasShipped = configuration.isShipped(jail.name);
      const main = `${configDirectory}/units/${jail.name}.conf`;
      if (!hasShipped && own.includes(main) && own.length === 1) {
        throw new F2bError('USAGE', `${jail.name} is all your own`, { hint: `remove it with: rm ${main}` });
      }
      const removed = own.filter((path) => hasShipped || path !== main);
      const changes = removed.map((path) => ({ path, text: undefined }));
      await changeConfiguration(changes, configDirectory, dependencies);
      await bringIntoForce(changes, { jail: jail.name }, options, dependencies);
    });
};

/** Also those that have no effect, as another of their name has. */
function ownFiles(jail: string, directory: string, { read, list }: ConfigurationFiles): readonly string[] {
  return ownDirectories(directory).flatMap((folder) => {
    const main = `${folder}/units/${jail}.conf`;
    const dropins = list(`${main}.d`).filter((name) => name.endsWith('.conf'));
    return [...(read(main) === undefined ? [] : [main]), ...dropins.map((name) => `${main}.d/${name}`)];
  });
}
