/** `f2bctl set`: changes settings of a jail. Invariant: what the agent would refuse is not kept. */
import { Option } from 'commander';
import type { KnownKey } from '../../../config/keys/key.js';
import { keysOf } from '../../../config/keys/keys.js';
import { nearest } from '../../../config/keys/nearest.js';
import { isSetting } from '../../../config/overrides.js';
import { TEMPORARY } from '../../../config/temporary.js';
import { F2bError } from '../../../errors.js';
import { fail2banVerb } from '../../arguments/foreign-words.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import {
  bringIntoForce,
  type Change,
  changeConfiguration,
  changesRecord,
  dropinPath,
  runtimeDirectoryOf,
  withoutRuntime,
} from '../../change-configuration.js';
import {
  type AddCommand,
  configDirectoryOption,
  type OutputOptions,
  outputOption,
  print,
  withAgent,
} from '../../command.js';
import type { Dependencies } from '../../dependencies.js';

interface SetOptions extends OutputOptions {
  readonly runtime?: boolean;
  readonly temporary?: boolean;
  readonly configDirectory: string;
}

/** One KEY=VALUE; an empty value takes the drop-in away. */
interface Setting {
  readonly key: KnownKey;
  readonly value: string;
}

/** `f2bctl set JAIL KEY=VALUE… [--runtime | --temporary]` */
export const addSet: AddCommand = (program, dependencies) => {
  program
    .command('set')
    .description('change settings of a jail, by a drop-in for each; in force at once')
    .argument('<jail>', 'name of a jail')
    .argument('<setting...>', 'KEY=VALUE; without a value, what other files say holds again')
    .option('--runtime', 'only until the next reboot')
    .addOption(
      new Option('--temporary', 'only until the agent reads its configuration again, without a file').conflicts([
        'runtime',
        'configDirectory',
      ]),
    )
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (text: string, words: readonly string[], options: SetOptions) => {
      const meant = settingApart(text, words) ?? fail2banVerb(text, words);
      if (meant !== undefined) throw new F2bError('USAGE', 'a setting is KEY=VALUE, in one word', { hint: meant });
      const { configDirectory } = options;
      const { name } = jailEntry(text, await dependencies.configuration.jails(configDirectory));
      const settings = words.map(settingIn);
      if (options.temporary === true) return setTemporarily(name, settings, options, dependencies);
      const changes = settings.flatMap((setting) => changesFor(setting, name, options, dependencies));
      if (changes.length === 0) return tellNothing(name, settings, options, dependencies);
      await changeConfiguration(changes, configDirectory, dependencies);
      await bringIntoForce(changes, { jail: name, settings: settingsRecord(settings) }, options, dependencies);
      await requireEffect(settings, name, changes, configDirectory, dependencies);
    });
};

function keyNamed(name: string): KnownKey | undefined {
  return keysOf.jail.find((known) => known.name.toLowerCase() === name.toLowerCase());
}

/** `set JAIL maxretry 3`, with a key that we have too. */
function settingApart(jail: string, [name = '', ...values]: readonly string[]): string | undefined {
  const key = keyNamed(name);
  const value = values.join(' ').replace(/^=\s*/, '');
  return key === undefined || value === '' ? undefined : `f2bctl set ${jail} ${key.name}=${value}`;
}

async function setTemporarily(
  jail: string,
  settings: readonly Setting[],
  options: SetOptions,
  dependencies: Dependencies,
): Promise<void> {
  const lines = settings.map(({ key, value }) => `${key.name}=${value}`);
  await withAgent(dependencies, (client) => client.set(jail, lines));
  const record = { jail, settings: settingsRecord(settings), ...changesRecord([], true) };
  await print(dependencies, options, record, () => [`${jail} has ${lines.join(', ')} ${TEMPORARY}.`]);
}

/** There is no drop-in to take away; what other files say is for the person to change. */
async function tellNothing(
  jail: string,
  settings: readonly Setting[],
  options: SetOptions,
  dependencies: Dependencies,
): Promise<void> {
  const record = { jail, settings: settingsRecord(settings), ...changesRecord([], false) };
  const keys = settings.map(({ key }) => key.name);
  const where = `f2bctl show ${jail} ${keys.join(' ')} --show-origin tells where it is set`;
  await print(dependencies, options, record, () => [`There is no drop-in of f2bctl set to take away; ${where}.`]);
}

function settingsRecord(settings: readonly Setting[]): Readonly<Record<string, string>> {
  return Object.fromEntries(settings.map(({ key, value }) => [key.name, value]));
}

function settingIn(word: string): Setting {
  const equals = word.indexOf('=');
  const name = word.slice(0, Math.max(0, equals));
  const key = keyNamed(name);
  const value = word.slice(equals + 1);
  if (key !== undefined && (value === '' || isSetting(word))) return { key, value };
  const names = keysOf.jail.map((known) => known.name);
  const meant = nearest(name || word, names);
  const hint = meant === undefined ? 'f2b.unit(5) lists the keys of a jail' : `did you mean ${meant}=?`;
  throw new F2bError('USAGE', `${JSON.stringify(word)} is no KEY=VALUE of a jail`, { hint });
}

function changesFor(
  { key, value }: Setting,
  jail: string,
  { runtime, configDirectory }: SetOptions,
  dependencies: Dependencies,
): readonly Change[] {
  const dropin = `50-${key.name}`;
  const verb = runtime === true ? 'set --runtime' : 'set';
  const text = value === '' ? undefined : `# Made by f2bctl ${verb}.\n[${key.section}]\n${key.name}=${value}\n`;
  const isNeeded = ({ path }: Change) => text !== undefined || dependencies.configuration.read(path) !== undefined;
  if (runtime !== true) {
    const lasting = { path: dropinPath(configDirectory, jail, dropin), text };
    return [...[lasting].filter(isNeeded), ...withoutRuntime(jail, dropin, configDirectory, dependencies)];
  }
  const directory = runtimeDirectoryOf(configDirectory);
  if (directory === undefined)
    throw new F2bError('USAGE', '--runtime is for the configuration of the agent alone', {
      hint: 'leave --config-directory out, or --runtime',
    });
  return [{ path: dropinPath(directory, jail, dropin), text }].filter(isNeeded);
}

/** A drop-in that sorts behind ours may say otherwise; a list holds what all of them say. */
async function requireEffect(
  settings: readonly Setting[],
  jail: string,
  changes: readonly Change[],
  directory: string,
  { configuration }: Dependencies,
): Promise<void> {
  const written = new Set(changes.flatMap(({ path, text }) => (text === undefined ? [] : [path])));
  const inForce = await configuration.settings(directory, jail);
  for (const { key, value } of settings) {
    if (key.kind === 'list' || value === '') continue;
    const setting = inForce.find((one) => one.key === key.name);
    if (setting?.file === undefined || written.has(setting.file)) continue;
    throw new F2bError('SETTING_OUTRANKED', `${setting.file} says ${key.name}=${setting.value}`, {
      hint: `take that line out of ${setting.file}`,
    });
  }
}
