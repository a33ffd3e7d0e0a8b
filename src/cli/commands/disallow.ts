import { F2bError } from '../../errors.js';
import type { Allowance } from '../../ports.js';
import { addressesOf } from '../address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';

/** `f2bctl disallow ADDRESS` */
export const addDisallow: AddCommand = (program, dependencies) => {
  program
    .command('disallow')
    .description('spare an address no longer')
    .argument('<address>', 'address, prefix or host name')
    .addOption(outputOption())
    .action(async (text: string, options: OutputOptions) => {
      const addresses = await addressesOf(text, dependencies.resolve);
      await withAgent(dependencies, async (client) => {
        const ended: Allowance[] = [];
        for (const address of addresses) {
          for (const allowance of await client.disallow(address)) ended.push(allowance);
        }
        if (ended.length === 0) throw new F2bError('NOTHING_ALLOWED', text);
        print(dependencies, options, ended, (style) =>
          ended.map(({ address }) => `${style.bold(address.text)} is no longer allowed.`),
        );
      });
    });
};
