/** `f2bctl why`: tells the story of addresses: bans, the entries that caused them, and what else may become of it. */
import type { Explanation } from '../../agent/explanation.js';
import { F2bError } from '../../errors.js';
import { allAddressesOf, isHost } from '../arguments/address-argument.js';
import { type AddCommand, type OutputOptions, outputOption, print, withAgent } from '../command.js';
import { type GeoIpOptions, geoipOption, type Locate, locating } from '../geoip.js';
import { banRecord } from '../print/bans.js';
import { explanationLines } from '../print/explanation.js';
import { type Story, storyOf } from '../story.js';

type Told = { readonly explanation: Explanation; readonly history: Story };

/** `f2bctl why ADDRESS…` */
export const addWhy: AddCommand = (program, dependencies) => {
  program
    .command('why')
    .description('tell the story of an address: bans, failures, what it would take, who spares it')
    .argument('<address...>', 'addresses, prefixes or host names')
    .addOption(geoipOption())
    .addOption(outputOption())
    .action(async (texts: readonly string[], options: OutputOptions & GeoIpOptions) => {
      const addresses = await allAddressesOf(texts, dependencies.resolve);
      const isOne = texts.length === 1 && !texts.some(isHost);
      await withAgent(dependencies, async (client) => {
        const found: Told[] = [];
        for (const address of addresses) {
          const explanation = await client.why(address);
          found.push({ explanation, history: await storyOf(explanation, dependencies) });
        }
        await locating(options, dependencies, async (locate) => {
          const records = found.map((told) => recordOf(told, locate));
          await print(dependencies, options, isOne ? records[0] : records, (style, now) =>
            found.flatMap(({ explanation, history }, index) => [
              ...(index === 0 ? [] : ['']),
              ...explanationLines(explanation, history, style, now, locate),
            ]),
          );
        });
      });
    });
};

function recordOf({ explanation, history }: Told, locate: Locate): object {
  return {
    ...explanation,
    ...locate(explanation.address),
    bans: explanation.bans.map((view) => banRecord(view, locate)),
    history: history instanceof F2bError ? null : history,
  };
}
