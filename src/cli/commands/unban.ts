import { append } from '../../core/append.js';
import type { Ban } from '../../core/ban.js';
import { F2bError } from '../../errors.js';
import { addressesOf } from '../address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { unbanSentence } from '../print/bans.js';

interface UnbanOptions extends OutputOptions {
  readonly jail?: string;
}

/** `f2bctl unban ADDRESS [-j JAIL]` */
export const addUnban: AddCommand = (program, dependencies) => {
  program
    .command('unban')
    .description('lift the bans of an address, or of all in a prefix')
    .argument('<address>', 'address, prefix or host name')
    .option('-j, --jail <jail>', 'only the bans of this jail')
    .addOption(outputOption())
    .action(async (text: string, options: UnbanOptions) => {
      const addresses = await addressesOf(text, dependencies.resolve);
      await withAgent(dependencies, async (client) => {
        const lifted: Ban[] = [];
        try {
          for (const address of addresses) {
            for await (const portion of client.unban(address, options.jail)) append(lifted, portion);
          }
          if (lifted.length === 0) throw new F2bError('NOTHING_BANNED', placeOf(text, options.jail));
        } finally {
          // Also when the agent stops in the middle: this much is done.
          if (lifted.length > 0) {
            print(dependencies, options, lifted, (style) => lifted.map((ban) => unbanSentence(ban, style)));
          }
        }
      });
    });
};

function placeOf(address: string, jail: string | undefined): string {
  return jail === undefined ? address : `${address} in ${jail}`;
}
