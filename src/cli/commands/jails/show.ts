/** `f2bctl show`: the settings of a jail that are in force. */
import { DEFAULT_CONFIG_DIRECTORY } from '../../../config/directories.js';
import { type EffectiveSetting, toppedBy } from '../../../config/effective-settings.js';
import { nearest } from '../../../config/keys/nearest.js';
import { TEMPORARY } from '../../../config/temporary.js';
import { printable } from '../../../core/printable.js';
import { F2bError } from '../../../errors.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import {
  type AddCommand,
  collect,
  configDirectoryOption,
  type OutputOptions,
  outputOption,
  print,
} from '../../command.js';
import type { Dependencies } from '../../dependencies.js';
import { jailsAtWork } from '../../jails-at-work.js';
import type { Style } from '../../print/style.js';
import { type Column, formatTable } from '../../print/table.js';

interface ShowOptions extends OutputOptions {
  readonly property?: readonly string[];
  readonly value?: boolean;
  readonly showOrigin?: boolean;
  readonly configDirectory: string;
}

/** `f2bctl show JAIL [KEY…]` */
export const addShow: AddCommand = (program, dependencies) => {
  program
    .command('show')
    .description('show every setting of a jail that is in force, as KEY=VALUE')
    .argument('<jail>', 'name of a jail, enabled or not')
    .argument('[key...]', 'only these settings')
    .option('-p, --property <key>', 'only this setting; may be repeated', collect)
    .option('--value', 'only the values')
    .option('--show-origin', 'with the file and line that each comes from')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (text: string, keys: readonly string[], options: ShowOptions) => {
      const { configDirectory, property = [] } = options;
      const asked = [...keys, ...property];
      const { configuration } = dependencies;
      const { name } = jailEntry(text, await configuration.jails(configDirectory));
      const written = await configuration.settings(configDirectory, name);
      const settings = chosen(text, toppedBy(written, await temporaryOf(name, options, dependencies)), asked);
      const record = Object.fromEntries(settings.map((one) => [one.key, recordOf(one, options)]));
      await print(dependencies, options, record, (style) => lines(settings, options, style));
    });
};

/** What the agent was given for the jail until its next reload; nothing where it cannot be asked without a password. */
async function temporaryOf(
  name: string,
  { configDirectory }: ShowOptions,
  dependencies: Dependencies,
): Promise<readonly string[]> {
  if (configDirectory !== DEFAULT_CONFIG_DIRECTORY) return [];
  const jails = await jailsAtWork(dependencies, 'never');
  return jails?.find((jail) => jail.name === name)?.temporary ?? [];
}

function recordOf({ value, file, line }: EffectiveSetting, { showOrigin }: ShowOptions) {
  return showOrigin === true ? { value, file, line } : value;
}

function lines(
  settings: readonly EffectiveSetting[],
  { value, showOrigin }: ShowOptions,
  style: Style,
): readonly string[] {
  const text = (one: EffectiveSetting) => (value === true ? one.value : `${one.key}=${one.value}`);
  if (showOrigin !== true) return settings.map((one) => printable(text(one)));
  return formatTable(settings, [{ heading: 'SETTING', text }, originColumn], style);
}

const originColumn: Column<EffectiveSetting> = {
  heading: 'FROM',
  text: origin,
  paint: ({ file }, style) => (file === undefined ? style.dim : (text) => text),
};

function origin({ file, line }: EffectiveSetting): string {
  if (file === undefined) return 'default';
  return file === TEMPORARY ? TEMPORARY : `${file}:${line}`;
}

function chosen(
  jail: string,
  settings: readonly EffectiveSetting[],
  keys: readonly string[],
): readonly EffectiveSetting[] {
  if (keys.length === 0) return settings;
  return keys
    .flatMap((list) => list.split(','))
    .map((key) => {
      const found = settings.find((one) => one.key.toLowerCase() === key.toLowerCase());
      if (found !== undefined) return found;
      const names = settings.map((one) => one.key);
      const meant = nearest(key, names);
      const hint = meant === undefined ? `f2bctl show ${jail} lists its settings` : `did you mean ${meant}?`;
      throw new F2bError('USAGE', `a jail has no ${JSON.stringify(key)}`, { hint });
    });
}
