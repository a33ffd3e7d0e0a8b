/** `f2bctl show`: the settings of a jail that are in force. */
import type { EffectiveSetting } from '../../../config/effective-settings.js';
import { nearest } from '../../../config/nearest.js';
import { printable } from '../../../core/printable.js';
import { F2bError } from '../../../errors.js';
import {
  type AddCommand,
  collect,
  configDirectoryOption,
  type OutputOptions,
  outputOption,
  print,
} from '../../command.js';
import { jailEntry } from '../../jail-argument.js';

interface ShowOptions extends OutputOptions {
  readonly property?: readonly string[];
  readonly value?: boolean;
  readonly configDirectory: string;
}

/** `f2bctl show JAIL [-p KEY]…` */
export const addShow: AddCommand = (program, dependencies) => {
  program
    .command('show')
    .description('show every setting of a jail that is in force, as KEY=VALUE')
    .argument('<jail>', 'name of a jail, enabled or not')
    .option('-p, --property <key>', 'only this setting; may be repeated', collect)
    .option('--value', 'only the values')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (text: string, options: ShowOptions) => {
      const { configDirectory, property, value } = options;
      const { configuration } = dependencies;
      const { name } = jailEntry(text, configuration.jails(configDirectory));
      const settings = chosen(configuration.settings(configDirectory, name), property);
      const record = Object.fromEntries(settings.map((one) => [one.key, one.value]));
      await print(dependencies, options, record, () =>
        settings.map((one) => printable(value === true ? one.value : `${one.key}=${one.value}`)),
      );
    });
};

function chosen(
  settings: readonly EffectiveSetting[],
  keys: readonly string[] | undefined,
): readonly EffectiveSetting[] {
  if (keys === undefined) return settings;
  return keys
    .flatMap((list) => list.split(','))
    .map((key) => {
      const found = settings.find((one) => one.key.toLowerCase() === key.toLowerCase());
      if (found !== undefined) return found;
      const names = settings.map((one) => one.key);
      const hint = `did you mean ${nearest(key, names) ?? names.join(', ')}?`;
      throw new F2bError('USAGE', `a jail has no ${JSON.stringify(key)}`, { hint });
    });
}
