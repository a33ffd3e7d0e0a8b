/** `f2bctl enable` and `f2bctl disable`: whether a jail is at work. */
import { F2bError } from '../../../errors.js';
import { changeConfiguration, dropinPath, reloadAgent } from '../../change-configuration.js';
import { type AddCommand, configDirectoryOption } from '../../command.js';
import type { Dependencies } from '../../dependencies.js';
import { jailEntry } from '../../jail-argument.js';

interface EnableOptions {
  readonly now?: boolean;
  readonly configDirectory: string;
}

/** `f2bctl enable [--now] JAIL…` */
export const addEnable: AddCommand = (program, dependencies) => {
  addSwitch(program, dependencies, { verb: 'enable', value: 'yes', description: 'switch jails on' });
};

/** `f2bctl disable [--now] JAIL…` */
export const addDisable: AddCommand = (program, dependencies) => {
  addSwitch(program, dependencies, { verb: 'disable', value: 'no', description: 'switch jails off' });
};

interface Switch {
  readonly verb: 'enable' | 'disable';
  readonly value: 'yes' | 'no';
  readonly description: string;
}

function addSwitch(program: Parameters<AddCommand>[0], dependencies: Dependencies, wanted: Switch): void {
  program
    .command(wanted.verb)
    .description(`${wanted.description}, by a drop-in`)
    .argument('<jail...>', 'names of jails')
    .option('--now', 'at once: the agent reads its configuration again')
    .addOption(configDirectoryOption())
    .action(async (names: readonly string[], { now, configDirectory }: EnableOptions) => {
      await turn(names, wanted, configDirectory, dependencies);
      if (now === true) await reloadAgent(configDirectory, dependencies);
      else dependencies.errors.write('It takes effect with: systemctl reload f2bd (or say --now)\n');
    });
}

async function turn(
  names: readonly string[],
  { verb, value }: Switch,
  directory: string,
  dependencies: Dependencies,
): Promise<void> {
  const { configuration, output } = dependencies;
  const jails = configuration.jails(directory);
  const entries = names.map((name) => jailEntry(name, jails));
  const masked = entries.find(({ state }) => state === 'masked');
  if (masked !== undefined) {
    const hint = `remove what masks it: rm ${directory}/units/${masked.name}.conf`;
    throw new F2bError('JAIL_NOT_ACTIVE', `${masked.name} is masked`, { hint });
  }
  const changes = entries.map(({ name }) => ({
    path: dropinPath(directory, name, '50-Enabled'),
    text: `# Made by f2bctl ${verb}.\n[Jail]\nEnabled=${value}\n`,
  }));
  await changeConfiguration(changes, directory, dependencies);
  for (const { path } of changes) output.write(`Created ${path}.\n`);
  for (const { name } of entries) requireEffect(name, value, directory, dependencies);
}

/** A drop-in that sorts behind ours may say otherwise. */
function requireEffect(name: string, value: 'yes' | 'no', directory: string, { configuration }: Dependencies): void {
  const setting = configuration.settings(directory, name).find(({ key }) => key === 'Enabled');
  if (setting === undefined || setting.value === value) return;
  const place = setting.file ?? '';
  throw new F2bError('JAIL_NOT_ACTIVE', `${name} stays as it was, as ${place} says Enabled=${setting.value}`, {
    hint: `take that line out of ${place}`,
  });
}
