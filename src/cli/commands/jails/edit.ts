/** `f2bctl edit`: changes a jail in an editor. Invariant: what the agent would refuse does not come into force. */
import { jailEntry } from '../../arguments/jail-argument.js';
import { bringIntoForce, changesRecord, dropinPath } from '../../change-configuration.js';
import { type AddCommand, configDirectoryOption, type OutputOptions, outputOption, print } from '../../command.js';
import { dropinDraft, takeEdited, wholeDraft } from '../../edited-text.js';

interface EditOptions extends OutputOptions {
  readonly full?: boolean;
  readonly configDirectory: string;
}

/** `f2bctl edit JAIL [--full]` */
export const addEdit: AddCommand = (program, dependencies) => {
  program
    .command('edit')
    .description('edit a drop-in of a jail, which is checked before it is taken')
    .argument('<jail>', 'name of a jail')
    .option('--full', 'the whole file of the jail instead, as a copy of its own')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (text: string, options: EditOptions) => {
      const { full, configDirectory } = options;
      const { configuration, output } = dependencies;
      const { name, files } = jailEntry(text, await configuration.jails(configDirectory));
      const path =
        full === true ? `${configDirectory}/units/${name}.conf` : dropinPath(configDirectory, name, 'override');
      const before = configuration.read(path);
      const draft =
        full === true ? wholeDraft(path, before, files[0]?.text ?? '') : dropinDraft(path, before ?? '', files);
      const changes = await takeEdited(draft, configDirectory, dependencies);
      if (changes.length === 0) {
        const record = { jail: name, ...changesRecord([], false) };
        return print(dependencies, options, record, () => [`${path} was left as it was.`]);
      }
      await bringIntoForce(changes, { jail: name }, options, dependencies, () => output.write(`Wrote ${path}.\n`));
    });
};
