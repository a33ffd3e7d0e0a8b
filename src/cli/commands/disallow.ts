import { append } from '../../core/append.js';
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
        try {
          for (const address of addresses) {
            for await (const portion of client.disallow(address)) append(ended, portion);
          }
          if (ended.length === 0) throw new F2bError('NOTHING_ALLOWED', text);
        } finally {
          // Also when the agent stops in the middle: this much is done.
          if (ended.length > 0) {
            print(dependencies, options, ended, (style) =>
              ended.map(({ address }) => `${style.bold(address.text)} is no longer allowed.`),
            );
          }
        }
      });
    });
};
