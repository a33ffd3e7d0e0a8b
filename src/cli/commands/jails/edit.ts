/** `f2bctl edit`: changes a jail in an editor. Invariant: what the agent would refuse is not kept. */

import type { SourceText } from '../../../config/config-texts.js';
import type { JailEntry } from '../../../config/files/configuration-files.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import { bringIntoForce, changeConfiguration, changesRecord, dropinPath } from '../../change-configuration.js';
import { type AddCommand, configDirectoryOption, type OutputOptions, outputOption, print } from '../../command.js';

interface EditOptions extends OutputOptions {
  readonly full?: boolean;
  readonly configDirectory: string;
}

const END = '### Edits below this comment will be discarded';

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
      const jail = jailEntry(text, await configuration.jails(configDirectory));
      const path =
        full === true
          ? `${configDirectory}/units/${jail.name}.conf`
          : dropinPath(configDirectory, jail.name, 'override');
      const before = configuration.read(path);
      const start = full === true ? (before ?? jail.files[0]?.text ?? '') : sheet(path, before ?? '', jail);
      const edited = bodyOf(await configuration.edit(start));
      if (edited === bodyOf(start) || edited === (before ?? '')) {
        const record = { jail: jail.name, ...changesRecord([], false) };
        return print(dependencies, options, record, () => [`${path} was left as it was.`]);
      }
      const changes = [{ path, text: edited }];
      await changeConfiguration(changes, configDirectory, dependencies);
      await bringIntoForce(changes, { jail: jail.name }, options, dependencies, () => output.write(`Wrote ${path}.\n`));
    });
};

/** What systemctl edit shows: room for the drop-in, and below it what there is, as comments. */
function sheet(path: string, text: string, { files }: JailEntry): string {
  const others = files.filter((file) => file.path !== path).flatMap(commented);
  return [
    `### Editing ${path}`,
    '### Anything between here and the comment below will become the contents of the drop-in',
    '',
    text.trimEnd(),
    '',
    END,
    '',
    ...others,
    '',
  ].join('\n');
}

function commented({ path, text }: SourceText): readonly string[] {
  return [
    `### ${path}`,
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `# ${line}`.trimEnd()),
    '',
  ];
}

function bodyOf(text: string): string {
  const body = (text.split(END)[0] ?? '')
    .split('\n')
    .filter((line) => !line.startsWith('### '))
    .join('\n')
    .trim();
  return body === '' ? '' : `${body}\n`;
}
