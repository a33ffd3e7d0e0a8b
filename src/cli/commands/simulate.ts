/** `f2bctl simulate`: what a jail would have done with the journal. Needs no agent, bans nobody. */
import type { SimulationRequest } from '../../agent/simulation.js';
import { isSetting } from '../../config/overrides.js';
import { F2bError } from '../../errors.js';
import { jailEntry } from '../arguments/jail-argument.js';
import { requireTime } from '../arguments/time-argument.js';
import {
  type AddCommand,
  collect,
  configDirectoryOption,
  type OutputOptions,
  outputOption,
  print,
} from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { comparisonLines, simulationLines } from '../print/simulation.js';

interface SimulateOptions extends OutputOptions {
  readonly property?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly directory?: string;
  readonly configDirectory: string;
}

/** `f2bctl simulate JAIL [-p KEY=VALUE]… [--since TIME] [--until TIME]` */
export const addSimulate: AddCommand = (program, dependencies) => {
  program
    .command('simulate')
    .description('show whom a jail would have banned, also with other settings; bans nobody')
    .argument('<jail>', 'name of a jail, enabled or not')
    .option('-p, --property <key=value>', 'with this setting instead; may be repeated', collect)
    .option('-S, --since <time>', 'entries from this time on')
    .option('-U, --until <time>', 'entries up to this time')
    .option('-D, --directory <dir>', 'the journal files of this folder')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (text: string, options: SimulateOptions) => {
      const { name } = jailEntry(text, await dependencies.configuration.jails(options.configDirectory));
      const request = requestOf(name, options, dependencies);
      const { property = [] } = options;
      const current = await dependencies.simulate(request);
      if (property.length === 0) {
        await print(dependencies, options, { current }, (style, now) => simulationLines(current, style, now));
        return;
      }
      const changed = await dependencies.simulate({ ...request, settings: property });
      await print(dependencies, options, { settings: property, current, changed }, (style, now) =>
        comparisonLines({ settings: property, current, changed }, style, now),
      );
    });
};

function requestOf(jail: string, options: SimulateOptions, { now, zone }: Dependencies): SimulationRequest {
  const { property = [], since, until, directory, configDirectory } = options;
  const wrong = property.find((setting) => !isSetting(setting));
  if (wrong !== undefined) {
    const hint = 'write for example -p MaxRetry=3 -p FindTime=1h; the keys are in f2b.unit(5)';
    throw new F2bError('USAGE', `--property: ${JSON.stringify(wrong)} is not KEY=VALUE`, { hint });
  }
  return {
    jail,
    configDirectory,
    settings: [],
    directory,
    since: since === undefined ? undefined : requireTime('--since', since, now(), zone),
    until: until === undefined ? now() : requireTime('--until', until, now(), zone),
  };
}
