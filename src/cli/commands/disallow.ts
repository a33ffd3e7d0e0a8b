/** `f2bctl disallow`: ends an allowance. */
import { F2bError } from '../../errors.js';
import { allAddressesOf } from '../arguments/address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, showDone, withAgent } from '../command.js';

/** `f2bctl disallow ADDRESS…` */
export const addDisallow: AddCommand = (program, dependencies) => {
  program
    .command('disallow')
    .description('spare an address no longer')
    .argument('<address...>', 'addresses, prefixes or host names')
    .addOption(outputOption())
    .action(async (texts: readonly string[], options: OutputOptions) => {
      const addresses = await allAddressesOf(texts, dependencies.resolve);
      await withAgent(dependencies, async (client) => {
        const count = await showDone(addresses, client.disallow, (ended) =>
          print(dependencies, options, ended, (style) =>
            ended.map(({ address }) => `${style.bold(address.text)} is no longer allowed.`),
          ),
        );
        if (count === 0) throw new F2bError('NOTHING_ALLOWED', texts.join(' '));
      });
    });
};
