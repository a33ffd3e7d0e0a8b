import { printable } from '../../core/printable.js';
import {
  type AddCommand,
  configDirectoryOption,
  EndWith,
  type OutputOptions,
  outputOption,
  print,
} from '../command.js';
import { agent } from '../doctor/agent.js';
import { configuration } from '../doctor/configuration.js';
import type { Examination, Finding } from '../doctor/finding.js';
import { firewall } from '../doctor/firewall.js';
import { journald } from '../doctor/journald.js';
import { machine } from '../doctor/machine.js';
import { proxies } from '../doctor/proxies.js';
import { units } from '../doctor/units.js';
import type { Style } from '../print/style.js';

interface DoctorOptions extends OutputOptions {
  readonly configDirectory: string;
}

const examinations: readonly Examination[] = [agent, configuration, units, journald, firewall, proxies, machine];

/** Something keeps protection from working. */
const SICK = 1;

/** `f2bctl doctor` */
export const addDoctor: AddCommand = (program, dependencies) => {
  program
    .command('doctor')
    .description('look for whatever keeps protection from working, and say how to mend it')
    .addOption(configDirectoryOption())
    .addOption(outputOption())
    .action(async (options: DoctorOptions) => {
      const found = await Promise.all(
        examinations.map(async ({ name, find }) => ({
          name,
          findings: await find(dependencies, options.configDirectory),
        })),
      );
      await print(dependencies, options, found, (style) =>
        found.flatMap((one) => lines(one.name, one.findings, style)),
      );
      if (found.some(({ findings }) => findings.some(({ severity }) => severity === 'problem')))
        throw new EndWith(SICK);
    });
};

function lines(name: string, findings: readonly Finding[], style: Style): readonly string[] {
  if (findings.length === 0) return [`${style.green('●')} ${name}: nothing found`];
  const isSick = findings.some(({ severity }) => severity === 'problem');
  return [
    `${isSick ? style.red('●') : style.yellow('●')} ${name}:`,
    ...findings.flatMap(({ severity, message, hint }) => [
      `  ${(severity === 'problem' ? style.red : style.yellow)(printable(message))}`,
      `    ${printable(hint)}`,
    ]),
  ];
}
