/** `f2bctl set`: changes settings of a jail. Invariant: what the agent would refuse is not kept. */
import { keysOf } from '../../../config/keys.js';
import { nearest } from '../../../config/nearest.js';
import { isSetting } from '../../../config/overrides.js';
import { F2bError } from '../../../errors.js';
import { type Change, changeConfiguration, dropinPath, reloadAgent } from '../../change-configuration.js';
import { type AddCommand, configDirectoryOption } from '../../command.js';
import { fail2banVerb } from '../../foreign-words.js';
import { jailEntry } from '../../jail-argument.js';

interface SetOptions {
  readonly configDirectory: string;
}

/** `f2bctl set JAIL KEY=VALUE…` */
export const addSet: AddCommand = (program, dependencies) => {
  program
    .command('set')
    .description('change settings of a jail, by a drop-in for each; in force at once')
    .argument('<jail>', 'name of a jail')
    .argument('<setting...>', 'KEY=VALUE; without a value, what other files say holds again')
    .addOption(configDirectoryOption())
    .action(async (text: string, settings: readonly string[], { configDirectory }: SetOptions) => {
      const meant = fail2banVerb(text, settings);
      if (meant !== undefined) throw new F2bError('USAGE', 'that is how fail2ban-client has it', { hint: meant });
      const { name } = jailEntry(text, dependencies.configuration.jails(configDirectory));
      const changes = settings.map((setting) => changeOf(setting, name, configDirectory));
      await changeConfiguration(changes, configDirectory, dependencies);
      for (const { path, text: written } of changes) {
        dependencies.output.write(`${written === undefined ? 'Removed' : 'Created'} ${path}.\n`);
      }
      await reloadAgent(configDirectory, dependencies);
    });
};

function changeOf(setting: string, jail: string, directory: string): Change {
  const equals = setting.indexOf('=');
  const name = setting.slice(0, Math.max(0, equals));
  const key = keysOf.jail.find((known) => known.name.toLowerCase() === name.toLowerCase());
  const isEmpty = equals === setting.length - 1;
  if (key === undefined || !(isEmpty || isSetting(setting))) {
    const names = keysOf.jail.map((known) => known.name);
    const meant = nearest(name || setting, names);
    const hint = meant === undefined ? 'f2b.unit(5) lists the keys of a jail' : `did you mean ${meant}=?`;
    throw new F2bError('USAGE', `${JSON.stringify(setting)} is no KEY=VALUE of a jail`, { hint });
  }
  const path = dropinPath(directory, jail, `50-${key.name}`);
  if (isEmpty) return { path, text: undefined };
  return { path, text: `# Made by f2bctl set.\n[${key.section}]\n${key.name}=${setting.slice(equals + 1)}\n` };
}
