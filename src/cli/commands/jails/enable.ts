/** `f2bctl enable` and `f2bctl disable`: whether a jail is at work. */
import type { JailEntry } from '../../../config/files/configuration-files.js';
import { printable } from '../../../core/printable.js';
import { F2bError } from '../../../errors.js';
import { jailEntry } from '../../arguments/jail-argument.js';
import {
  type Change,
  changeConfiguration,
  changesRecord,
  dropinPath,
  reloadAgent,
  tellChanges,
  withoutRuntime,
} from '../../change-configuration.js';
import {
  type AddCommand,
  configDirectoryOption,
  isForPrograms,
  type OutputOptions,
  outputOption,
} from '../../command.js';
import type { Dependencies } from '../../dependencies.js';
import { jsonText } from '../../print/json.js';
import { choiceLines, chooseDetected } from './detected.js';

interface SwitchOptions extends OutputOptions {
  readonly now?: boolean;
  readonly configDirectory: string;
}

interface EnableOptions extends SwitchOptions {
  readonly detected?: boolean;
  readonly yes?: boolean;
}

const enabling: Switch = { verb: 'enable', value: 'yes', description: 'switch jails on' };
const disabling: Switch = { verb: 'disable', value: 'no', description: 'switch jails off' };

/** `f2bctl enable [--now] JAIL…` and `f2bctl enable --detected [--yes] [--now] [JAIL…]` */
export const addEnable: AddCommand = (program, dependencies) => {
  addSwitch(program, enabling, '[jail...]')
    .option('--detected', 'those whose services run on this host')
    .option('-y, --yes', 'with --detected: do not ask')
    .action(async (names: readonly string[], options: EnableOptions) => {
      if (options.detected !== true && names.length === 0)
        throw new F2bError('USAGE', 'no jail is named', { hint: 'f2bctl enable JAIL, or f2bctl enable --detected' });
      const named = await entriesOf(names, options, dependencies);
      const wanted = options.detected === true ? await detected(named, options, dependencies) : named.entries;
      if (wanted.length === 0 && !isForPrograms(options)) return;
      await turnAndTell(wanted, enabling, options, dependencies);
      tellForgers(wanted, dependencies);
    });
};

/** `f2bctl disable [--now] JAIL…` */
export const addDisable: AddCommand = (program, dependencies) => {
  addSwitch(program, disabling, '<jail...>').action(async (names: readonly string[], options: SwitchOptions) => {
    const { entries } = await entriesOf(names, options, dependencies);
    await turnAndTell(entries, disabling, options, dependencies);
  });
};

/** The jails there are, and those that are named. Throws UNKNOWN_JAIL. */
interface Named {
  readonly jails: readonly JailEntry[];
  readonly entries: readonly JailEntry[];
}

async function entriesOf(
  names: readonly string[],
  { configDirectory }: SwitchOptions,
  dependencies: Dependencies,
): Promise<Named> {
  const jails = await dependencies.configuration.jails(configDirectory);
  return { jails, entries: names.map((name) => jailEntry(name, jails)) };
}

/** The jails to switch on once a person has agreed; none if they did not. */
async function detected(
  { jails, entries }: Named,
  options: EnableOptions,
  dependencies: Dependencies,
): Promise<readonly JailEntry[]> {
  const choice = await chooseDetected(jails, entries, dependencies);
  const { output, errors } = dependencies;
  const forPeople = isForPrograms(options) ? errors : output;
  for (const line of choiceLines(choice)) forPeople.write(`${line}\n`);
  const { wanted } = choice;
  if (wanted.length === 0 || options.yes === true) return wanted;
  const isAgreed = await dependencies.confirm('Switch them on?');
  if (isAgreed === undefined)
    throw new F2bError('USAGE', 'there is no terminal to ask at', { hint: 'say --yes to have it done without asking' });
  if (!isAgreed) forPeople.write('Nothing was changed.\n');
  return isAgreed ? wanted : [];
}

interface Switch {
  readonly verb: 'enable' | 'disable';
  readonly value: 'yes' | 'no';
  readonly description: string;
}

function addSwitch(program: Parameters<AddCommand>[0], { verb, description }: Switch, jails: string) {
  return program
    .command(verb)
    .description(`${description}, by a drop-in`)
    .argument(jails, 'names of jails')
    .option('--now', 'at once: the agent reads its configuration again')
    .addOption(configDirectoryOption())
    .addOption(outputOption());
}

async function turnAndTell(
  jails: readonly JailEntry[],
  wanted: Switch,
  options: SwitchOptions,
  dependencies: Dependencies,
): Promise<void> {
  const { now, configDirectory } = options;
  const { output, errors } = dependencies;
  const changes = await turn(jails, wanted, options, dependencies);
  const inForce = now === true && (await reloadAgent(configDirectory, dependencies));
  if (now !== true && jails.length > 0)
    errors.write('It takes effect with: systemctl reload-or-restart f2bd (or say --now)\n');
  if (!isForPrograms(options)) return;
  const record = { jails: jails.map(({ name }) => name), ...changesRecord(changes, inForce) };
  output.write(jsonText(record, options.output));
}

async function turn(
  jails: readonly JailEntry[],
  { verb, value }: Switch,
  options: SwitchOptions,
  dependencies: Dependencies,
): Promise<readonly Change[]> {
  const { configDirectory: directory } = options;
  const masked = jails.find(({ state }) => state === 'masked');
  if (masked !== undefined) {
    const hint = `remove what masks it: rm ${directory}/units/${masked.name}.conf`;
    throw new F2bError('JAIL_NOT_ACTIVE', `${masked.name} is masked`, { hint });
  }
  const text = `# Made by f2bctl ${verb}.\n[Jail]\nEnabled=${value}\n`;
  const changes = jails.flatMap(({ name }) => [
    { path: dropinPath(directory, name, '50-Enabled'), text },
    ...withoutRuntime(name, '50-Enabled', directory, dependencies),
  ]);
  await changeConfiguration(changes, directory, dependencies);
  if (!isForPrograms(options)) tellChanges(changes, dependencies);
  for (const { name } of jails) await requireEffect(name, value, directory, dependencies);
  return changes;
}

/** Where no filter can tell, who switches the jail on is told. */
function tellForgers(jails: readonly JailEntry[], { errors }: Dependencies): void {
  for (const { name, forgeableBy } of jails) {
    if (forgeableBy === '') continue;
    errors.write(`${name}: others could be banned by ${printable(forgeableBy)}; f2bctl cat ${name} tells how.\n`);
  }
}

/** A drop-in that sorts behind ours may say otherwise. */
async function requireEffect(
  name: string,
  value: 'yes' | 'no',
  directory: string,
  { configuration }: Dependencies,
): Promise<void> {
  const setting = (await configuration.settings(directory, name)).find(({ key }) => key === 'Enabled');
  if (setting === undefined || setting.value === value) return;
  const place = setting.file ?? '';
  throw new F2bError('JAIL_NOT_ACTIVE', `${name} stays as it was, as ${place} says Enabled=${setting.value}`, {
    hint: `take that line out of ${place}`,
  });
}
